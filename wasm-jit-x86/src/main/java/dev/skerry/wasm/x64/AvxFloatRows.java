package dev.skerry.wasm.x64;

/** Floating point in VEX forms of 128 and 256 bits, and FMA. */
public final class AvxFloatRows {

  static final Table TABLE = new Table(Table.Group.AVX_FLOAT, CpuFeature.AVX);

  // moves
  public static final Widths VMOVAPS_V_VM = TABLE.lanes("vmovaps =v, vm | VEX.0F 28 /r");
  public static final Widths VMOVAPS_VM_V = TABLE.lanes("vmovaps =vm, v | VEX.0F 29 /r");
  public static final Widths VMOVAPD_V_VM = TABLE.lanes("vmovapd =v, vm | VEX.66.0F 28 /r");
  public static final Widths VMOVAPD_VM_V = TABLE.lanes("vmovapd =vm, v | VEX.66.0F 29 /r");
  public static final Widths VMOVUPS_V_VM = TABLE.lanes("vmovups =v, vm | VEX.0F 10 /r");
  public static final Widths VMOVUPS_VM_V = TABLE.lanes("vmovups =vm, v | VEX.0F 11 /r");
  public static final Widths VMOVUPD_V_VM = TABLE.lanes("vmovupd =v, vm | VEX.66.0F 10 /r");
  public static final Widths VMOVUPD_VM_V = TABLE.lanes("vmovupd =vm, v | VEX.66.0F 11 /r");
  public static final Row VMOVSS_XMM_XMM_XMM = TABLE.row("vmovss =xmm, xmm, xmm | VEX.F3.0F 10 /r");
  public static final Row VMOVSS_XMM_M32 = TABLE.row("vmovss =xmm, m32 | VEX.F3.0F 10 /r");
  public static final Row VMOVSS_M32_XMM = TABLE.row("vmovss =m32, xmm | VEX.F3.0F 11 /r");
  public static final Row VMOVSD_XMM_XMM_XMM = TABLE.row("vmovsd =xmm, xmm, xmm | VEX.F2.0F 10 /r");
  public static final Row VMOVSD_XMM_M64 = TABLE.row("vmovsd =xmm, m64 | VEX.F2.0F 10 /r");
  public static final Row VMOVSD_M64_XMM = TABLE.row("vmovsd =m64, xmm | VEX.F2.0F 11 /r");
  public static final Row VMOVLPS_XMM_XMM_M64 = TABLE.row("vmovlps =xmm, xmm, m64 | VEX.0F 12 /r");
  public static final Row VMOVLPS_M64_XMM = TABLE.row("vmovlps =m64, xmm | VEX.0F 13 /r");
  public static final Row VMOVLPD_XMM_XMM_M64 = TABLE.row("vmovlpd =xmm, xmm, m64 | VEX.66.0F 12 /r");
  public static final Row VMOVLPD_M64_XMM = TABLE.row("vmovlpd =m64, xmm | VEX.66.0F 13 /r");
  public static final Row VMOVHPS_XMM_XMM_M64 = TABLE.row("vmovhps =xmm, xmm, m64 | VEX.0F 16 /r");
  public static final Row VMOVHPS_M64_XMM = TABLE.row("vmovhps =m64, xmm | VEX.0F 17 /r");
  public static final Row VMOVHPD_XMM_XMM_M64 = TABLE.row("vmovhpd =xmm, xmm, m64 | VEX.66.0F 16 /r");
  public static final Row VMOVHPD_M64_XMM = TABLE.row("vmovhpd =m64, xmm | VEX.66.0F 17 /r");
  public static final Row VMOVHLPS = TABLE.row("vmovhlps =xmm, xmm, xmm | VEX.0F 12 /r");
  public static final Row VMOVLHPS = TABLE.row("vmovlhps =xmm, xmm, xmm | VEX.0F 16 /r");
  public static final Row VMOVDDUP_XMM_XM64 = TABLE.row("vmovddup =xmm, xm64 | VEX.F2.0F 12 /r");
  public static final Row VMOVDDUP_YMM_YM256 = TABLE.row("vmovddup =ymm, ym256 | VEX.256.F2.0F 12 /r");
  public static final Widths VMOVSLDUP = TABLE.lanes("vmovsldup =v, vm | VEX.F3.0F 12 /r");
  public static final Widths VMOVSHDUP = TABLE.lanes("vmovshdup =v, vm | VEX.F3.0F 16 /r");
  public static final Widths VMOVMSKPS = TABLE.lanes("vmovmskps =r32, v | VEX.0F 50 /r");
  public static final Widths VMOVMSKPD = TABLE.lanes("vmovmskpd =r32, v | VEX.66.0F 50 /r");

