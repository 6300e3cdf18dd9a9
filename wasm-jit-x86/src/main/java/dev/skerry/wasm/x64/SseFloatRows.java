package dev.skerry.wasm.x64;

/** Floating point in XMM registers, two operands: SSE to SSE4.1. */
public final class SseFloatRows {

  static final Table TABLE = new Table(Table.Group.SSE_FLOAT, CpuFeature.BASE);

  // moves
  public static final Row MOVAPS_XMM_XM128 = TABLE.row("movaps =xmm, xm128 | 0F 28 /r");
  public static final Row MOVAPS_XM128_XMM = TABLE.row("movaps =xm128, xmm | 0F 29 /r");
  public static final Row MOVAPD_XMM_XM128 = TABLE.row("movapd =xmm, xm128 | 66 0F 28 /r");
  public static final Row MOVAPD_XM128_XMM = TABLE.row("movapd =xm128, xmm | 66 0F 29 /r");
  public static final Row MOVUPS_XMM_XM128 = TABLE.row("movups =xmm, xm128 | 0F 10 /r");
  public static final Row MOVUPS_XM128_XMM = TABLE.row("movups =xm128, xmm | 0F 11 /r");
  public static final Row MOVUPD_XMM_XM128 = TABLE.row("movupd =xmm, xm128 | 66 0F 10 /r");
  public static final Row MOVUPD_XM128_XMM = TABLE.row("movupd =xm128, xmm | 66 0F 11 /r");
  public static final Row MOVSS_XMM_XMM = TABLE.row("movss +xmm, xmm | F3 0F 10 /r");
  public static final Row MOVSS_XMM_M32 = TABLE.row("movss =xmm, m32 | F3 0F 10 /r");
  public static final Row MOVSS_M32_XMM = TABLE.row("movss =m32, xmm | F3 0F 11 /r");
  public static final Row MOVSD_XMM_XMM = TABLE.row("movsd +xmm, xmm | F2 0F 10 /r");
  public static final Row MOVSD_XMM_M64 = TABLE.row("movsd =xmm, m64 | F2 0F 10 /r");
  public static final Row MOVSD_M64_XMM = TABLE.row("movsd =m64, xmm | F2 0F 11 /r");
  public static final Row MOVLPS_XMM_M64 = TABLE.row("movlps +xmm, m64 | 0F 12 /r");
  public static final Row MOVLPS_M64_XMM = TABLE.row("movlps =m64, xmm | 0F 13 /r");
  public static final Row MOVLPD_XMM_M64 = TABLE.row("movlpd +xmm, m64 | 66 0F 12 /r");
  public static final Row MOVLPD_M64_XMM = TABLE.row("movlpd =m64, xmm | 66 0F 13 /r");
  public static final Row MOVHPS_XMM_M64 = TABLE.row("movhps +xmm, m64 | 0F 16 /r");
  public static final Row MOVHPS_M64_XMM = TABLE.row("movhps =m64, xmm | 0F 17 /r");
  public static final Row MOVHPD_XMM_M64 = TABLE.row("movhpd +xmm, m64 | 66 0F 16 /r");
  public static final Row MOVHPD_M64_XMM = TABLE.row("movhpd =m64, xmm | 66 0F 17 /r");
  public static final Row MOVHLPS = TABLE.row("movhlps +xmm, xmm | 0F 12 /r");
  public static final Row MOVLHPS = TABLE.row("movlhps +xmm, xmm | 0F 16 /r");
  public static final Row MOVDDUP = TABLE.row("movddup =xmm, xm64 | F2 0F 12 /r | SSE3");
  public static final Row MOVSLDUP = TABLE.row("movsldup =xmm, xm128 | F3 0F 12 /r | SSE3");
  public static final Row MOVSHDUP = TABLE.row("movshdup =xmm, xm128 | F3 0F 16 /r | SSE3");
  public static final Row MOVMSKPS = TABLE.row("movmskps =r32, xmm | 0F 50 /r");
  public static final Row MOVMSKPD = TABLE.row("movmskpd =r32, xmm | 66 0F 50 /r");

