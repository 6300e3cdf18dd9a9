package dev.skerry.bindings.dom;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code An+B} microsyntax (CSS Syntax 3 §6): every index that is {@code step * n + offset} for an n from 0 on. */
record NthFormula(int step, int offset) {

  private static final Pattern STEP = Pattern.compile("([+-]?\\d{0,9})n(?:\\s*([+-])\\s*(\\d{1,9}))?");
  private static final Pattern OFFSET = Pattern.compile("[+-]?\\d{1,9}");

  /** The formula, or null when the text is none; it is lower-case and stripped. */
  static NthFormula read(String text) {
    if (text.equals("odd")) {
      return new NthFormula(2, 1);
    }
    if (text.equals("even")) {
      return new NthFormula(2, 0);
    }
    if (OFFSET.matcher(text).matches()) {
      return new NthFormula(0, Integer.parseInt(text));
    }
    Matcher match = STEP.matcher(text);
    if (!match.matches()) {
      return null;
    }
    String step = match.group(1);
    boolean bare = step.isEmpty() || step.equals("+") || step.equals("-");
    int offset = match.group(3) == null ? 0 : Integer.parseInt(match.group(2) + match.group(3));
    return new NthFormula(Integer.parseInt(bare ? step + "1" : step), offset);
  }
}