  // arithmetic
  public static final Widths VSQRTPS = TABLE.lanes("vsqrtps =v, vm | VEX.0F 51 /r");
  public static final Widths VSQRTPD = TABLE.lanes("vsqrtpd =v, vm | VEX.66.0F 51 /r");
  public static final Row VSQRTSS = TABLE.row("vsqrtss =xmm, xmm, xm32 | VEX.F3.0F 51 /r");
  public static final Row VSQRTSD = TABLE.row("vsqrtsd =xmm, xmm, xm64 | VEX.F2.0F 51 /r");
  public static final Widths VADDPS = TABLE.lanes("vaddps =v, v, vm | VEX.0F 58 /r");
  public static final Widths VADDPD = TABLE.lanes("vaddpd =v, v, vm | VEX.66.0F 58 /r");
  public static final Row VADDSS = TABLE.row("vaddss =xmm, xmm, xm32 | VEX.F3.0F 58 /r");
  public static final Row VADDSD = TABLE.row("vaddsd =xmm, xmm, xm64 | VEX.F2.0F 58 /r");
  public static final Widths VMULPS = TABLE.lanes("vmulps =v, v, vm | VEX.0F 59 /r");
  public static final Widths VMULPD = TABLE.lanes("vmulpd =v, v, vm | VEX.66.0F 59 /r");
  public static final Row VMULSS = TABLE.row("vmulss =xmm, xmm, xm32 | VEX.F3.0F 59 /r");
  public static final Row VMULSD = TABLE.row("vmulsd =xmm, xmm, xm64 | VEX.F2.0F 59 /r");
  public static final Widths VSUBPS = TABLE.lanes("vsubps =v, v, vm | VEX.0F 5C /r");
  public static final Widths VSUBPD = TABLE.lanes("vsubpd =v, v, vm | VEX.66.0F 5C /r");
  public static final Row VSUBSS = TABLE.row("vsubss =xmm, xmm, xm32 | VEX.F3.0F 5C /r");
  public static final Row VSUBSD = TABLE.row("vsubsd =xmm, xmm, xm64 | VEX.F2.0F 5C /r");
  public static final Widths VMINPS = TABLE.lanes("vminps =v, v, vm | VEX.0F 5D /r");
  public static final Widths VMINPD = TABLE.lanes("vminpd =v, v, vm | VEX.66.0F 5D /r");
  public static final Row VMINSS = TABLE.row("vminss =xmm, xmm, xm32 | VEX.F3.0F 5D /r");
  public static final Row VMINSD = TABLE.row("vminsd =xmm, xmm, xm64 | VEX.F2.0F 5D /r");
  public static final Widths VDIVPS = TABLE.lanes("vdivps =v, v, vm | VEX.0F 5E /r");
  public static final Widths VDIVPD = TABLE.lanes("vdivpd =v, v, vm | VEX.66.0F 5E /r");
  public static final Row VDIVSS = TABLE.row("vdivss =xmm, xmm, xm32 | VEX.F3.0F 5E /r");
  public static final Row VDIVSD = TABLE.row("vdivsd =xmm, xmm, xm64 | VEX.F2.0F 5E /r");
  public static final Widths VMAXPS = TABLE.lanes("vmaxps =v, v, vm | VEX.0F 5F /r");
  public static final Widths VMAXPD = TABLE.lanes("vmaxpd =v, v, vm | VEX.66.0F 5F /r");
  public static final Row VMAXSS = TABLE.row("vmaxss =xmm, xmm, xm32 | VEX.F3.0F 5F /r");
  public static final Row VMAXSD = TABLE.row("vmaxsd =xmm, xmm, xm64 | VEX.F2.0F 5F /r");

