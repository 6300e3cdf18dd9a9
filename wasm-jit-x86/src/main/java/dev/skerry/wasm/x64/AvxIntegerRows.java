package dev.skerry.wasm.x64;

/** Integers in VEX forms; of 128 bits they need AVX, of 256 AVX2, unless the row says else. */
public final class AvxIntegerRows {

  static final Table TABLE = new Table(Table.Group.AVX_INTEGER, CpuFeature.AVX, CpuFeature.AVX2);

  // moves
  public static final Row VMOVD_XMM_RM32 = TABLE.row("vmovd =xmm, rm32 | VEX.66.0F 6E /r");
  public static final Row VMOVD_RM32_XMM = TABLE.row("vmovd =rm32, xmm | VEX.66.0F 7E /r");
  public static final Row VMOVQ_XMM_RM64 = TABLE.row("vmovq =xmm, rm64 | VEX.66.0F.W1 6E /r");
  public static final Row VMOVQ_RM64_XMM = TABLE.row("vmovq =rm64, xmm | VEX.66.0F.W1 7E /r");
  public static final Row VMOVQ_XMM_XM64 = TABLE.row("vmovq =xmm, xm64 | VEX.F3.0F 7E /r");
  public static final Row VMOVQ_XM64_XMM = TABLE.row("vmovq =xm64, xmm | VEX.66.0F D6 /r");
  public static final Widths VMOVDQA_V_VM = TABLE.lanes("vmovdqa =v, vm | VEX.66.0F 6F /r | AVX");
  public static final Widths VMOVDQA_VM_V = TABLE.lanes("vmovdqa =vm, v | VEX.66.0F 7F /r | AVX");
  public static final Widths VMOVDQU_V_VM = TABLE.lanes("vmovdqu =v, vm | VEX.F3.0F 6F /r | AVX");
  public static final Widths VMOVDQU_VM_V = TABLE.lanes("vmovdqu =vm, v | VEX.F3.0F 7F /r | AVX");
  public static final Widths VPMOVMSKB = TABLE.lanes("vpmovmskb =r32, v | VEX.66.0F D7 /r");

