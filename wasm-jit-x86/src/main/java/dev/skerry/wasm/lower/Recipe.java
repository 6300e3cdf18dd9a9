package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.OperandForm.Kind;
import dev.skerry.wasm.x64.Role;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Xmm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Machine instructions for a vector operator, written as text and read once: steps between semicolons, each a mnemonic
 * of SSE and its operands, the destination first and, unlike in SSE, what is overwritten as an operand of its own:
 * {@code pcmpeqb t a b; pxor d t #ffffffffffffffff}. With AVX each step becomes its VEX form. Operands:
 * <ul>
 * <li>{@code a b c} what the operator is given, {@code d} its result, {@code t u v w} vectors and {@code r} an integer
 * in between; {@code d} may be used in between, too;
 * <li>{@code i} the operator's immediate, and numbers in decimal;
 * <li>{@code #} and 16 hexadecimal digits: a vector with those 64 bits in both halves; the high half may follow behind
 * a colon.
 * </ul>
 * {@code zero t} clears, {@code load t #...} sets to a constant. Mnemonics with {@code v} in front are VEX forms that
 * SSE does not have. For a result of 256 bits each step does with both halves what it does with one.
 */
final class Recipe implements Rule {

  private static final String TEMPORARIES = "tuvwr";
  private static final char INTEGER_TEMPORARY = 'r';
  private static final int MAX_OPERANDS = 5;
  private static final Map<String, List<Row>> BY_MNEMONIC = new HashMap<>();

  static {
    for (Row row : Rows.all()) {
      if (!row.toString().contains("ymm")) {
        BY_MNEMONIC.computeIfAbsent(row.mnemonic(), key -> new ArrayList<>()).add(row);
      }
    }
  }

  private final Opcode opcode;
  private final String[] texts;
  private volatile Step[][] choices;

  /** Of several texts the first one counts whose instructions the processor has. */
  Recipe(Opcode opcode, String... texts) {
    this.opcode = opcode;
    this.texts = texts;
  }

  /**
   * One instruction.
   *
   * @param row null for what the allocator makes: {@code zero} and {@code load}
   * @param operands destination, sources and immediate
   * @param destructive whether the row overwrites its first source
   */
  private record Step(String mnemonic, Row row, Term[] operands, boolean destructive) {
  }

  /**
   * An operand.
   *
   * @param name a letter, or {@code #} for constants and 0 for numbers
   */
  private record Term(char name, long low, long high) {

    boolean isImmediate() {
      return name == 0 || name == 'i';
    }
  }

  @Override
  public void cover(Covering c, int instruction) {
    if (c.features().avx() && opcode.signature.equals("VV:V")) {
      String[] words = texts[0].split(" ");
      if (words.length == 4 && words[3].equals("b")) {
        c.takeLoad(instruction, c.graph().b(instruction), Opcode.V128_LOAD);
      }
    }
  }

  @Override
  public void lower(Selection s, int instruction) {
    Step[] steps = steps(s.features);
    int[] registers = new int[TEMPORARIES.length()];
    for (Step step : steps) {
      emit(s, instruction, step, registers);
    }
  }

  /** The steps for a processor. */
  private Step[] steps(CpuFeatures features) {
    Step[][] known = choices;
    if (known == null) {
      known = new Step[texts.length][];
      for (int i = 0; i < texts.length; i++) {
        known[i] = read(texts[i]);
      }
      choices = known;
    }
    for (Step[] steps : known) {
      boolean allowed = true;
      for (Step step : steps) {
        allowed &= step.row == null || features.allow(step.row);
      }
      if (allowed) {
        return steps;
      }
    }
    throw new IllegalStateException("no recipe for " + opcode + " runs on " + features);
  }

  private Step[] read(String text) {
    String[] lines = text.split("; ");
    Step[] steps = new Step[lines.length];
    for (int i = 0; i < lines.length; i++) {
      String[] words = lines[i].split(" ");
      Term[] operands = new Term[words.length - 1];
      for (int k = 0; k < operands.length; k++) {
        operands[k] = term(words[k + 1]);
      }
      boolean pseudo = words[0].equals("zero") || words[0].equals("load");
      Row row = pseudo ? null : row(words[0], operands);
      boolean destructive = row != null && row.operand(0).role() == Role.READ_WRITE;
      if (destructive && operands[0].name != operands[1].name && names(operands, 2, operands[0].name)) {
        throw new IllegalStateException("a source is overwritten before it is read: " + lines[i]);
      }
      steps[i] = new Step(words[0], row, operands, destructive);
    }
    return steps;
  }

  private static boolean names(Term[] operands, int from, char name) {
    for (int i = from; i < operands.length; i++) {
      if (operands[i].name == name) {
        return true;
      }
    }
    return false;
  }

  private static Term term(String word) {
    if (word.startsWith("#")) {
      String[] halves = word.substring(1).split(":");
      long low = Long.parseUnsignedLong(halves[0], 16);
      return new Term('#', low, halves.length > 1 ? Long.parseUnsignedLong(halves[1], 16) : low);
    }
    return Character.isDigit(word.charAt(0))
        ? new Term((char) 0, Long.parseLong(word), 0) : new Term(word.charAt(0), 0, 0);
  }

  /** The row of that mnemonic whose operands are of the kinds given. */
  private Row row(String mnemonic, Term[] operands) {
    for (Row row : BY_MNEMONIC.getOrDefault(mnemonic, List.of())) {
      List<OperandForm> forms = new ArrayList<>(row.operands());
      if (forms.get(0).role() == Role.READ_WRITE) {
        forms.add(0, forms.get(0));
      }
      boolean fits = forms.size() == operands.length;
      for (int i = 0; fits && i < forms.size(); i++) {
        fits = fits(forms.get(i), operands[i]);
      }
      if (fits) {
        return row;
      }
    }
    throw new IllegalStateException("no row " + mnemonic + " for " + List.of(operands) + " in " + opcode);
  }

  private boolean fits(OperandForm form, Term term) {
    if (term.isImmediate()) {
      return form.kind() == Kind.UNSIGNED || form.kind() == Kind.SIGNED;
    }
    if (form.kind() == Kind.FIXED) {
      return form.fixed() instanceof Xmm && !isInteger(term.name);
    }
    return isInteger(term.name) ? form.kind().takesGpr() : form.kind().takesVector();
  }

  /** Whether a name stands for a general register. */
  private boolean isInteger(char name) {
    int colon = opcode.signature.indexOf(':');
    char letter = switch (name) {
      case 'a', 'b', 'c' -> opcode.signature.charAt(name - 'a');
      case 'd' -> opcode.signature.charAt(colon + 1);
      case INTEGER_TEMPORARY -> 'i';
      default -> 'V';
    };
    return letter == 'i' || letter == 'I';
  }

  private static boolean isWide(Selection s, int instruction) {
    return s.graph.type(instruction) == IrType.V256;
  }

  private void emit(Selection s, int instruction, Step step, int[] registers) {
    Term[] operands = step.operands;
    int destination = register(s, instruction, operands[0], registers);
    if (step.row == null) {
      if (isWide(s, instruction)) {
        WideRules.load(s, destination, operands.length > 1 ? operands[1].low : 0,
            operands.length > 1 ? operands[1].high : 0);
      } else if (step.mnemonic.equals("zero")) {
        s.zero(destination);
      } else {
        s.lir.load(destination, s.lir.constant(operands[1].low, operands[1].high));
      }
      return;
    }
    int[] values = new int[MAX_OPERANDS];
    for (int i = 1; i < operands.length; i++) {
      values[i] = value(s, instruction, operands[i], registers, takesMemory(step, i));
    }
    if (step.destructive && !s.features.avx()) {
      destructive(s, instruction, step, destination, values);
    } else {
      Row row = isWide(s, instruction) ? WideRules.form(step.row) : s.features.avx() ? vex(step.row) : step.row;
      emit(s, row, destination, values, operands.length);
    }
  }

  /** The VEX form, if the row has vector registers. */
  private static Row vex(Row row) {
    Row form = VexForms.of(row);
    return form == null ? row : form;
  }

  private static void emit(Selection s, Row row, int destination, int[] values, int count) {
    switch (count) {
      case 2 -> s.lir.emit(row, destination, values[1]);
      case 3 -> s.lir.emit(row, destination, values[1], values[2]);
      default -> s.lir.emit(row, destination, values[1], values[2], values[3]);
    }
  }

  /** The form that overwrites its first source; a fourth operand is the mask that the row has in XMM0. */
  private static void destructive(
      Selection s, int instruction, Step step, int destination, int[] values) {
    Term[] operands = step.operands;
    boolean scalar = operands[1].name == 'a' && IrType.isFloat(s.graph.type(s.graph.a(instruction)));
    if (scalar) {
      s.lir.emit(SseFloatRows.MOVAPS_XMM_XM128, destination, values[1]);
    } else if (destination != values[1]) {
      s.lir.move(destination, values[1]);
    }
    if (step.row.operandCount() == operands.length - 1) {
      switch (operands.length) {
        case 3 -> s.lir.emit(step.row, destination, values[2]);
        default -> s.lir.emit(step.row, destination, values[2], values[3]);
      }
    } else {
      s.lir.emit(step.row, destination, values[2]);
      s.lir.fixedUse(values[3], Lir.of(Xmm.XMM0));
    }
  }

  /** Whether the operand may be in memory, in either form of the row. */
  private static boolean takesMemory(Step step, int index) {
    int inRow = step.destructive ? index - 1 : index;
    return inRow > 0 && inRow < step.row.operandCount() && step.row.operand(inRow).kind().takesMemory();
  }

  private int value(Selection s, int instruction, Term term, int[] registers, boolean memory) {
    if (term.isImmediate()) {
      return s.lir.immediate(term.name == 'i' ? s.graph.imm(instruction) : term.low);
    }
    if (term.name == '#' && isWide(s, instruction)) {
      int constant = s.temporary(Lir.V256);
      WideRules.load(s, constant, term.low, term.high);
      return constant;
    }
    if (term.name == '#') {
      return s.lir.constant(term.low, term.high);
    }
    int operand = switch (term.name) {
      case 'a' -> s.graph.a(instruction);
      case 'b' -> s.graph.b(instruction);
      case 'c' -> s.graph.c(instruction);
      default -> Graph.NONE;
    };
    if (operand != Graph.NONE && s.isTaken(operand)) {
      return s.readable(operand);
    }
    int register = operand == Graph.NONE ? register(s, instruction, term, registers) : s.register(operand);
    boolean whole = operand == Graph.NONE || !IrType.isFloat(s.graph.type(operand));
    return memory && whole ? Lir.orStack(register) : register;
  }

  private int register(Selection s, int instruction, Term term, int[] registers) {
    if (term.name == 'd') {
      return s.define(instruction);
    }
    int index = TEMPORARIES.indexOf(term.name);
    if (registers[index] == 0) {
      registers[index] = s.temporary(term.name == INTEGER_TEMPORARY ? Lir.I32
          : isWide(s, instruction) ? Lir.V256 : Lir.V128);
    }
    return registers[index];
  }

  /** The rows of all texts; for tests. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String text : texts) {
      for (Step step : read(text)) {
        if (step.row != null) {
          rows.add(step.row);
        }
      }
    }
    return rows;
  }
}
