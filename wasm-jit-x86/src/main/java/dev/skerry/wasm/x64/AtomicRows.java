package dev.skerry.wasm.x64;

/** Atomics, fences and prefetches; {@code xchg} with memory, in {@link IntegerRows}, locks by itself. */
public final class AtomicRows {

  static final Table TABLE = new Table(Table.Group.ATOMIC, CpuFeature.BASE);

  // read-modify-write
  public static final Widths LOCK_ADD_M_R = TABLE.all("lock add +m, r | F0 00 /r");
  public static final Widths LOCK_ADD_M_IMM = TABLE.all("lock add +m, imm | F0 80 /0");
  public static final Widths LOCK_ADD_M_IMM8 = TABLE.words("lock add +m, imm8 | F0 83 /0");
  public static final Widths LOCK_OR_M_R = TABLE.all("lock or +m, r | F0 08 /r");
  public static final Widths LOCK_OR_M_IMM = TABLE.all("lock or +m, imm | F0 80 /1");
  public static final Widths LOCK_OR_M_IMM8 = TABLE.words("lock or +m, imm8 | F0 83 /1");
  public static final Widths LOCK_AND_M_R = TABLE.all("lock and +m, r | F0 20 /r");
  public static final Widths LOCK_AND_M_IMM = TABLE.all("lock and +m, imm | F0 80 /4");
  public static final Widths LOCK_AND_M_IMM8 = TABLE.words("lock and +m, imm8 | F0 83 /4");
  public static final Widths LOCK_SUB_M_R = TABLE.all("lock sub +m, r | F0 28 /r");
  public static final Widths LOCK_SUB_M_IMM = TABLE.all("lock sub +m, imm | F0 80 /5");
  public static final Widths LOCK_SUB_M_IMM8 = TABLE.words("lock sub +m, imm8 | F0 83 /5");
  public static final Widths LOCK_XOR_M_R = TABLE.all("lock xor +m, r | F0 30 /r");
  public static final Widths LOCK_XOR_M_IMM = TABLE.all("lock xor +m, imm | F0 80 /6");
  public static final Widths LOCK_XOR_M_IMM8 = TABLE.words("lock xor +m, imm8 | F0 83 /6");
  public static final Widths LOCK_XADD = TABLE.all("lock xadd +m, +r | F0 0F C0 /r");
  public static final Widths LOCK_CMPXCHG = TABLE.all("lock cmpxchg +m, r {+a} | F0 0F B0 /r");
  public static final Row LOCK_CMPXCHG16B =
      TABLE.row("lock cmpxchg16b +m128 {+rax +rdx rbx rcx} | F0 REX.W 0F C7 /1 | CMPXCHG16B");

  // order and caches
  public static final Row MFENCE = TABLE.row("mfence | 0F AE F0");
  public static final Row LFENCE = TABLE.row("lfence | 0F AE E8");
  public static final Row SFENCE = TABLE.row("sfence | 0F AE F8");
  public static final Row PAUSE = TABLE.row("pause | F3 90");
  public static final Row PREFETCHNTA = TABLE.row("prefetchnta m8 | 0F 18 /0");
  public static final Row PREFETCHT0 = TABLE.row("prefetcht0 m8 | 0F 18 /1");
  public static final Row PREFETCHT1 = TABLE.row("prefetcht1 m8 | 0F 18 /2");
  public static final Row PREFETCHT2 = TABLE.row("prefetcht2 m8 | 0F 18 /3");
  public static final Row PREFETCHW = TABLE.row("prefetchw m8 | 0F 0D /1 | PREFETCHW");

  private AtomicRows() {
  }
}
