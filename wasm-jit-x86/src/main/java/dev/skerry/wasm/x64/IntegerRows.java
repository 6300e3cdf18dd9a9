package dev.skerry.wasm.x64;

/** Integers: moves, arithmetic, shifts, bits, conditions. */
public final class IntegerRows {

  static final Table TABLE = new Table(Table.Group.INTEGER, CpuFeature.BASE);

  // moves
  public static final Widths MOV_RM_R = TABLE.all("mov =rm, r | 88 /r");
  public static final Widths MOV_R_RM = TABLE.all("mov =r, rm | 8A /r");
  public static final Widths MOV_RM_IMM = TABLE.all("mov =rm, imm | C6 /0");
  public static final Row MOV_R32_IMM32 = TABLE.row("mov =r32, imm32 | B8+r");
  public static final Row MOV_R64_IMM64 = TABLE.row("mov =r64, imm64 | REX.W B8+r");
  public static final Widths MOVZX_R_RM8 = TABLE.wide("movzx =r, rm8 | 0F B6 /r");
  public static final Widths MOVZX_R_RM16 = TABLE.wide("movzx =r, rm16 | 0F B7 /r");
  public static final Widths MOVSX_R_RM8 = TABLE.wide("movsx =r, rm8 | 0F BE /r");
  public static final Widths MOVSX_R_RM16 = TABLE.wide("movsx =r, rm16 | 0F BF /r");
  public static final Row MOVSXD = TABLE.row("movsxd =r64, rm32 | REX.W 63 /r");
  public static final Widths LEA = TABLE.wide("lea =r, m0 | 8D /r");
  public static final Widths XCHG = TABLE.all("xchg +rm, +r | 86 /r");
  public static final Widths BSWAP = TABLE.wide("bswap +r | 0F C8+r");

  // arithmetic and logic
  public static final Widths ADD_RM_R = TABLE.all("add +rm, r | 00 /r");
  public static final Widths ADD_R_RM = TABLE.all("add +r, rm | 02 /r");
  public static final Widths ADD_RM_IMM = TABLE.all("add +rm, imm | 80 /0");
  public static final Widths ADD_RM_IMM8 = TABLE.words("add +rm, imm8 | 83 /0");
  public static final Widths OR_RM_R = TABLE.all("or +rm, r | 08 /r");
  public static final Widths OR_R_RM = TABLE.all("or +r, rm | 0A /r");
  public static final Widths OR_RM_IMM = TABLE.all("or +rm, imm | 80 /1");
  public static final Widths OR_RM_IMM8 = TABLE.words("or +rm, imm8 | 83 /1");
  public static final Widths ADC_RM_R = TABLE.all("adc +rm, r | 10 /r");
  public static final Widths ADC_R_RM = TABLE.all("adc +r, rm | 12 /r");
  public static final Widths ADC_RM_IMM = TABLE.all("adc +rm, imm | 80 /2");
  public static final Widths ADC_RM_IMM8 = TABLE.words("adc +rm, imm8 | 83 /2");
  public static final Widths SBB_RM_R = TABLE.all("sbb +rm, r | 18 /r");
  public static final Widths SBB_R_RM = TABLE.all("sbb +r, rm | 1A /r");
  public static final Widths SBB_RM_IMM = TABLE.all("sbb +rm, imm | 80 /3");
  public static final Widths SBB_RM_IMM8 = TABLE.words("sbb +rm, imm8 | 83 /3");
  public static final Widths AND_RM_R = TABLE.all("and +rm, r | 20 /r");
  public static final Widths AND_R_RM = TABLE.all("and +r, rm | 22 /r");
  public static final Widths AND_RM_IMM = TABLE.all("and +rm, imm | 80 /4");
  public static final Widths AND_RM_IMM8 = TABLE.words("and +rm, imm8 | 83 /4");
  public static final Widths SUB_RM_R = TABLE.all("sub +rm, r | 28 /r");
  public static final Widths SUB_R_RM = TABLE.all("sub +r, rm | 2A /r");
  public static final Widths SUB_RM_IMM = TABLE.all("sub +rm, imm | 80 /5");
  public static final Widths SUB_RM_IMM8 = TABLE.words("sub +rm, imm8 | 83 /5");
  public static final Widths XOR_RM_R = TABLE.all("xor +rm, r | 30 /r");
  public static final Widths XOR_R_RM = TABLE.all("xor +r, rm | 32 /r");
  public static final Widths XOR_RM_IMM = TABLE.all("xor +rm, imm | 80 /6");
  public static final Widths XOR_RM_IMM8 = TABLE.words("xor +rm, imm8 | 83 /6");
  public static final Widths CMP_RM_R = TABLE.all("cmp rm, r | 38 /r");
  public static final Widths CMP_R_RM = TABLE.all("cmp r, rm | 3A /r");
  public static final Widths CMP_RM_IMM = TABLE.all("cmp rm, imm | 80 /7");
  public static final Widths CMP_RM_IMM8 = TABLE.words("cmp rm, imm8 | 83 /7");
  public static final Widths TEST_RM_R = TABLE.all("test rm, r | 84 /r");
  public static final Widths TEST_RM_IMM = TABLE.all("test rm, imm | F6 /0");
  public static final Widths INC = TABLE.all("inc +rm | FE /0");
  public static final Widths DEC = TABLE.all("dec +rm | FE /1");
  public static final Widths NOT = TABLE.all("not +rm | F6 /2");
  public static final Widths NEG = TABLE.all("neg +rm | F6 /3");

