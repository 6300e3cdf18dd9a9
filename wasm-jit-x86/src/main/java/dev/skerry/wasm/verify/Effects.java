package dev.skerry.wasm.verify;

import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import java.util.HashMap;
import java.util.Map;

/**
 * What the verifier believes of instructions: an own table, by mnemonic, that shares nothing with the compiler. A row
 * without an effect here is refused, whatever it does (rule 1). {@code EffectsTest} holds the table against
 * {@code objdump} and against the processor.
 */
final class Effects {

  /** Bytes of memory of a packed vector operand. */
  private static final int PACKED = 16;
  private static final int VECTOR_BITS = 128;

  /** Effects of instructions on general registers; the width is that of the first operand that has one. */
  private static final String[][] INTEGER = {
      {"MOVE", "mov"},
      {"ZERO_EXTEND", "movzx"},
      {"SIGN_EXTEND_WORD", "movsxd"},
      {"ADDRESS", "lea"},
      {"ADD", "add"},
      {"SUBTRACT", "sub"},
      {"AND", "and"},
      {"OR", "or"},
      {"XOR", "xor"},
      {"SHIFT_RIGHT", "shr shrx"},
      {"SHIFT_LEFT", "shl shlx"},
      {"NUMBER", "adc sbb inc dec not neg movsx sar rol ror sarx rorx bswap popcnt lzcnt tzcnt"
          + " andn blsr blsmsk blsi bextr bzhi pdep pext"},
      {"SCAN", "bsf bsr shld shrd"},
      {"COMPARE", "cmp"},
      {"TEST", "test"},
      {"SIGN", "cdq cqo"},
      {"WIDE", "mul"},
      {"DIVIDE", "div"},
      {"DIVIDE_SIGNED", "idiv"},
      {"EXCHANGE", "xchg lock_xadd"},
      {"NUMBER", "lock_add lock_or lock_and lock_sub lock_xor"},
      {"COMPARE_EXCHANGE", "lock_cmpxchg"},
      {"JUMP", "jmp"},
      {"CALL", "call"},
      {"RETURN", "ret"},
      {"NOTHING", "nop mfence lfence sfence pause vzeroupper"},
  };

  /** Instructions on vector registers by the bytes that a memory operand has; the form with a leading v the same. */
  private static final Object[][] VECTOR = {
      {1, "pextrb pinsrb pbroadcastb"},
      {2, "pextrw pinsrw pbroadcastw pmovsxbq pmovzxbq"},
      {4, "addss subss mulss divss minss maxss sqrtss cmpss roundss movss movd cvtss2sd cvtss2si cvttss2si"
          + " extractps insertps pextrd pinsrd pmovsxbd pmovzxbd pmovsxwq pmovzxwq broadcastss pbroadcastd"
          + " fmadd132ss fmadd213ss fmadd231ss fnmadd132ss fnmadd213ss fnmadd231ss"},
      {8, "addsd subsd mulsd divsd minsd maxsd sqrtsd cmpsd roundsd movsd movq cvtsd2ss cvtsd2si cvttsd2si"
          + " pextrq pinsrq movddup movhpd movhps movlpd movlps cvtdq2pd cvtps2pd pmovsxbw pmovzxbw pmovsxwd"
          + " pmovzxwd pmovsxdq pmovzxdq pbroadcastq fmadd132sd fmadd213sd fmadd231sd fnmadd132sd fnmadd213sd"
          + " fnmadd231sd"},
      {16, "addps addpd subps subpd mulps mulpd divps divpd minps minpd maxps maxpd sqrtps sqrtpd cmpps cmppd"
          + " roundps roundpd movups movupd movdqu movaps movapd movdqa andps andpd andnps andnpd orps orpd xorps"
          + " xorpd unpcklps unpcklpd unpckhps unpckhpd shufps shufpd blendps blendpd blendvps blendvpd movhlps"
          + " movlhps movshdup movsldup movmskps movmskpd pmovmskb cvtdq2ps cvtps2dq cvttps2dq cvtpd2ps cvtpd2dq"
          + " cvttpd2dq pabsb pabsw pabsd packssdw packsswb packusdw packuswb paddb paddw paddd paddq paddsb"
          + " paddsw paddusb paddusw palignr pand pandn pavgb pavgw pblendvb pblendw pblendd pcmpeqb pcmpeqw"
          + " pcmpeqd pcmpeqq pcmpgtb pcmpgtw pcmpgtd pcmpgtq phaddw phaddd pmaddubsw pmaddwd pmaxsb pmaxsw pmaxsd"
          + " pmaxub pmaxuw pmaxud pminsb pminsw pminsd pminub pminuw pminud pmuldq pmulhrsw pmulhuw pmulhw pmulld"
          + " pmullw pmuludq por psadbw pshufb pshufd pshufhw pshuflw psignb psignw psignd pslld pslldq psllq"
          + " psllw psrad psraw psrld psrldq psrlq psrlw psllvd psllvq psravd psrlvd psrlvq psubb psubw psubd"
          + " psubq psubsb psubsw psubusb psubusw punpckhbw punpckhwd punpckhdq punpckhqdq punpcklbw punpcklwd"
          + " punpckldq punpcklqdq pxor permilps permilpd insertf128 extractf128 broadcastf128 perm2f128"},
  };

