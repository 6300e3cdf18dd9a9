package dev.skerry.wasm.x64;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes the rows of one group and keeps them in order. Families of rows are written once: a template leaves the width
 * out ({@code r}, {@code rm}, {@code m}, {@code imm}, {@code a}, {@code d}, {@code v}, {@code vm}), or says {@code *}
 * for the condition.
 */
final class Table {

  /** How many rows a group may have; the number of a row is made of group and place. */
  static final int GROUP_SIZE = 512;

  private static final List<Integer> ALL = List.of(8, 16, 32, 64);
  private static final List<Integer> WORDS = List.of(16, 32, 64);
  private static final List<Integer> WIDE = List.of(32, 64);
  private static final List<Integer> LANES = List.of(128, 256);

  /** Groups, in the order of their numbers. */
  enum Group {
    INTEGER, CONTROL, ATOMIC, SSE_FLOAT, SSE_INTEGER, AVX_FLOAT, AVX_INTEGER
  }

  private final Group group;
  private final CpuFeature feature;
  private final CpuFeature longFeature;
  private final List<Row> rows = new ArrayList<>();

  /** A table whose rows need that feature, unless they name another. */
  Table(Group group, CpuFeature feature) {
    this(group, feature, feature);
  }

  /** A table whose rows need the first feature, those of 256 bits the second, unless they name another. */
  Table(Group group, CpuFeature feature, CpuFeature longFeature) {
    this.group = group;
    this.feature = feature;
    this.longFeature = longFeature;
  }

  /** All rows so far, in the order of their making. */
  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** One row; see {@link Notation}. */
  Row row(String notation) {
    return add(new Notation(notation, 0, false, null));
  }

  /** Forms of 8 bits, and of 16, 32 and 64 with the opcode that follows. */
  Widths all(String template) {
    return widths(template, ALL, true);
  }

  /** Forms of 16, 32 and 64 bits. */
  Widths words(String template) {
    return widths(template, WORDS, false);
  }

  /** Forms of 32 and 64 bits. */
  Widths wide(String template) {
    return widths(template, WIDE, false);
  }

  /** Forms of 128 and 256 bits, which differ in VEX.L. */
  Widths lanes(String template) {
    return widths(template, LANES, false);
  }

  /** A form for each condition. */
  Conditions conditions(String template) {
    List<Row> made = new ArrayList<>();
    for (Condition condition : Condition.values()) {
      made.add(add(new Notation(template, 0, false, condition)));
    }
    return new Conditions(List.copyOf(made));
  }

  private Widths widths(String template, List<Integer> widths, boolean byteOpcode) {
    List<Row> made = new ArrayList<>();
    for (int width : widths) {
      made.add(add(new Notation(template, width, byteOpcode, null)));
    }
    return new Widths(template, widths, List.copyOf(made));
  }

  private Row add(Notation notation) {
    if (rows.size() == GROUP_SIZE) {
      throw new IllegalStateException(group + " has more than " + GROUP_SIZE + " rows");
    }
    Row row = notation.row(group.ordinal() * GROUP_SIZE + rows.size(), feature, longFeature);
    rows.add(row);
    return row;
  }
}