  // arithmetic
  public static final Row SQRTPS = TABLE.row("sqrtps =xmm, xm128 | 0F 51 /r");
  public static final Row SQRTPD = TABLE.row("sqrtpd =xmm, xm128 | 66 0F 51 /r");
  public static final Row SQRTSS = TABLE.row("sqrtss +xmm, xm32 | F3 0F 51 /r");
  public static final Row SQRTSD = TABLE.row("sqrtsd +xmm, xm64 | F2 0F 51 /r");
  public static final Row ADDPS = TABLE.row("addps +xmm, xm128 | 0F 58 /r");
  public static final Row ADDPD = TABLE.row("addpd +xmm, xm128 | 66 0F 58 /r");
  public static final Row ADDSS = TABLE.row("addss +xmm, xm32 | F3 0F 58 /r");
  public static final Row ADDSD = TABLE.row("addsd +xmm, xm64 | F2 0F 58 /r");
  public static final Row MULPS = TABLE.row("mulps +xmm, xm128 | 0F 59 /r");
  public static final Row MULPD = TABLE.row("mulpd +xmm, xm128 | 66 0F 59 /r");
  public static final Row MULSS = TABLE.row("mulss +xmm, xm32 | F3 0F 59 /r");
  public static final Row MULSD = TABLE.row("mulsd +xmm, xm64 | F2 0F 59 /r");
  public static final Row SUBPS = TABLE.row("subps +xmm, xm128 | 0F 5C /r");
  public static final Row SUBPD = TABLE.row("subpd +xmm, xm128 | 66 0F 5C /r");
  public static final Row SUBSS = TABLE.row("subss +xmm, xm32 | F3 0F 5C /r");
  public static final Row SUBSD = TABLE.row("subsd +xmm, xm64 | F2 0F 5C /r");
  public static final Row MINPS = TABLE.row("minps +xmm, xm128 | 0F 5D /r");
  public static final Row MINPD = TABLE.row("minpd +xmm, xm128 | 66 0F 5D /r");
  public static final Row MINSS = TABLE.row("minss +xmm, xm32 | F3 0F 5D /r");
  public static final Row MINSD = TABLE.row("minsd +xmm, xm64 | F2 0F 5D /r");
  public static final Row DIVPS = TABLE.row("divps +xmm, xm128 | 0F 5E /r");
  public static final Row DIVPD = TABLE.row("divpd +xmm, xm128 | 66 0F 5E /r");
  public static final Row DIVSS = TABLE.row("divss +xmm, xm32 | F3 0F 5E /r");
  public static final Row DIVSD = TABLE.row("divsd +xmm, xm64 | F2 0F 5E /r");
  public static final Row MAXPS = TABLE.row("maxps +xmm, xm128 | 0F 5F /r");
  public static final Row MAXPD = TABLE.row("maxpd +xmm, xm128 | 66 0F 5F /r");
  public static final Row MAXSS = TABLE.row("maxss +xmm, xm32 | F3 0F 5F /r");
  public static final Row MAXSD = TABLE.row("maxsd +xmm, xm64 | F2 0F 5F /r");

  // logic, shuffles and compares
  public static final Row ANDPS = TABLE.row("andps +xmm, xm128 | 0F 54 /r");
  public static final Row ANDPD = TABLE.row("andpd +xmm, xm128 | 66 0F 54 /r");
  public static final Row ANDNPS = TABLE.row("andnps +xmm, xm128 | 0F 55 /r");
  public static final Row ANDNPD = TABLE.row("andnpd +xmm, xm128 | 66 0F 55 /r");
  public static final Row ORPS = TABLE.row("orps +xmm, xm128 | 0F 56 /r");
  public static final Row ORPD = TABLE.row("orpd +xmm, xm128 | 66 0F 56 /r");
  public static final Row XORPS = TABLE.row("xorps +xmm, xm128 | 0F 57 /r");
  public static final Row XORPD = TABLE.row("xorpd +xmm, xm128 | 66 0F 57 /r");
  public static final Row UNPCKLPS = TABLE.row("unpcklps +xmm, xm128 | 0F 14 /r");
  public static final Row UNPCKLPD = TABLE.row("unpcklpd +xmm, xm128 | 66 0F 14 /r");
  public static final Row UNPCKHPS = TABLE.row("unpckhps +xmm, xm128 | 0F 15 /r");
  public static final Row UNPCKHPD = TABLE.row("unpckhpd +xmm, xm128 | 66 0F 15 /r");
  public static final Row SHUFPS = TABLE.row("shufps +xmm, xm128, uimm8 | 0F C6 /r");
  public static final Row SHUFPD = TABLE.row("shufpd +xmm, xm128, uimm8 | 66 0F C6 /r");
  public static final Row CMPPS = TABLE.row("cmpps +xmm, xm128, uimm8 | 0F C2 /r");
  public static final Row CMPPD = TABLE.row("cmppd +xmm, xm128, uimm8 | 66 0F C2 /r");
  public static final Row CMPSS = TABLE.row("cmpss +xmm, xm32, uimm8 | F3 0F C2 /r");
  public static final Row CMPSD = TABLE.row("cmpsd +xmm, xm64, uimm8 | F2 0F C2 /r");
  public static final Row UCOMISS = TABLE.row("ucomiss xmm, xm32 | 0F 2E /r");
  public static final Row UCOMISD = TABLE.row("ucomisd xmm, xm64 | 66 0F 2E /r");
  public static final Row COMISS = TABLE.row("comiss xmm, xm32 | 0F 2F /r");
  public static final Row COMISD = TABLE.row("comisd xmm, xm64 | 66 0F 2F /r");