  /** Their memory operand is what an integer register would be: of the width in the row. */
  private static final String FROM_INTEGER = "cvtsi2ss cvtsi2sd";

  /** Vector instructions that set the flags, by the bytes of a memory operand. */
  private static final Object[][] VECTOR_COMPARE = {
      {4, "ucomiss comiss"}, {8, "ucomisd comisd"}, {16, "ptest"},
  };

  /** Instructions whose packed memory operand may lie anywhere, though they have no VEX prefix. */
  private static final String UNALIGNED = " movups movupd movdqu ";
  /** Instructions whose packed memory operand must be aligned even with a VEX prefix. */
  private static final String ALIGNED = " vmovaps vmovapd vmovdqa ";

  /** Which registers a row writes: those that it always does, and whether its first and second operands. */
  private static final int WRITES_FIRST = 1 << 16;
  private static final int WRITES_SECOND = 1 << 17;

  /** In a tag: what {@link Forms} sorts it into, which is lowest; the effect; whether control may go on elsewhere. */
  private static final int EFFECT_SHIFT = Forms.GROUP_BITS;
  private static final int EFFECT_MASK = 31;
  private static final int CONTROL_BIT = EFFECT_SHIFT + 5;

  private static final Effect[] EFFECTS = Effect.values();
  private static final int[] TAGS = new int[Row.ID_LIMIT];
  private static final int[] WRITES = new int[Row.ID_LIMIT];
  private static final Effect[] EFFECT = new Effect[Row.ID_LIMIT];
  private static final int[] WIDTH = new int[Row.ID_LIMIT];
  private static final int[] MEMORY = new int[Row.ID_LIMIT];
  private static final int[] SOURCE = new int[Row.ID_LIMIT];
  private static final boolean[] GENERAL = new boolean[Row.ID_LIMIT];
  private static final boolean[] MUST_ALIGN = new boolean[Row.ID_LIMIT];

  static {
    Map<String, Effect> effects = new HashMap<>();
    Map<String, Integer> bytes = new HashMap<>();
    for (String[] line : INTEGER) {
      for (String mnemonic : line[1].split(" ")) {
        effects.put(mnemonic.replace('_', ' '), Effect.valueOf(line[0]));
      }
    }
    vectors(VECTOR, Effect.VECTOR, effects, bytes);
    vectors(VECTOR_COMPARE, Effect.VECTOR_COMPARE, effects, bytes);
    vectors(new Object[][] {{0, FROM_INTEGER}}, Effect.VECTOR, effects, bytes);
    for (Row row : Rows.all()) {
      Effect effect = effectOf(row, effects);
      if (effect != null && !(isLong(row) && ALIGNED.contains(" " + row.mnemonic() + " "))) {
        EFFECT[row.id()] = effect;
        WIDTH[row.id()] = widthOf(row);
        SOURCE[row.id()] = row.operandCount() < 2 ? 0 : row.operand(1).bits();
        GENERAL[row.id()] = row.operandCount() > 0 && row.operand(0).kind().takesGpr();
        boolean control = effect == Effect.BRANCH || effect == Effect.JUMP || effect == Effect.CALL
            || effect == Effect.RETURN;
        TAGS[row.id()] = effect.ordinal() << EFFECT_SHIFT | (control ? 1 << CONTROL_BIT : 0);
        WRITES[row.id()] = writes(effect, GENERAL[row.id()]);
        int memory = bytes.getOrDefault(row.mnemonic(), 0);
        MEMORY[row.id()] = memory != 0 && !isLong(row) ? memory : memoryOf(row);
        boolean vex = row.mnemonic().startsWith("v");
        String name = " " + row.mnemonic() + " ";
        TAGS[row.id()] |= Forms.group(row, effect, WIDTH[row.id()]);
        MUST_ALIGN[row.id()] = memory == PACKED && (vex ? ALIGNED.contains(name) : !UNALIGNED.contains(name));
      }
    }
  }

  private Effects() {
  }

  /** By row, what {@link InstructionScanner} adds to words: their highest bit says that the row is not allowed. */
  static int[] tags(boolean[] allowed) {
    int[] tags = TAGS.clone();
    for (int row = 0; row < tags.length; row++) {
      if (!allowed[row]) {
        tags[row] |= 1 << InstructionScanner.TAG_BITS - 1;
      }
    }
    return tags;
  }

  /** The effect of an instruction that is allowed. */
  static Effect ofWord(long word) {
    return EFFECTS[InstructionScanner.tag(word) >> EFFECT_SHIFT & EFFECT_MASK];
  }