  // two vectors to one
  public static final Widths VPUNPCKLBW = TABLE.lanes("vpunpcklbw =v, v, vm | VEX.66.0F 60 /r");
  public static final Widths VPUNPCKLWD = TABLE.lanes("vpunpcklwd =v, v, vm | VEX.66.0F 61 /r");
  public static final Widths VPUNPCKLDQ = TABLE.lanes("vpunpckldq =v, v, vm | VEX.66.0F 62 /r");
  public static final Widths VPACKSSWB = TABLE.lanes("vpacksswb =v, v, vm | VEX.66.0F 63 /r");
  public static final Widths VPCMPGTB = TABLE.lanes("vpcmpgtb =v, v, vm | VEX.66.0F 64 /r");
  public static final Widths VPCMPGTW = TABLE.lanes("vpcmpgtw =v, v, vm | VEX.66.0F 65 /r");
  public static final Widths VPCMPGTD = TABLE.lanes("vpcmpgtd =v, v, vm | VEX.66.0F 66 /r");
  public static final Widths VPACKUSWB = TABLE.lanes("vpackuswb =v, v, vm | VEX.66.0F 67 /r");
  public static final Widths VPUNPCKHBW = TABLE.lanes("vpunpckhbw =v, v, vm | VEX.66.0F 68 /r");
  public static final Widths VPUNPCKHWD = TABLE.lanes("vpunpckhwd =v, v, vm | VEX.66.0F 69 /r");
  public static final Widths VPUNPCKHDQ = TABLE.lanes("vpunpckhdq =v, v, vm | VEX.66.0F 6A /r");
  public static final Widths VPACKSSDW = TABLE.lanes("vpackssdw =v, v, vm | VEX.66.0F 6B /r");
  public static final Widths VPUNPCKLQDQ = TABLE.lanes("vpunpcklqdq =v, v, vm | VEX.66.0F 6C /r");
  public static final Widths VPUNPCKHQDQ = TABLE.lanes("vpunpckhqdq =v, v, vm | VEX.66.0F 6D /r");
  public static final Widths VPCMPEQB = TABLE.lanes("vpcmpeqb =v, v, vm | VEX.66.0F 74 /r");
  public static final Widths VPCMPEQW = TABLE.lanes("vpcmpeqw =v, v, vm | VEX.66.0F 75 /r");
  public static final Widths VPCMPEQD = TABLE.lanes("vpcmpeqd =v, v, vm | VEX.66.0F 76 /r");
  public static final Widths VPADDQ = TABLE.lanes("vpaddq =v, v, vm | VEX.66.0F D4 /r");
  public static final Widths VPMULLW = TABLE.lanes("vpmullw =v, v, vm | VEX.66.0F D5 /r");
  public static final Widths VPSUBUSB = TABLE.lanes("vpsubusb =v, v, vm | VEX.66.0F D8 /r");
  public static final Widths VPSUBUSW = TABLE.lanes("vpsubusw =v, v, vm | VEX.66.0F D9 /r");
  public static final Widths VPMINUB = TABLE.lanes("vpminub =v, v, vm | VEX.66.0F DA /r");
  public static final Widths VPAND = TABLE.lanes("vpand =v, v, vm | VEX.66.0F DB /r");
  public static final Widths VPADDUSB = TABLE.lanes("vpaddusb =v, v, vm | VEX.66.0F DC /r");
  public static final Widths VPADDUSW = TABLE.lanes("vpaddusw =v, v, vm | VEX.66.0F DD /r");
  public static final Widths VPMAXUB = TABLE.lanes("vpmaxub =v, v, vm | VEX.66.0F DE /r");
  public static final Widths VPANDN = TABLE.lanes("vpandn =v, v, vm | VEX.66.0F DF /r");
  public static final Widths VPAVGB = TABLE.lanes("vpavgb =v, v, vm | VEX.66.0F E0 /r");
  public static final Widths VPAVGW = TABLE.lanes("vpavgw =v, v, vm | VEX.66.0F E3 /r");
  public static final Widths VPMULHUW = TABLE.lanes("vpmulhuw =v, v, vm | VEX.66.0F E4 /r");
  public static final Widths VPMULHW = TABLE.lanes("vpmulhw =v, v, vm | VEX.66.0F E5 /r");
  public static final Widths VPSUBSB = TABLE.lanes("vpsubsb =v, v, vm | VEX.66.0F E8 /r");
  public static final Widths VPSUBSW = TABLE.lanes("vpsubsw =v, v, vm | VEX.66.0F E9 /r");
  public static final Widths VPMINSW = TABLE.lanes("vpminsw =v, v, vm | VEX.66.0F EA /r");
  public static final Widths VPOR = TABLE.lanes("vpor =v, v, vm | VEX.66.0F EB /r");
  public static final Widths VPADDSB = TABLE.lanes("vpaddsb =v, v, vm | VEX.66.0F EC /r");
  public static final Widths VPADDSW = TABLE.lanes("vpaddsw =v, v, vm | VEX.66.0F ED /r");
  public static final Widths VPMAXSW = TABLE.lanes("vpmaxsw =v, v, vm | VEX.66.0F EE /r");
  public static final Widths VPXOR = TABLE.lanes("vpxor =v, v, vm | VEX.66.0F EF /r");
  public static final Widths VPMULUDQ = TABLE.lanes("vpmuludq =v, v, vm | VEX.66.0F F4 /r");
  public static final Widths VPMADDWD = TABLE.lanes("vpmaddwd =v, v, vm | VEX.66.0F F5 /r");
  public static final Widths VPSADBW = TABLE.lanes("vpsadbw =v, v, vm | VEX.66.0F F6 /r");
  public static final Widths VPSUBB = TABLE.lanes("vpsubb =v, v, vm | VEX.66.0F F8 /r");
  public static final Widths VPSUBW = TABLE.lanes("vpsubw =v, v, vm | VEX.66.0F F9 /r");
  public static final Widths VPSUBD = TABLE.lanes("vpsubd =v, v, vm | VEX.66.0F FA /r");
  public static final Widths VPSUBQ = TABLE.lanes("vpsubq =v, v, vm | VEX.66.0F FB /r");
  public static final Widths VPADDB = TABLE.lanes("vpaddb =v, v, vm | VEX.66.0F FC /r");
  public static final Widths VPADDW = TABLE.lanes("vpaddw =v, v, vm | VEX.66.0F FD /r");
  public static final Widths VPADDD = TABLE.lanes("vpaddd =v, v, vm | VEX.66.0F FE /r");
  public static final Widths VPSHUFB = TABLE.lanes("vpshufb =v, v, vm | VEX.66.0F38 00 /r");
  public static final Widths VPHADDW = TABLE.lanes("vphaddw =v, v, vm | VEX.66.0F38 01 /r");
  public static final Widths VPHADDD = TABLE.lanes("vphaddd =v, v, vm | VEX.66.0F38 02 /r");
  public static final Widths VPMADDUBSW = TABLE.lanes("vpmaddubsw =v, v, vm | VEX.66.0F38 04 /r");
  public static final Widths VPSIGNB = TABLE.lanes("vpsignb =v, v, vm | VEX.66.0F38 08 /r");
  public static final Widths VPSIGNW = TABLE.lanes("vpsignw =v, v, vm | VEX.66.0F38 09 /r");
  public static final Widths VPSIGND = TABLE.lanes("vpsignd =v, v, vm | VEX.66.0F38 0A /r");
  public static final Widths VPMULHRSW = TABLE.lanes("vpmulhrsw =v, v, vm | VEX.66.0F38 0B /r");
  public static final Widths VPMULDQ = TABLE.lanes("vpmuldq =v, v, vm | VEX.66.0F38 28 /r");
  public static final Widths VPCMPEQQ = TABLE.lanes("vpcmpeqq =v, v, vm | VEX.66.0F38 29 /r");
  public static final Widths VPACKUSDW = TABLE.lanes("vpackusdw =v, v, vm | VEX.66.0F38 2B /r");
  public static final Widths VPCMPGTQ = TABLE.lanes("vpcmpgtq =v, v, vm | VEX.66.0F38 37 /r");
  public static final Widths VPMINSB = TABLE.lanes("vpminsb =v, v, vm | VEX.66.0F38 38 /r");
  public static final Widths VPMINSD = TABLE.lanes("vpminsd =v, v, vm | VEX.66.0F38 39 /r");
  public static final Widths VPMINUW = TABLE.lanes("vpminuw =v, v, vm | VEX.66.0F38 3A /r");
  public static final Widths VPMINUD = TABLE.lanes("vpminud =v, v, vm | VEX.66.0F38 3B /r");
  public static final Widths VPMAXSB = TABLE.lanes("vpmaxsb =v, v, vm | VEX.66.0F38 3C /r");
  public static final Widths VPMAXSD = TABLE.lanes("vpmaxsd =v, v, vm | VEX.66.0F38 3D /r");
  public static final Widths VPMAXUW = TABLE.lanes("vpmaxuw =v, v, vm | VEX.66.0F38 3E /r");
  public static final Widths VPMAXUD = TABLE.lanes("vpmaxud =v, v, vm | VEX.66.0F38 3F /r");
  public static final Widths VPMULLD = TABLE.lanes("vpmulld =v, v, vm | VEX.66.0F38 40 /r");

