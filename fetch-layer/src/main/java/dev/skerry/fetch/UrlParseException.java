package dev.skerry.fetch;

/** A string is not a URL; the message names the string and the reason. */
public final class UrlParseException extends Exception {

  private static final long serialVersionUID = 1L;

  public UrlParseException(String message) {
    super(message);
  }
}
