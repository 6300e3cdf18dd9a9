package dev.skerry.bindings.dom;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which names elements and attributes may have (DOM §1.4), and their form in HTML documents. */
public final class Names {

  /** The longest name, in UTF-16 code units. */
  private static final int MAX_LENGTH = 256;

  private static final Pattern ELEMENT = Pattern.compile("[A-Za-z][^\\x00-\\x20/<>\"']*");
  private static final Pattern ATTRIBUTE = Pattern.compile("[^\\x00-\\x20/=<>\"']+");

  private Names() {
  }

  public static boolean isElementName(String name) {
    return name.length() <= MAX_LENGTH && ELEMENT.matcher(name).matches();
  }

  public static boolean isAttributeName(String name) {
    return name.length() <= MAX_LENGTH && ATTRIBUTE.matcher(name).matches();
  }

  /** HTML documents keep names in ASCII lower case (DOM §4.9, setAttribute; §4.5, createElement). */
  public static String inHtml(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