  // one vector to one
  public static final Widths VPABSB = TABLE.lanes("vpabsb =v, vm | VEX.66.0F38 1C /r");
  public static final Widths VPABSW = TABLE.lanes("vpabsw =v, vm | VEX.66.0F38 1D /r");
  public static final Widths VPABSD = TABLE.lanes("vpabsd =v, vm | VEX.66.0F38 1E /r");
  public static final Row VPMOVSXBW_XMM_XM64 = TABLE.row("vpmovsxbw =xmm, xm64 | VEX.66.0F38 20 /r");
  public static final Row VPMOVSXBW_YMM_XM128 = TABLE.row("vpmovsxbw =ymm, xm128 | VEX.256.66.0F38 20 /r");
  public static final Row VPMOVSXBD_XMM_XM32 = TABLE.row("vpmovsxbd =xmm, xm32 | VEX.66.0F38 21 /r");
  public static final Row VPMOVSXBD_YMM_XM64 = TABLE.row("vpmovsxbd =ymm, xm64 | VEX.256.66.0F38 21 /r");
  public static final Row VPMOVSXBQ_XMM_XM16 = TABLE.row("vpmovsxbq =xmm, xm16 | VEX.66.0F38 22 /r");
  public static final Row VPMOVSXBQ_YMM_XM32 = TABLE.row("vpmovsxbq =ymm, xm32 | VEX.256.66.0F38 22 /r");
  public static final Row VPMOVSXWD_XMM_XM64 = TABLE.row("vpmovsxwd =xmm, xm64 | VEX.66.0F38 23 /r");
  public static final Row VPMOVSXWD_YMM_XM128 = TABLE.row("vpmovsxwd =ymm, xm128 | VEX.256.66.0F38 23 /r");
  public static final Row VPMOVSXWQ_XMM_XM32 = TABLE.row("vpmovsxwq =xmm, xm32 | VEX.66.0F38 24 /r");
  public static final Row VPMOVSXWQ_YMM_XM64 = TABLE.row("vpmovsxwq =ymm, xm64 | VEX.256.66.0F38 24 /r");
  public static final Row VPMOVSXDQ_XMM_XM64 = TABLE.row("vpmovsxdq =xmm, xm64 | VEX.66.0F38 25 /r");
  public static final Row VPMOVSXDQ_YMM_XM128 = TABLE.row("vpmovsxdq =ymm, xm128 | VEX.256.66.0F38 25 /r");
  public static final Row VPMOVZXBW_XMM_XM64 = TABLE.row("vpmovzxbw =xmm, xm64 | VEX.66.0F38 30 /r");
  public static final Row VPMOVZXBW_YMM_XM128 = TABLE.row("vpmovzxbw =ymm, xm128 | VEX.256.66.0F38 30 /r");
  public static final Row VPMOVZXBD_XMM_XM32 = TABLE.row("vpmovzxbd =xmm, xm32 | VEX.66.0F38 31 /r");
  public static final Row VPMOVZXBD_YMM_XM64 = TABLE.row("vpmovzxbd =ymm, xm64 | VEX.256.66.0F38 31 /r");
  public static final Row VPMOVZXBQ_XMM_XM16 = TABLE.row("vpmovzxbq =xmm, xm16 | VEX.66.0F38 32 /r");
  public static final Row VPMOVZXBQ_YMM_XM32 = TABLE.row("vpmovzxbq =ymm, xm32 | VEX.256.66.0F38 32 /r");
  public static final Row VPMOVZXWD_XMM_XM64 = TABLE.row("vpmovzxwd =xmm, xm64 | VEX.66.0F38 33 /r");
  public static final Row VPMOVZXWD_YMM_XM128 = TABLE.row("vpmovzxwd =ymm, xm128 | VEX.256.66.0F38 33 /r");
  public static final Row VPMOVZXWQ_XMM_XM32 = TABLE.row("vpmovzxwq =xmm, xm32 | VEX.66.0F38 34 /r");
  public static final Row VPMOVZXWQ_YMM_XM64 = TABLE.row("vpmovzxwq =ymm, xm64 | VEX.256.66.0F38 34 /r");
  public static final Row VPMOVZXDQ_XMM_XM64 = TABLE.row("vpmovzxdq =xmm, xm64 | VEX.66.0F38 35 /r");
  public static final Row VPMOVZXDQ_YMM_XM128 = TABLE.row("vpmovzxdq =ymm, xm128 | VEX.256.66.0F38 35 /r");
  public static final Widths VPTEST = TABLE.lanes("vptest v, vm | VEX.66.0F38 17 /r | AVX");

