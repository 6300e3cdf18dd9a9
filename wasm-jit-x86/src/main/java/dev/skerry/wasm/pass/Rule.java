package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.ir.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One rewrite rule, read from a row of {@link RuleTable}. */
final class Rule {

  /** The most variables of a rule. */
  static final int VARIABLES = 8;

  /** A place in a pattern or result. */
  static final class Node {
    final byte kind;
    /** The type of its value; of operands and results of select that are not i32, unknown: VOID. */
    byte type;
    /** The literal's slot, the variable's number, or the ordinal of the operator. */
    long value;
    final Node[] operands;

    Node(byte kind, long value, Node... operands) {
      this.kind = kind;
      this.value = value;
      this.operands = operands;
    }
  }

  static final byte ANY = 0;
  static final byte CONSTANT = 1;
  static final byte LITERAL = 2;
  static final byte OPERATOR = 3;
  /** How many low bits of a variable may be set. */
  static final byte WIDTH = 4;

  private static final Map<String, Opcode> OPCODES = new HashMap<>();

  static {
    for (Opcode opcode : Opcode.values()) {
      OPCODES.putIfAbsent(opcode.mnemonic, opcode);
    }
  }

  final String text;
  final Node pattern;
  final Node result;
  /** What must not be 0, or null. */
  final Node condition;

  private final Map<String, Integer> variables = new HashMap<>();
  private String rest;

  private Rule(String text) {
    this.text = text;
    int arrow = text.indexOf("=>");
    int when = text.indexOf(" if ");
    pattern = whole(text.substring(0, arrow), IrType.VOID);
    byte type = Shapes.result((int) pattern.value);
    result = whole(text.substring(arrow + 2, when < 0 ? text.length() : when), type);
    condition = when < 0 ? null : whole(text.substring(when + 4), IrType.I32);
  }

  /** The rules of the table, by the ordinal of the operator that they begin with. */
  static Rule[][] table() {
    List<List<Rule>> byOperator = new ArrayList<>();
    for (int i = 0; i < Opcode.values().length; i++) {
      byOperator.add(new ArrayList<>());
    }
    for (String row : RuleTable.ROWS) {
      for (String text : expanded(row)) {
        Rule rule = new Rule(text);
        byOperator.get((int) rule.pattern.value).add(rule);
      }
    }
    Rule[][] rules = new Rule[byOperator.size()][];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = byOperator.get(i).toArray(Rule[]::new);
    }
    return rules;
  }

  private static List<String> expanded(String row) {
    List<String> widths = new ArrayList<>();
    if (row.contains("iN") || row.contains("fN") || row.contains("MIN")) {
      boolean narrow = !row.startsWith("(i64");
      boolean wide = !row.startsWith("(i32") || row.contains("iN") || row.contains("fN");
      if (narrow) {
        widths.add(row.replace("iN", "i32").replace("fN", "f32").replace("BITS", "32").replace("LAST", "31")
            .replace("MIN", "0x80000000"));
      }
      if (wide) {
        widths.add(row.replace("iN", "i64").replace("fN", "f64").replace("BITS", "64").replace("LAST", "63")
            .replace("MIN", "0x8000000000000000"));
      }
    } else {
      widths.add(row);
    }
    List<String> all = new ArrayList<>();
    for (String text : widths) {
      int open = text.indexOf('{');
      int count = open < 0 ? 1 : alternatives(text, open).length;
      for (int i = 0; i < count; i++) {
        all.add(chosen(text, i));
      }
    }
    return all;
  }

  private static String[] alternatives(String text, int open) {
    return text.substring(open + 1, text.indexOf('}', open)).split("\\|");
  }

  private static String chosen(String text, int which) {
    String made = text;
    for (int open = made.indexOf('{'); open >= 0; open = made.indexOf('{')) {
      made = made.substring(0, open) + alternatives(made, open)[which] + made.substring(made.indexOf('}', open) + 1);
    }
    return made;
  }

  private Node whole(String side, byte type) {
    rest = side.strip();
    Node node = node();
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("left over: " + rest + " in " + text);
    }
    settle(node, type);
    return node;
  }

  private String word() {
    rest = rest.stripLeading();
    int end = 0;
    while (end < rest.length() && " ()".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String word = rest.substring(0, end);
    rest = rest.substring(end).stripLeading();
    return word;
  }

  private Node node() {
    if (!rest.startsWith("(")) {
      return leaf(word());
    }
    rest = rest.substring(1);
    String name = word();
    List<Node> operands = new ArrayList<>();
    while (!rest.startsWith(")")) {
      operands.add(node());
    }
    rest = rest.substring(1).stripLeading();
    if (name.equals("width")) {
      return new Node(WIDTH, operands.get(0).value);
    }
    Opcode opcode = OPCODES.get(name);
    int wanted = opcode == Opcode.SELECT ? 3 : opcode == null ? -1 : Shapes.operands(opcode.ordinal());
    if (wanted != operands.size()) {
      throw new IllegalArgumentException(name + " in " + text);
    }
    return new Node(OPERATOR, opcode.ordinal(), operands.toArray(Node[]::new));
  }

  private Node leaf(String word) {
    if (Character.isLetter(word.charAt(0))) {
      int number = variables.computeIfAbsent(word, name -> variables.size());
      return new Node(Character.isUpperCase(word.charAt(0)) ? CONSTANT : ANY, number);
    }
    return new Node(LITERAL, word.startsWith("0x") ? Long.parseUnsignedLong(word.substring(2), 16)
        : Long.parseLong(word));
  }

  /** Gives types to a node and what is below it. */
  private void settle(Node node, byte type) {
    node.type = type;
    if (node.kind == OPERATOR) {
      int opcode = (int) node.value;
      boolean select = opcode == Opcode.SELECT.ordinal();
      node.type = select ? type : Shapes.result(opcode);
      for (int i = 0; i < node.operands.length; i++) {
        byte wanted = select ? i == 2 ? IrType.I32 : selected(node, type) : Shapes.operand(opcode, i);
        settle(node.operands[i], wanted);
      }
    } else if (node.kind == LITERAL) {
      node.value = switch (type) {
        case IrType.I32 -> node.value & 0xffff_ffffL;
        case IrType.F32 -> Float.floatToRawIntBits(node.value);
        case IrType.F64 -> Double.doubleToRawLongBits(node.value);
        default -> node.value;
      };
    }
  }

  /** A select between literals is of i32. */
  private static byte selected(Node select, byte type) {
    return select.operands[0].kind == LITERAL && select.operands[1].kind == LITERAL ? IrType.I32 : type;
  }

  @Override
  public String toString() {
    return text;
  }
}