  /** 1 if an instruction may go on elsewhere than behind it, else 0. */
  static int isControl(long word) {
    return InstructionScanner.tag(word) >> CONTROL_BIT & 1;
  }

  /**
   * The general registers that an instruction with these operands gives new numbers, a bit for each; without those that
   * are stack pointers.
   */
  static int written(int row, int first, int second) {
    int writes = WRITES[row];
    int mask = writes & (1 << State.REGISTERS) - 1;
    if ((writes & WRITES_FIRST) != 0 && first < InstructionScanner.MEMORY) {
      mask |= 1 << first;
    }
    if ((writes & WRITES_SECOND) != 0 && second < InstructionScanner.MEMORY) {
      mask |= 1 << second;
    }
    return mask;
  }

  private static int writes(Effect effect, boolean firstIsGeneral) {
    return switch (effect) {
      case WIDE, DIVIDE, DIVIDE_SIGNED -> 1 << Gpr.RAX.ordinal() | 1 << Gpr.RDX.ordinal();
      case SIGN -> 1 << Gpr.RDX.ordinal();
      case COMPARE_EXCHANGE -> 1 << Gpr.RAX.ordinal();
      case COMPARE, TEST, CALL, RETURN, NOTHING, VECTOR_COMPARE, BRANCH, JUMP -> 0;
      case EXCHANGE -> WRITES_FIRST | WRITES_SECOND;
      default -> firstIsGeneral ? WRITES_FIRST : 0;
    };
  }

  private static void vectors(Object[][] lines, Effect effect, Map<String, Effect> effects,
      Map<String, Integer> bytes) {
    for (Object[] line : lines) {
      for (String mnemonic : ((String) line[1]).split(" ")) {
        for (String prefix : new String[] {"", "v"}) {
          String name = prefix.concat(mnemonic);
          effects.put(name, effect);
          bytes.put(name, (Integer) line[0]);
        }
      }
    }
  }

  private static Effect effectOf(Row row, Map<String, Effect> effects) {
    String mnemonic = row.mnemonic();
    if (mnemonic.equals("imul")) {
      return row.operandCount() == 1 ? Effect.WIDE : Effect.NUMBER;
    }
    if (mnemonic.startsWith("set")) {
      return Effect.SET;
    }
    if (mnemonic.startsWith("cmov")) {
      return Effect.CONDITIONAL_MOVE;
    }
    Effect effect = effects.get(mnemonic);
    return effect == null && mnemonic.startsWith("j") ? Effect.BRANCH : effect;
  }

  /**
   * Whether it works on vectors of 256 bits: its memory operand is as long as the row says. Those that must be aligned
   * to 32 bytes are refused.
   */
  private static boolean isLong(Row row) {
    boolean isLong = false;
    for (OperandForm form : row.operands()) {
      isLong |= form.bits() > VECTOR_BITS;
    }
    return isLong;
  }

  private static int widthOf(Row row) {
    return row.operandCount() == 0 ? 0 : Math.max(row.operand(0).bits(), row.operand(0).memoryBits());
  }

  /** Bytes of memory of an instruction on general registers: those of the operand that may be memory. */
  private static int memoryOf(Row row) {
    for (int i = 0; i < row.operandCount(); i++) {
      OperandForm form = row.operand(i);
      if (form.memoryBits() != 0) {
        return form.memoryBits() / Byte.SIZE;
      }
    }
    return 0;
  }

  /** The effect, or null if the row is refused. */
  static Effect of(Row row) {
    return EFFECT[row.id()];
  }

  /** The effect of the row with that id, or null. */
  static Effect of(int row) {
    return EFFECT[row];
  }

  /** Whether the first operand is a general register, or may be one. */
  static boolean firstIsGeneral(int row) {
    return GENERAL[row];
  }

  /** Whether a general register that is the first operand, and flags, are all that the instruction writes. */
  static boolean writesFirstAlone(int row) {
    return switch (of(row)) {
      case MOVE, ZERO_EXTEND, SIGN_EXTEND_WORD, ADDRESS, ADD, SUBTRACT, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, NUMBER,
          SET, CONDITIONAL_MOVE, SCAN -> GENERAL[row];
      default -> false;
    };
  }

  /** Bits of the first operand. */
  static int width(int row) {
    return WIDTH[row];
  }

  /** Bits of the number whose sign an instruction takes. */
  static int signWidth(int row) {
    return row == IntegerRows.CQO.id() ? Long.SIZE : Integer.SIZE;
  }

  /** Bits of the second operand where it is a register or memory. */
  static int sourceWidth(int row) {
    return SOURCE[row];
  }

  /** Bytes that a memory operand has. */
  static int memoryBytes(int row) {
    return MEMORY[row];
  }

  /** Whether a memory operand must be aligned to 16 bytes, or the processor faults. */
  static boolean mustAlign(int row) {
    return MUST_ALIGN[row];
  }
}
