package dev.skerry.wasm.wast;

import java.util.List;

/**
 * A value or pattern of a script.
 *
 * @param type a value type's name, {@code refnull} and its kin, or {@code either}
 * @param lane the type of the lanes of a {@code v128}; else null
 * @param texts the lanes of a {@code v128}, or the one value; empty where the pattern gives none
 * @param either the alternatives of {@code either}
 */
record WastValue(String type, String lane, List<String> texts, List<WastValue> either) {

  /** The one value, or null. */
  String text() {
    return texts.isEmpty() ? null : texts.get(0);
  }

  @Override
  public String toString() {
    if (!either.isEmpty()) {
      return "either " + either;
    }
    return texts.isEmpty() ? type : type + " " + String.join(" ", texts);
  }
}
