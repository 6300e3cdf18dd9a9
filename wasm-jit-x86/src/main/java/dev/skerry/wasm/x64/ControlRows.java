package dev.skerry.wasm.x64;

import java.util.List;

/** Control: branches, calls, the stack, traps, no-operations. */
public final class ControlRows {

  static final Table TABLE = new Table(Table.Group.CONTROL, CpuFeature.BASE);

  // branches, calls and the stack
  public static final Row JMP_REL8 = TABLE.row("jmp rel8 | EB");
  public static final Row JMP_REL32 = TABLE.row("jmp rel32 | E9");
  public static final Row JMP_RM64 = TABLE.row("jmp rm64 | FF /4");
  public static final Conditions JCC_REL8 = TABLE.conditions("j* rel8 | 70+cc");
  public static final Conditions JCC_REL32 = TABLE.conditions("j* rel32 | 0F 80+cc");
  public static final Row CALL_REL32 = TABLE.row("call rel32 | E8");
  public static final Row CALL_RM64 = TABLE.row("call rm64 | FF /2");
  public static final Row RET = TABLE.row("ret | C3");
  public static final Row RET_UIMM16 = TABLE.row("ret uimm16 | C2");
  public static final Row PUSH_R64 = TABLE.row("push r64 | 50+r");
  public static final Row PUSH_M64 = TABLE.row("push m64 | FF /6");
  public static final Row PUSH_IMM8 = TABLE.row("push imm8 | 6A");
  public static final Row PUSH_IMM32 = TABLE.row("push imm32 | 68");
  public static final Row POP_R64 = TABLE.row("pop =r64 | 58+r");
  public static final Row POP_M64 = TABLE.row("pop =m64 | 8F /0");
  public static final Row LEAVE = TABLE.row("leave {=rsp +rbp} | C9");

  // traps and the system
  public static final Row UD2 = TABLE.row("ud2 | 0F 0B");
  public static final Row INT3 = TABLE.row("int3 | CC");
  public static final Row ENDBR64 = TABLE.row("endbr64 | F3 0F 1E FA");
  public static final Row SYSCALL = TABLE.row("syscall {+rax =rcx =r11} | 0F 05");
  public static final Row CPUID = TABLE.row("cpuid {+rax =rbx +rcx =rdx} | 0F A2");
  public static final Row XGETBV = TABLE.row("xgetbv {rcx =rax =rdx} | 0F 01 D0");
  public static final Row RDFSBASE = TABLE.row("rdfsbase =r64 | F3 REX.W 0F AE /0 | FSGSBASE");
  public static final Row RDGSBASE = TABLE.row("rdgsbase =r64 | F3 REX.W 0F AE /1 | FSGSBASE");
  public static final Row WRFSBASE = TABLE.row("wrfsbase r64 | F3 REX.W 0F AE /2 | FSGSBASE");
  public static final Row WRGSBASE = TABLE.row("wrgsbase r64 | F3 REX.W 0F AE /3 | FSGSBASE");

  /** No-operations of one byte, two bytes and so on (Intel SDM, volume 2, NOP). */
  public static final List<Row> NOPS = List.of(
      TABLE.row("nop | 90"),
      TABLE.row("nop | 66 90"),
      TABLE.row("nop | 0F 1F 00"),
      TABLE.row("nop | 0F 1F 40 00"),
      TABLE.row("nop | 0F 1F 44 00 00"),
      TABLE.row("nop | 66 0F 1F 44 00 00"),
      TABLE.row("nop | 0F 1F 80 00 00 00 00"),
      TABLE.row("nop | 0F 1F 84 00 00 00 00 00"),
      TABLE.row("nop | 66 0F 1F 84 00 00 00 00 00"));

  private ControlRows() {
  }
}