  // logic, shuffles and compares
  public static final Widths VANDPS = TABLE.lanes("vandps =v, v, vm | VEX.0F 54 /r");
  public static final Widths VANDPD = TABLE.lanes("vandpd =v, v, vm | VEX.66.0F 54 /r");
  public static final Widths VANDNPS = TABLE.lanes("vandnps =v, v, vm | VEX.0F 55 /r");
  public static final Widths VANDNPD = TABLE.lanes("vandnpd =v, v, vm | VEX.66.0F 55 /r");
  public static final Widths VORPS = TABLE.lanes("vorps =v, v, vm | VEX.0F 56 /r");
  public static final Widths VORPD = TABLE.lanes("vorpd =v, v, vm | VEX.66.0F 56 /r");
  public static final Widths VXORPS = TABLE.lanes("vxorps =v, v, vm | VEX.0F 57 /r");
  public static final Widths VXORPD = TABLE.lanes("vxorpd =v, v, vm | VEX.66.0F 57 /r");
  public static final Widths VUNPCKLPS = TABLE.lanes("vunpcklps =v, v, vm | VEX.0F 14 /r");
  public static final Widths VUNPCKLPD = TABLE.lanes("vunpcklpd =v, v, vm | VEX.66.0F 14 /r");
  public static final Widths VUNPCKHPS = TABLE.lanes("vunpckhps =v, v, vm | VEX.0F 15 /r");
  public static final Widths VUNPCKHPD = TABLE.lanes("vunpckhpd =v, v, vm | VEX.66.0F 15 /r");
  public static final Widths VSHUFPS = TABLE.lanes("vshufps =v, v, vm, uimm8 | VEX.0F C6 /r");
  public static final Widths VSHUFPD = TABLE.lanes("vshufpd =v, v, vm, uimm8 | VEX.66.0F C6 /r");
  public static final Widths VCMPPS = TABLE.lanes("vcmpps =v, v, vm, uimm8 | VEX.0F C2 /r");
  public static final Widths VCMPPD = TABLE.lanes("vcmppd =v, v, vm, uimm8 | VEX.66.0F C2 /r");
  public static final Row VCMPSS = TABLE.row("vcmpss =xmm, xmm, xm32, uimm8 | VEX.F3.0F C2 /r");
  public static final Row VCMPSD = TABLE.row("vcmpsd =xmm, xmm, xm64, uimm8 | VEX.F2.0F C2 /r");
  public static final Row VUCOMISS = TABLE.row("vucomiss xmm, xm32 | VEX.0F 2E /r");
  public static final Row VUCOMISD = TABLE.row("vucomisd xmm, xm64 | VEX.66.0F 2E /r");
  public static final Row VCOMISS = TABLE.row("vcomiss xmm, xm32 | VEX.0F 2F /r");
  public static final Row VCOMISD = TABLE.row("vcomisd xmm, xm64 | VEX.66.0F 2F /r");