  // multiplication and division
  public static final Widths IMUL_R_RM = TABLE.words("imul +r, rm | 0F AF /r");
  public static final Widths IMUL_R_RM_IMM = TABLE.words("imul =r, rm, imm | 69 /r");
  public static final Widths IMUL_R_RM_IMM8 = TABLE.words("imul =r, rm, imm8 | 6B /r");
  public static final Widths IMUL_RM = TABLE.wide("imul rm {+a =d} | F7 /5");
  public static final Widths MUL = TABLE.wide("mul rm {+a =d} | F7 /4");
  public static final Widths DIV = TABLE.wide("div rm {+a +d} | F7 /6");
  public static final Widths IDIV = TABLE.wide("idiv rm {+a +d} | F7 /7");
  public static final Row CDQ = TABLE.row("cdq {eax =edx} | 99");
  public static final Row CQO = TABLE.row("cqo {rax =rdx} | REX.W 99");
  public static final Row MULX_R32_R32_RM32 = TABLE.row("mulx =r32, =r32, rm32 {edx} | VEX.F2.0F38 F6 /r | BMI2");
  public static final Row MULX_R64_R64_RM64 = TABLE.row("mulx =r64, =r64, rm64 {rdx} | VEX.F2.0F38.W1 F6 /r | BMI2");

  // shifts and rotations
  public static final Widths ROL_RM_UIMM8 = TABLE.all("rol +rm, uimm8 | C0 /0");
  public static final Widths ROL_RM_CL = TABLE.all("rol +rm, cl | D2 /0");
  public static final Widths ROR_RM_UIMM8 = TABLE.all("ror +rm, uimm8 | C0 /1");
  public static final Widths ROR_RM_CL = TABLE.all("ror +rm, cl | D2 /1");
  public static final Widths SHL_RM_UIMM8 = TABLE.all("shl +rm, uimm8 | C0 /4");
  public static final Widths SHL_RM_CL = TABLE.all("shl +rm, cl | D2 /4");
  public static final Widths SHR_RM_UIMM8 = TABLE.all("shr +rm, uimm8 | C0 /5");
  public static final Widths SHR_RM_CL = TABLE.all("shr +rm, cl | D2 /5");
  public static final Widths SAR_RM_UIMM8 = TABLE.all("sar +rm, uimm8 | C0 /7");
  public static final Widths SAR_RM_CL = TABLE.all("sar +rm, cl | D2 /7");
  public static final Widths SHLD_RM_R_UIMM8 = TABLE.wide("shld +rm, r, uimm8 | 0F A4 /r");
  public static final Widths SHLD_RM_R_CL = TABLE.wide("shld +rm, r, cl | 0F A5 /r");
  public static final Widths SHRD_RM_R_UIMM8 = TABLE.wide("shrd +rm, r, uimm8 | 0F AC /r");
  public static final Widths SHRD_RM_R_CL = TABLE.wide("shrd +rm, r, cl | 0F AD /r");
  public static final Widths SHLX = TABLE.wide("shlx =r, rm, r | VEX.66.0F38 F7 /r | BMI2");
  public static final Widths SHRX = TABLE.wide("shrx =r, rm, r | VEX.F2.0F38 F7 /r | BMI2");
  public static final Widths SARX = TABLE.wide("sarx =r, rm, r | VEX.F3.0F38 F7 /r | BMI2");
  public static final Widths RORX = TABLE.wide("rorx =r, rm, uimm8 | VEX.F2.0F3A F0 /r | BMI2");

  // bits
  public static final Widths BSF = TABLE.wide("bsf +r, rm | 0F BC /r");
  public static final Widths BSR = TABLE.wide("bsr +r, rm | 0F BD /r");
  public static final Widths POPCNT = TABLE.wide("popcnt =r, rm | F3 0F B8 /r | POPCNT");
  public static final Widths LZCNT = TABLE.wide("lzcnt =r, rm | F3 0F BD /r | LZCNT");
  public static final Widths TZCNT = TABLE.wide("tzcnt =r, rm | F3 0F BC /r | BMI1");
  public static final Widths ANDN = TABLE.wide("andn =r, r, rm | VEX.0F38 F2 /r | BMI1");
  public static final Widths BLSR = TABLE.wide("blsr =r, rm | VEX.0F38 F3 /1 | BMI1");
  public static final Widths BLSMSK = TABLE.wide("blsmsk =r, rm | VEX.0F38 F3 /2 | BMI1");
  public static final Widths BLSI = TABLE.wide("blsi =r, rm | VEX.0F38 F3 /3 | BMI1");
  public static final Widths BEXTR = TABLE.wide("bextr =r, rm, r | VEX.0F38 F7 /r | BMI1");
  public static final Widths BZHI = TABLE.wide("bzhi =r, rm, r | VEX.0F38 F5 /r | BMI2");
  public static final Widths PDEP = TABLE.wide("pdep =r, r, rm | VEX.F2.0F38 F5 /r | BMI2");
  public static final Widths PEXT = TABLE.wide("pext =r, r, rm | VEX.F3.0F38 F5 /r | BMI2");

  // conditions
  public static final Conditions SETCC = TABLE.conditions("set* +rm8 | 0F 90+cc /0");
  public static final Conditions CMOVCC_R32_RM32 = TABLE.conditions("cmov* +r32, rm32 | 0F 40+cc /r");
  public static final Conditions CMOVCC_R64_RM64 = TABLE.conditions("cmov* +r64, rm64 | REX.W 0F 40+cc /r");

  private IntegerRows() {
  }
}