  // conversions
  public static final Row CVTSI2SS_XMM_RM32 = TABLE.row("cvtsi2ss +xmm, rm32 | F3 0F 2A /r");
  public static final Row CVTTSS2SI_R32_XM32 = TABLE.row("cvttss2si =r32, xm32 | F3 0F 2C /r");
  public static final Row CVTSS2SI_R32_XM32 = TABLE.row("cvtss2si =r32, xm32 | F3 0F 2D /r");
  public static final Row CVTSI2SS_XMM_RM64 = TABLE.row("cvtsi2ss +xmm, rm64 | F3 REX.W 0F 2A /r");
  public static final Row CVTTSS2SI_R64_XM32 = TABLE.row("cvttss2si =r64, xm32 | F3 REX.W 0F 2C /r");
  public static final Row CVTSS2SI_R64_XM32 = TABLE.row("cvtss2si =r64, xm32 | F3 REX.W 0F 2D /r");
  public static final Row CVTSI2SD_XMM_RM32 = TABLE.row("cvtsi2sd +xmm, rm32 | F2 0F 2A /r");
  public static final Row CVTTSD2SI_R32_XM64 = TABLE.row("cvttsd2si =r32, xm64 | F2 0F 2C /r");
  public static final Row CVTSD2SI_R32_XM64 = TABLE.row("cvtsd2si =r32, xm64 | F2 0F 2D /r");
  public static final Row CVTSI2SD_XMM_RM64 = TABLE.row("cvtsi2sd +xmm, rm64 | F2 REX.W 0F 2A /r");
  public static final Row CVTTSD2SI_R64_XM64 = TABLE.row("cvttsd2si =r64, xm64 | F2 REX.W 0F 2C /r");
  public static final Row CVTSD2SI_R64_XM64 = TABLE.row("cvtsd2si =r64, xm64 | F2 REX.W 0F 2D /r");
  public static final Row CVTSS2SD = TABLE.row("cvtss2sd +xmm, xm32 | F3 0F 5A /r");
  public static final Row CVTSD2SS = TABLE.row("cvtsd2ss +xmm, xm64 | F2 0F 5A /r");
  public static final Row CVTPS2PD = TABLE.row("cvtps2pd =xmm, xm64 | 0F 5A /r");
  public static final Row CVTPD2PS = TABLE.row("cvtpd2ps =xmm, xm128 | 66 0F 5A /r");
  public static final Row CVTDQ2PS = TABLE.row("cvtdq2ps =xmm, xm128 | 0F 5B /r");
  public static final Row CVTPS2DQ = TABLE.row("cvtps2dq =xmm, xm128 | 66 0F 5B /r");
  public static final Row CVTTPS2DQ = TABLE.row("cvttps2dq =xmm, xm128 | F3 0F 5B /r");
  public static final Row CVTDQ2PD = TABLE.row("cvtdq2pd =xmm, xm64 | F3 0F E6 /r");
  public static final Row CVTPD2DQ = TABLE.row("cvtpd2dq =xmm, xm128 | F2 0F E6 /r");
  public static final Row CVTTPD2DQ = TABLE.row("cvttpd2dq =xmm, xm128 | 66 0F E6 /r");

  // rounding, blends and lanes
  public static final Row ROUNDPS = TABLE.row("roundps =xmm, xm128, uimm8 | 66 0F 3A 08 /r | SSE4_1");
  public static final Row ROUNDPD = TABLE.row("roundpd =xmm, xm128, uimm8 | 66 0F 3A 09 /r | SSE4_1");
  public static final Row ROUNDSS = TABLE.row("roundss +xmm, xm32, uimm8 | 66 0F 3A 0A /r | SSE4_1");
  public static final Row ROUNDSD = TABLE.row("roundsd +xmm, xm64, uimm8 | 66 0F 3A 0B /r | SSE4_1");
  public static final Row BLENDPS = TABLE.row("blendps +xmm, xm128, uimm8 | 66 0F 3A 0C /r | SSE4_1");
  public static final Row BLENDVPS = TABLE.row("blendvps +xmm, xm128, xmm0 | 66 0F 38 14 /r | SSE4_1");
  public static final Row BLENDPD = TABLE.row("blendpd +xmm, xm128, uimm8 | 66 0F 3A 0D /r | SSE4_1");
  public static final Row BLENDVPD = TABLE.row("blendvpd +xmm, xm128, xmm0 | 66 0F 38 15 /r | SSE4_1");
  public static final Row INSERTPS = TABLE.row("insertps +xmm, xm32, uimm8 | 66 0F 3A 21 /r | SSE4_1");
  public static final Row EXTRACTPS = TABLE.row("extractps =rm32, xmm, uimm8 | 66 0F 3A 17 /r | SSE4_1");

  // control and status
  public static final Row LDMXCSR = TABLE.row("ldmxcsr m32 | 0F AE /2");
  public static final Row STMXCSR = TABLE.row("stmxcsr =m32 | 0F AE /3");

  private SseFloatRows() {
  }
}