  // conversions
  public static final Row VCVTSI2SS_XMM_XMM_RM32 = TABLE.row("vcvtsi2ss =xmm, xmm, rm32 | VEX.F3.0F 2A /r");
  public static final Row VCVTTSS2SI_R32_XM32 = TABLE.row("vcvttss2si =r32, xm32 | VEX.F3.0F 2C /r");
  public static final Row VCVTSS2SI_R32_XM32 = TABLE.row("vcvtss2si =r32, xm32 | VEX.F3.0F 2D /r");
  public static final Row VCVTSI2SS_XMM_XMM_RM64 = TABLE.row("vcvtsi2ss =xmm, xmm, rm64 | VEX.F3.0F.W1 2A /r");
  public static final Row VCVTTSS2SI_R64_XM32 = TABLE.row("vcvttss2si =r64, xm32 | VEX.F3.0F.W1 2C /r");
  public static final Row VCVTSS2SI_R64_XM32 = TABLE.row("vcvtss2si =r64, xm32 | VEX.F3.0F.W1 2D /r");
  public static final Row VCVTSI2SD_XMM_XMM_RM32 = TABLE.row("vcvtsi2sd =xmm, xmm, rm32 | VEX.F2.0F 2A /r");
  public static final Row VCVTTSD2SI_R32_XM64 = TABLE.row("vcvttsd2si =r32, xm64 | VEX.F2.0F 2C /r");
  public static final Row VCVTSD2SI_R32_XM64 = TABLE.row("vcvtsd2si =r32, xm64 | VEX.F2.0F 2D /r");
  public static final Row VCVTSI2SD_XMM_XMM_RM64 = TABLE.row("vcvtsi2sd =xmm, xmm, rm64 | VEX.F2.0F.W1 2A /r");
  public static final Row VCVTTSD2SI_R64_XM64 = TABLE.row("vcvttsd2si =r64, xm64 | VEX.F2.0F.W1 2C /r");
  public static final Row VCVTSD2SI_R64_XM64 = TABLE.row("vcvtsd2si =r64, xm64 | VEX.F2.0F.W1 2D /r");
  public static final Row VCVTSS2SD = TABLE.row("vcvtss2sd =xmm, xmm, xm32 | VEX.F3.0F 5A /r");
  public static final Row VCVTSD2SS = TABLE.row("vcvtsd2ss =xmm, xmm, xm64 | VEX.F2.0F 5A /r");
  public static final Row VCVTPS2PD_XMM_XM64 = TABLE.row("vcvtps2pd =xmm, xm64 | VEX.0F 5A /r");
  public static final Row VCVTPS2PD_YMM_XM128 = TABLE.row("vcvtps2pd =ymm, xm128 | VEX.256.0F 5A /r");
  public static final Row VCVTPD2PS_XMM_XM128 = TABLE.row("vcvtpd2ps =xmm, xm128 | VEX.66.0F 5A /r");
  public static final Row VCVTPD2PS_XMM_YM256 = TABLE.row("vcvtpd2ps =xmm, ym256 | VEX.256.66.0F 5A /r");
  public static final Widths VCVTDQ2PS = TABLE.lanes("vcvtdq2ps =v, vm | VEX.0F 5B /r");
  public static final Widths VCVTPS2DQ = TABLE.lanes("vcvtps2dq =v, vm | VEX.66.0F 5B /r");
  public static final Widths VCVTTPS2DQ = TABLE.lanes("vcvttps2dq =v, vm | VEX.F3.0F 5B /r");
  public static final Row VCVTDQ2PD_XMM_XM64 = TABLE.row("vcvtdq2pd =xmm, xm64 | VEX.F3.0F E6 /r");
  public static final Row VCVTDQ2PD_YMM_XM128 = TABLE.row("vcvtdq2pd =ymm, xm128 | VEX.256.F3.0F E6 /r");
  public static final Row VCVTPD2DQ_XMM_XM128 = TABLE.row("vcvtpd2dq =xmm, xm128 | VEX.F2.0F E6 /r");
  public static final Row VCVTPD2DQ_XMM_YM256 = TABLE.row("vcvtpd2dq =xmm, ym256 | VEX.256.F2.0F E6 /r");
  public static final Row VCVTTPD2DQ_XMM_XM128 = TABLE.row("vcvttpd2dq =xmm, xm128 | VEX.66.0F E6 /r");
  public static final Row VCVTTPD2DQ_XMM_YM256 = TABLE.row("vcvttpd2dq =xmm, ym256 | VEX.256.66.0F E6 /r");

