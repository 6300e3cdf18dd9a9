package dev.skerry.fetch;

/** Failure inside the URL parser: the reason in words, then the standard's name of the validation error. */
final class InvalidUrl extends Exception {

  private static final long serialVersionUID = 1L;

  /** @param name the validation error's name in URL §1.1, such as {@code host-missing} */
  InvalidUrl(String reason, String name) {
    super(reason + " (" + name + ")", null, false, false);
  }
}