  // shuffles, blends, lanes
  public static final Widths VPSHUFD = TABLE.lanes("vpshufd =v, vm, uimm8 | VEX.66.0F 70 /r");
  public static final Widths VPSHUFHW = TABLE.lanes("vpshufhw =v, vm, uimm8 | VEX.F3.0F 70 /r");
  public static final Widths VPSHUFLW = TABLE.lanes("vpshuflw =v, vm, uimm8 | VEX.F2.0F 70 /r");
  public static final Widths VPALIGNR = TABLE.lanes("vpalignr =v, v, vm, uimm8 | VEX.66.0F3A 0F /r");
  public static final Widths VPBLENDW = TABLE.lanes("vpblendw =v, v, vm, uimm8 | VEX.66.0F3A 0E /r");
  public static final Widths VPBLENDD = TABLE.lanes("vpblendd =v, v, vm, uimm8 | VEX.66.0F3A 02 /r | AVX2");
  public static final Widths VPBLENDVB = TABLE.lanes("vpblendvb =v, v, vm, v | VEX.66.0F3A 4C /r");
  public static final Row VPINSRB = TABLE.row("vpinsrb =xmm, xmm, r32m8, uimm8 | VEX.66.0F3A 20 /r");
  public static final Row VPINSRW = TABLE.row("vpinsrw =xmm, xmm, r32m16, uimm8 | VEX.66.0F C4 /r");
  public static final Row VPINSRD = TABLE.row("vpinsrd =xmm, xmm, rm32, uimm8 | VEX.66.0F3A 22 /r");
  public static final Row VPINSRQ = TABLE.row("vpinsrq =xmm, xmm, rm64, uimm8 | VEX.66.0F3A.W1 22 /r");
  public static final Row VPEXTRB = TABLE.row("vpextrb =r32m8, xmm, uimm8 | VEX.66.0F3A 14 /r");
  public static final Row VPEXTRW_R32_XMM_UIMM8 = TABLE.row("vpextrw =r32, xmm, uimm8 | VEX.66.0F C5 /r");
  public static final Row VPEXTRW_M16_XMM_UIMM8 = TABLE.row("vpextrw =m16, xmm, uimm8 | VEX.66.0F3A 15 /r");
  public static final Row VPEXTRD = TABLE.row("vpextrd =rm32, xmm, uimm8 | VEX.66.0F3A 16 /r");
  public static final Row VPEXTRQ = TABLE.row("vpextrq =rm64, xmm, uimm8 | VEX.66.0F3A.W1 16 /r");
  public static final Row VPBROADCASTB_XMM_XM8 = TABLE.row("vpbroadcastb =xmm, xm8 | VEX.66.0F38 78 /r | AVX2");
  public static final Row VPBROADCASTB_YMM_XM8 = TABLE.row("vpbroadcastb =ymm, xm8 | VEX.256.66.0F38 78 /r");
  public static final Row VPBROADCASTW_XMM_XM16 = TABLE.row("vpbroadcastw =xmm, xm16 | VEX.66.0F38 79 /r | AVX2");
  public static final Row VPBROADCASTW_YMM_XM16 = TABLE.row("vpbroadcastw =ymm, xm16 | VEX.256.66.0F38 79 /r");
  public static final Row VPBROADCASTD_XMM_XM32 = TABLE.row("vpbroadcastd =xmm, xm32 | VEX.66.0F38 58 /r | AVX2");
  public static final Row VPBROADCASTD_YMM_XM32 = TABLE.row("vpbroadcastd =ymm, xm32 | VEX.256.66.0F38 58 /r");
  public static final Row VPBROADCASTQ_XMM_XM64 = TABLE.row("vpbroadcastq =xmm, xm64 | VEX.66.0F38 59 /r | AVX2");
  public static final Row VPBROADCASTQ_YMM_XM64 = TABLE.row("vpbroadcastq =ymm, xm64 | VEX.256.66.0F38 59 /r");
  public static final Row VINSERTI128 = TABLE.row("vinserti128 =ymm, ymm, xm128, uimm8 | VEX.256.66.0F3A 38 /r");
  public static final Row VEXTRACTI128 = TABLE.row("vextracti128 =xm128, ymm, uimm8 | VEX.256.66.0F3A 39 /r");
  public static final Row VPERM2I128 = TABLE.row("vperm2i128 =ymm, ymm, ym256, uimm8 | VEX.256.66.0F3A 46 /r");
  public static final Row VPERMD = TABLE.row("vpermd =ymm, ymm, ym256 | VEX.256.66.0F38 36 /r");
  public static final Row VPERMQ = TABLE.row("vpermq =ymm, ym256, uimm8 | VEX.256.66.0F3A.W1 00 /r");