  // rounding, blends and lanes
  public static final Widths VROUNDPS = TABLE.lanes("vroundps =v, vm, uimm8 | VEX.66.0F3A 08 /r");
  public static final Widths VROUNDPD = TABLE.lanes("vroundpd =v, vm, uimm8 | VEX.66.0F3A 09 /r");
  public static final Row VROUNDSS = TABLE.row("vroundss =xmm, xmm, xm32, uimm8 | VEX.66.0F3A 0A /r");
  public static final Row VROUNDSD = TABLE.row("vroundsd =xmm, xmm, xm64, uimm8 | VEX.66.0F3A 0B /r");
  public static final Widths VBLENDPS = TABLE.lanes("vblendps =v, v, vm, uimm8 | VEX.66.0F3A 0C /r");
  public static final Widths VBLENDVPS = TABLE.lanes("vblendvps =v, v, vm, v | VEX.66.0F3A 4A /r");
  public static final Widths VBLENDPD = TABLE.lanes("vblendpd =v, v, vm, uimm8 | VEX.66.0F3A 0D /r");
  public static final Widths VBLENDVPD = TABLE.lanes("vblendvpd =v, v, vm, v | VEX.66.0F3A 4B /r");
  public static final Row VINSERTPS = TABLE.row("vinsertps =xmm, xmm, xm32, uimm8 | VEX.66.0F3A 21 /r");
  public static final Row VEXTRACTPS = TABLE.row("vextractps =rm32, xmm, uimm8 | VEX.66.0F3A 17 /r");
  public static final Row VBROADCASTSS_XMM_M32 = TABLE.row("vbroadcastss =xmm, m32 | VEX.66.0F38 18 /r");
  public static final Row VBROADCASTSS_YMM_M32 = TABLE.row("vbroadcastss =ymm, m32 | VEX.256.66.0F38 18 /r");
  public static final Row VBROADCASTSS_XMM_XMM = TABLE.row("vbroadcastss =xmm, xmm | VEX.66.0F38 18 /r | AVX2");
  public static final Row VBROADCASTSS_YMM_XMM = TABLE.row("vbroadcastss =ymm, xmm | VEX.256.66.0F38 18 /r | AVX2");
  public static final Row VBROADCASTSD_YMM_M64 = TABLE.row("vbroadcastsd =ymm, m64 | VEX.256.66.0F38 19 /r");
  public static final Row VBROADCASTSD_YMM_XMM = TABLE.row("vbroadcastsd =ymm, xmm | VEX.256.66.0F38 19 /r | AVX2");
  public static final Row VBROADCASTF128 = TABLE.row("vbroadcastf128 =ymm, m128 | VEX.256.66.0F38 1A /r");
  public static final Widths VPERMILPS = TABLE.lanes("vpermilps =v, vm, uimm8 | VEX.66.0F3A 04 /r");
  public static final Widths VPERMILPD = TABLE.lanes("vpermilpd =v, vm, uimm8 | VEX.66.0F3A 05 /r");
  public static final Row VPERM2F128 = TABLE.row("vperm2f128 =ymm, ymm, ym256, uimm8 | VEX.256.66.0F3A 06 /r");
  public static final Row VINSERTF128 = TABLE.row("vinsertf128 =ymm, ymm, xm128, uimm8 | VEX.256.66.0F3A 18 /r");
  public static final Row VEXTRACTF128 = TABLE.row("vextractf128 =xm128, ymm, uimm8 | VEX.256.66.0F3A 19 /r");

  // control
  public static final Row VZEROUPPER = TABLE.row("vzeroupper | VEX.0F 77");
  public static final Row VLDMXCSR = TABLE.row("vldmxcsr m32 | VEX.0F AE /2");
  public static final Row VSTMXCSR = TABLE.row("vstmxcsr =m32 | VEX.0F AE /3");