  // shifts
  public static final Widths VPSRLW_V_V_UIMM8 = TABLE.lanes("vpsrlw =v, v, uimm8 | VEX.66.0F 71 /2");
  public static final Row VPSRLW_XMM_XMM_XM128 = TABLE.row("vpsrlw =xmm, xmm, xm128 | VEX.66.0F D1 /r");
  public static final Row VPSRLW_YMM_YMM_XM128 = TABLE.row("vpsrlw =ymm, ymm, xm128 | VEX.256.66.0F D1 /r");
  public static final Widths VPSRAW_V_V_UIMM8 = TABLE.lanes("vpsraw =v, v, uimm8 | VEX.66.0F 71 /4");
  public static final Row VPSRAW_XMM_XMM_XM128 = TABLE.row("vpsraw =xmm, xmm, xm128 | VEX.66.0F E1 /r");
  public static final Row VPSRAW_YMM_YMM_XM128 = TABLE.row("vpsraw =ymm, ymm, xm128 | VEX.256.66.0F E1 /r");
  public static final Widths VPSLLW_V_V_UIMM8 = TABLE.lanes("vpsllw =v, v, uimm8 | VEX.66.0F 71 /6");
  public static final Row VPSLLW_XMM_XMM_XM128 = TABLE.row("vpsllw =xmm, xmm, xm128 | VEX.66.0F F1 /r");
  public static final Row VPSLLW_YMM_YMM_XM128 = TABLE.row("vpsllw =ymm, ymm, xm128 | VEX.256.66.0F F1 /r");
  public static final Widths VPSRLD_V_V_UIMM8 = TABLE.lanes("vpsrld =v, v, uimm8 | VEX.66.0F 72 /2");
  public static final Row VPSRLD_XMM_XMM_XM128 = TABLE.row("vpsrld =xmm, xmm, xm128 | VEX.66.0F D2 /r");
  public static final Row VPSRLD_YMM_YMM_XM128 = TABLE.row("vpsrld =ymm, ymm, xm128 | VEX.256.66.0F D2 /r");
  public static final Widths VPSRAD_V_V_UIMM8 = TABLE.lanes("vpsrad =v, v, uimm8 | VEX.66.0F 72 /4");
  public static final Row VPSRAD_XMM_XMM_XM128 = TABLE.row("vpsrad =xmm, xmm, xm128 | VEX.66.0F E2 /r");
  public static final Row VPSRAD_YMM_YMM_XM128 = TABLE.row("vpsrad =ymm, ymm, xm128 | VEX.256.66.0F E2 /r");
  public static final Widths VPSLLD_V_V_UIMM8 = TABLE.lanes("vpslld =v, v, uimm8 | VEX.66.0F 72 /6");
  public static final Row VPSLLD_XMM_XMM_XM128 = TABLE.row("vpslld =xmm, xmm, xm128 | VEX.66.0F F2 /r");
  public static final Row VPSLLD_YMM_YMM_XM128 = TABLE.row("vpslld =ymm, ymm, xm128 | VEX.256.66.0F F2 /r");
  public static final Widths VPSRLQ_V_V_UIMM8 = TABLE.lanes("vpsrlq =v, v, uimm8 | VEX.66.0F 73 /2");
  public static final Row VPSRLQ_XMM_XMM_XM128 = TABLE.row("vpsrlq =xmm, xmm, xm128 | VEX.66.0F D3 /r");
  public static final Row VPSRLQ_YMM_YMM_XM128 = TABLE.row("vpsrlq =ymm, ymm, xm128 | VEX.256.66.0F D3 /r");
  public static final Widths VPSLLQ_V_V_UIMM8 = TABLE.lanes("vpsllq =v, v, uimm8 | VEX.66.0F 73 /6");
  public static final Row VPSLLQ_XMM_XMM_XM128 = TABLE.row("vpsllq =xmm, xmm, xm128 | VEX.66.0F F3 /r");
  public static final Row VPSLLQ_YMM_YMM_XM128 = TABLE.row("vpsllq =ymm, ymm, xm128 | VEX.256.66.0F F3 /r");
  public static final Widths VPSRLDQ = TABLE.lanes("vpsrldq =v, v, uimm8 | VEX.66.0F 73 /3");
  public static final Widths VPSLLDQ = TABLE.lanes("vpslldq =v, v, uimm8 | VEX.66.0F 73 /7");
  public static final Widths VPSRLVD = TABLE.lanes("vpsrlvd =v, v, vm | VEX.66.0F38 45 /r | AVX2");
  public static final Widths VPSRLVQ = TABLE.lanes("vpsrlvq =v, v, vm | VEX.66.0F38.W1 45 /r | AVX2");
  public static final Widths VPSRAVD = TABLE.lanes("vpsravd =v, v, vm | VEX.66.0F38 46 /r | AVX2");
  public static final Widths VPSLLVD = TABLE.lanes("vpsllvd =v, v, vm | VEX.66.0F38 47 /r | AVX2");
  public static final Widths VPSLLVQ = TABLE.lanes("vpsllvq =v, v, vm | VEX.66.0F38.W1 47 /r | AVX2");

  private AvxIntegerRows() {
  }
}