  // fused multiplication and addition
  public static final Widths VFMADD132PS = TABLE.lanes("vfmadd132ps +v, v, vm | VEX.66.0F38 98 /r | FMA");
  public static final Widths VFMADD132PD = TABLE.lanes("vfmadd132pd +v, v, vm | VEX.66.0F38.W1 98 /r | FMA");
  public static final Row VFMADD132SS = TABLE.row("vfmadd132ss +xmm, xmm, xm32 | VEX.66.0F38 99 /r | FMA");
  public static final Row VFMADD132SD = TABLE.row("vfmadd132sd +xmm, xmm, xm64 | VEX.66.0F38.W1 99 /r | FMA");
  public static final Widths VFMADD213PS = TABLE.lanes("vfmadd213ps +v, v, vm | VEX.66.0F38 A8 /r | FMA");
  public static final Widths VFMADD213PD = TABLE.lanes("vfmadd213pd +v, v, vm | VEX.66.0F38.W1 A8 /r | FMA");
  public static final Row VFMADD213SS = TABLE.row("vfmadd213ss +xmm, xmm, xm32 | VEX.66.0F38 A9 /r | FMA");
  public static final Row VFMADD213SD = TABLE.row("vfmadd213sd +xmm, xmm, xm64 | VEX.66.0F38.W1 A9 /r | FMA");
  public static final Widths VFMADD231PS = TABLE.lanes("vfmadd231ps +v, v, vm | VEX.66.0F38 B8 /r | FMA");
  public static final Widths VFMADD231PD = TABLE.lanes("vfmadd231pd +v, v, vm | VEX.66.0F38.W1 B8 /r | FMA");
  public static final Row VFMADD231SS = TABLE.row("vfmadd231ss +xmm, xmm, xm32 | VEX.66.0F38 B9 /r | FMA");
  public static final Row VFMADD231SD = TABLE.row("vfmadd231sd +xmm, xmm, xm64 | VEX.66.0F38.W1 B9 /r | FMA");
  public static final Widths VFMSUB132PS = TABLE.lanes("vfmsub132ps +v, v, vm | VEX.66.0F38 9A /r | FMA");
  public static final Widths VFMSUB132PD = TABLE.lanes("vfmsub132pd +v, v, vm | VEX.66.0F38.W1 9A /r | FMA");
  public static final Row VFMSUB132SS = TABLE.row("vfmsub132ss +xmm, xmm, xm32 | VEX.66.0F38 9B /r | FMA");
  public static final Row VFMSUB132SD = TABLE.row("vfmsub132sd +xmm, xmm, xm64 | VEX.66.0F38.W1 9B /r | FMA");
  public static final Widths VFMSUB213PS = TABLE.lanes("vfmsub213ps +v, v, vm | VEX.66.0F38 AA /r | FMA");
  public static final Widths VFMSUB213PD = TABLE.lanes("vfmsub213pd +v, v, vm | VEX.66.0F38.W1 AA /r | FMA");
  public static final Row VFMSUB213SS = TABLE.row("vfmsub213ss +xmm, xmm, xm32 | VEX.66.0F38 AB /r | FMA");
  public static final Row VFMSUB213SD = TABLE.row("vfmsub213sd +xmm, xmm, xm64 | VEX.66.0F38.W1 AB /r | FMA");
  public static final Widths VFMSUB231PS = TABLE.lanes("vfmsub231ps +v, v, vm | VEX.66.0F38 BA /r | FMA");
  public static final Widths VFMSUB231PD = TABLE.lanes("vfmsub231pd +v, v, vm | VEX.66.0F38.W1 BA /r | FMA");
  public static final Row VFMSUB231SS = TABLE.row("vfmsub231ss +xmm, xmm, xm32 | VEX.66.0F38 BB /r | FMA");
  public static final Row VFMSUB231SD = TABLE.row("vfmsub231sd +xmm, xmm, xm64 | VEX.66.0F38.W1 BB /r | FMA");
  public static final Widths VFNMADD132PS = TABLE.lanes("vfnmadd132ps +v, v, vm | VEX.66.0F38 9C /r | FMA");
  public static final Widths VFNMADD132PD = TABLE.lanes("vfnmadd132pd +v, v, vm | VEX.66.0F38.W1 9C /r | FMA");
  public static final Row VFNMADD132SS = TABLE.row("vfnmadd132ss +xmm, xmm, xm32 | VEX.66.0F38 9D /r | FMA");
  public static final Row VFNMADD132SD = TABLE.row("vfnmadd132sd +xmm, xmm, xm64 | VEX.66.0F38.W1 9D /r | FMA");
  public static final Widths VFNMADD213PS = TABLE.lanes("vfnmadd213ps +v, v, vm | VEX.66.0F38 AC /r | FMA");
  public static final Widths VFNMADD213PD = TABLE.lanes("vfnmadd213pd +v, v, vm | VEX.66.0F38.W1 AC /r | FMA");
  public static final Row VFNMADD213SS = TABLE.row("vfnmadd213ss +xmm, xmm, xm32 | VEX.66.0F38 AD /r | FMA");
  public static final Row VFNMADD213SD = TABLE.row("vfnmadd213sd +xmm, xmm, xm64 | VEX.66.0F38.W1 AD /r | FMA");
  public static final Widths VFNMADD231PS = TABLE.lanes("vfnmadd231ps +v, v, vm | VEX.66.0F38 BC /r | FMA");
  public static final Widths VFNMADD231PD = TABLE.lanes("vfnmadd231pd +v, v, vm | VEX.66.0F38.W1 BC /r | FMA");
  public static final Row VFNMADD231SS = TABLE.row("vfnmadd231ss +xmm, xmm, xm32 | VEX.66.0F38 BD /r | FMA");
  public static final Row VFNMADD231SD = TABLE.row("vfnmadd231sd +xmm, xmm, xm64 | VEX.66.0F38.W1 BD /r | FMA");
  public static final Widths VFNMSUB132PS = TABLE.lanes("vfnmsub132ps +v, v, vm | VEX.66.0F38 9E /r | FMA");
  public static final Widths VFNMSUB132PD = TABLE.lanes("vfnmsub132pd +v, v, vm | VEX.66.0F38.W1 9E /r | FMA");
  public static final Row VFNMSUB132SS = TABLE.row("vfnmsub132ss +xmm, xmm, xm32 | VEX.66.0F38 9F /r | FMA");
  public static final Row VFNMSUB132SD = TABLE.row("vfnmsub132sd +xmm, xmm, xm64 | VEX.66.0F38.W1 9F /r | FMA");
  public static final Widths VFNMSUB213PS = TABLE.lanes("vfnmsub213ps +v, v, vm | VEX.66.0F38 AE /r | FMA");
  public static final Widths VFNMSUB213PD = TABLE.lanes("vfnmsub213pd +v, v, vm | VEX.66.0F38.W1 AE /r | FMA");
  public static final Row VFNMSUB213SS = TABLE.row("vfnmsub213ss +xmm, xmm, xm32 | VEX.66.0F38 AF /r | FMA");
  public static final Row VFNMSUB213SD = TABLE.row("vfnmsub213sd +xmm, xmm, xm64 | VEX.66.0F38.W1 AF /r | FMA");
  public static final Widths VFNMSUB231PS = TABLE.lanes("vfnmsub231ps +v, v, vm | VEX.66.0F38 BE /r | FMA");
  public static final Widths VFNMSUB231PD = TABLE.lanes("vfnmsub231pd +v, v, vm | VEX.66.0F38.W1 BE /r | FMA");
  public static final Row VFNMSUB231SS = TABLE.row("vfnmsub231ss +xmm, xmm, xm32 | VEX.66.0F38 BF /r | FMA");
  public static final Row VFNMSUB231SD = TABLE.row("vfnmsub231sd +xmm, xmm, xm64 | VEX.66.0F38.W1 BF /r | FMA");

  private AvxFloatRows() {
  }
}
