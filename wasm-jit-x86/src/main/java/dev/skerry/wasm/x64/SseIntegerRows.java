package dev.skerry.wasm.x64;

/** Integers in XMM registers, two operands: SSE2 to SSE4.2. */
public final class SseIntegerRows {

  static final Table TABLE = new Table(Table.Group.SSE_INTEGER, CpuFeature.BASE);

  // moves
  public static final Row MOVD_XMM_RM32 = TABLE.row("movd =xmm, rm32 | 66 0F 6E /r");
  public static final Row MOVD_RM32_XMM = TABLE.row("movd =rm32, xmm | 66 0F 7E /r");
  public static final Row MOVQ_XMM_RM64 = TABLE.row("movq =xmm, rm64 | 66 REX.W 0F 6E /r");
  public static final Row MOVQ_RM64_XMM = TABLE.row("movq =rm64, xmm | 66 REX.W 0F 7E /r");
  public static final Row MOVQ_XMM_XM64 = TABLE.row("movq =xmm, xm64 | F3 0F 7E /r");
  public static final Row MOVQ_XM64_XMM = TABLE.row("movq =xm64, xmm | 66 0F D6 /r");
  public static final Row MOVDQA_XMM_XM128 = TABLE.row("movdqa =xmm, xm128 | 66 0F 6F /r");
  public static final Row MOVDQA_XM128_XMM = TABLE.row("movdqa =xm128, xmm | 66 0F 7F /r");
  public static final Row MOVDQU_XMM_XM128 = TABLE.row("movdqu =xmm, xm128 | F3 0F 6F /r");
  public static final Row MOVDQU_XM128_XMM = TABLE.row("movdqu =xm128, xmm | F3 0F 7F /r");
  public static final Row PMOVMSKB = TABLE.row("pmovmskb =r32, xmm | 66 0F D7 /r");

  // two vectors to one
  public static final Row PUNPCKLBW = TABLE.row("punpcklbw +xmm, xm128 | 66 0F 60 /r");
  public static final Row PUNPCKLWD = TABLE.row("punpcklwd +xmm, xm128 | 66 0F 61 /r");
  public static final Row PUNPCKLDQ = TABLE.row("punpckldq +xmm, xm128 | 66 0F 62 /r");
  public static final Row PACKSSWB = TABLE.row("packsswb +xmm, xm128 | 66 0F 63 /r");
  public static final Row PCMPGTB = TABLE.row("pcmpgtb +xmm, xm128 | 66 0F 64 /r");
  public static final Row PCMPGTW = TABLE.row("pcmpgtw +xmm, xm128 | 66 0F 65 /r");
  public static final Row PCMPGTD = TABLE.row("pcmpgtd +xmm, xm128 | 66 0F 66 /r");
  public static final Row PACKUSWB = TABLE.row("packuswb +xmm, xm128 | 66 0F 67 /r");
  public static final Row PUNPCKHBW = TABLE.row("punpckhbw +xmm, xm128 | 66 0F 68 /r");
  public static final Row PUNPCKHWD = TABLE.row("punpckhwd +xmm, xm128 | 66 0F 69 /r");
  public static final Row PUNPCKHDQ = TABLE.row("punpckhdq +xmm, xm128 | 66 0F 6A /r");
  public static final Row PACKSSDW = TABLE.row("packssdw +xmm, xm128 | 66 0F 6B /r");
  public static final Row PUNPCKLQDQ = TABLE.row("punpcklqdq +xmm, xm128 | 66 0F 6C /r");
  public static final Row PUNPCKHQDQ = TABLE.row("punpckhqdq +xmm, xm128 | 66 0F 6D /r");
  public static final Row PCMPEQB = TABLE.row("pcmpeqb +xmm, xm128 | 66 0F 74 /r");
  public static final Row PCMPEQW = TABLE.row("pcmpeqw +xmm, xm128 | 66 0F 75 /r");
  public static final Row PCMPEQD = TABLE.row("pcmpeqd +xmm, xm128 | 66 0F 76 /r");
  public static final Row PADDQ = TABLE.row("paddq +xmm, xm128 | 66 0F D4 /r");
  public static final Row PMULLW = TABLE.row("pmullw +xmm, xm128 | 66 0F D5 /r");
  public static final Row PSUBUSB = TABLE.row("psubusb +xmm, xm128 | 66 0F D8 /r");
  public static final Row PSUBUSW = TABLE.row("psubusw +xmm, xm128 | 66 0F D9 /r");
  public static final Row PMINUB = TABLE.row("pminub +xmm, xm128 | 66 0F DA /r");
  public static final Row PAND = TABLE.row("pand +xmm, xm128 | 66 0F DB /r");
  public static final Row PADDUSB = TABLE.row("paddusb +xmm, xm128 | 66 0F DC /r");
  public static final Row PADDUSW = TABLE.row("paddusw +xmm, xm128 | 66 0F DD /r");
  public static final Row PMAXUB = TABLE.row("pmaxub +xmm, xm128 | 66 0F DE /r");
  public static final Row PANDN = TABLE.row("pandn +xmm, xm128 | 66 0F DF /r");
  public static final Row PAVGB = TABLE.row("pavgb +xmm, xm128 | 66 0F E0 /r");
  public static final Row PAVGW = TABLE.row("pavgw +xmm, xm128 | 66 0F E3 /r");
  public static final Row PMULHUW = TABLE.row("pmulhuw +xmm, xm128 | 66 0F E4 /r");
  public static final Row PMULHW = TABLE.row("pmulhw +xmm, xm128 | 66 0F E5 /r");
  public static final Row PSUBSB = TABLE.row("psubsb +xmm, xm128 | 66 0F E8 /r");
  public static final Row PSUBSW = TABLE.row("psubsw +xmm, xm128 | 66 0F E9 /r");
  public static final Row PMINSW = TABLE.row("pminsw +xmm, xm128 | 66 0F EA /r");
  public static final Row POR = TABLE.row("por +xmm, xm128 | 66 0F EB /r");
  public static final Row PADDSB = TABLE.row("paddsb +xmm, xm128 | 66 0F EC /r");
  public static final Row PADDSW = TABLE.row("paddsw +xmm, xm128 | 66 0F ED /r");
  public static final Row PMAXSW = TABLE.row("pmaxsw +xmm, xm128 | 66 0F EE /r");
  public static final Row PXOR = TABLE.row("pxor +xmm, xm128 | 66 0F EF /r");
  public static final Row PMULUDQ = TABLE.row("pmuludq +xmm, xm128 | 66 0F F4 /r");
  public static final Row PMADDWD = TABLE.row("pmaddwd +xmm, xm128 | 66 0F F5 /r");
  public static final Row PSADBW = TABLE.row("psadbw +xmm, xm128 | 66 0F F6 /r");
  public static final Row PSUBB = TABLE.row("psubb +xmm, xm128 | 66 0F F8 /r");
  public static final Row PSUBW = TABLE.row("psubw +xmm, xm128 | 66 0F F9 /r");
  public static final Row PSUBD = TABLE.row("psubd +xmm, xm128 | 66 0F FA /r");
  public static final Row PSUBQ = TABLE.row("psubq +xmm, xm128 | 66 0F FB /r");
  public static final Row PADDB = TABLE.row("paddb +xmm, xm128 | 66 0F FC /r");
  public static final Row PADDW = TABLE.row("paddw +xmm, xm128 | 66 0F FD /r");
  public static final Row PADDD = TABLE.row("paddd +xmm, xm128 | 66 0F FE /r");
  public static final Row PSHUFB = TABLE.row("pshufb +xmm, xm128 | 66 0F 38 00 /r | SSSE3");
  public static final Row PHADDW = TABLE.row("phaddw +xmm, xm128 | 66 0F 38 01 /r | SSSE3");
  public static final Row PHADDD = TABLE.row("phaddd +xmm, xm128 | 66 0F 38 02 /r | SSSE3");
  public static final Row PMADDUBSW = TABLE.row("pmaddubsw +xmm, xm128 | 66 0F 38 04 /r | SSSE3");
  public static final Row PSIGNB = TABLE.row("psignb +xmm, xm128 | 66 0F 38 08 /r | SSSE3");
  public static final Row PSIGNW = TABLE.row("psignw +xmm, xm128 | 66 0F 38 09 /r | SSSE3");
  public static final Row PSIGND = TABLE.row("psignd +xmm, xm128 | 66 0F 38 0A /r | SSSE3");
  public static final Row PMULHRSW = TABLE.row("pmulhrsw +xmm, xm128 | 66 0F 38 0B /r | SSSE3");
  public static final Row PMULDQ = TABLE.row("pmuldq +xmm, xm128 | 66 0F 38 28 /r | SSE4_1");
  public static final Row PCMPEQQ = TABLE.row("pcmpeqq +xmm, xm128 | 66 0F 38 29 /r | SSE4_1");
  public static final Row PACKUSDW = TABLE.row("packusdw +xmm, xm128 | 66 0F 38 2B /r | SSE4_1");
  public static final Row PCMPGTQ = TABLE.row("pcmpgtq +xmm, xm128 | 66 0F 38 37 /r | SSE4_2");
  public static final Row PMINSB = TABLE.row("pminsb +xmm, xm128 | 66 0F 38 38 /r | SSE4_1");
  public static final Row PMINSD = TABLE.row("pminsd +xmm, xm128 | 66 0F 38 39 /r | SSE4_1");
  public static final Row PMINUW = TABLE.row("pminuw +xmm, xm128 | 66 0F 38 3A /r | SSE4_1");
  public static final Row PMINUD = TABLE.row("pminud +xmm, xm128 | 66 0F 38 3B /r | SSE4_1");
  public static final Row PMAXSB = TABLE.row("pmaxsb +xmm, xm128 | 66 0F 38 3C /r | SSE4_1");
  public static final Row PMAXSD = TABLE.row("pmaxsd +xmm, xm128 | 66 0F 38 3D /r | SSE4_1");
  public static final Row PMAXUW = TABLE.row("pmaxuw +xmm, xm128 | 66 0F 38 3E /r | SSE4_1");
  public static final Row PMAXUD = TABLE.row("pmaxud +xmm, xm128 | 66 0F 38 3F /r | SSE4_1");
  public static final Row PMULLD = TABLE.row("pmulld +xmm, xm128 | 66 0F 38 40 /r | SSE4_1");

  // one vector to one
  public static final Row PABSB = TABLE.row("pabsb =xmm, xm128 | 66 0F 38 1C /r | SSSE3");
  public static final Row PABSW = TABLE.row("pabsw =xmm, xm128 | 66 0F 38 1D /r | SSSE3");
  public static final Row PABSD = TABLE.row("pabsd =xmm, xm128 | 66 0F 38 1E /r | SSSE3");
  public static final Row PMOVSXBW = TABLE.row("pmovsxbw =xmm, xm64 | 66 0F 38 20 /r | SSE4_1");
  public static final Row PMOVSXBD = TABLE.row("pmovsxbd =xmm, xm32 | 66 0F 38 21 /r | SSE4_1");
  public static final Row PMOVSXBQ = TABLE.row("pmovsxbq =xmm, xm16 | 66 0F 38 22 /r | SSE4_1");
  public static final Row PMOVSXWD = TABLE.row("pmovsxwd =xmm, xm64 | 66 0F 38 23 /r | SSE4_1");
  public static final Row PMOVSXWQ = TABLE.row("pmovsxwq =xmm, xm32 | 66 0F 38 24 /r | SSE4_1");
  public static final Row PMOVSXDQ = TABLE.row("pmovsxdq =xmm, xm64 | 66 0F 38 25 /r | SSE4_1");
  public static final Row PMOVZXBW = TABLE.row("pmovzxbw =xmm, xm64 | 66 0F 38 30 /r | SSE4_1");
  public static final Row PMOVZXBD = TABLE.row("pmovzxbd =xmm, xm32 | 66 0F 38 31 /r | SSE4_1");
  public static final Row PMOVZXBQ = TABLE.row("pmovzxbq =xmm, xm16 | 66 0F 38 32 /r | SSE4_1");
  public static final Row PMOVZXWD = TABLE.row("pmovzxwd =xmm, xm64 | 66 0F 38 33 /r | SSE4_1");
  public static final Row PMOVZXWQ = TABLE.row("pmovzxwq =xmm, xm32 | 66 0F 38 34 /r | SSE4_1");
  public static final Row PMOVZXDQ = TABLE.row("pmovzxdq =xmm, xm64 | 66 0F 38 35 /r | SSE4_1");
  public static final Row PTEST = TABLE.row("ptest xmm, xm128 | 66 0F 38 17 /r | SSE4_1");

  // shuffles, blends, lanes
  public static final Row PSHUFD = TABLE.row("pshufd =xmm, xm128, uimm8 | 66 0F 70 /r");
  public static final Row PSHUFHW = TABLE.row("pshufhw =xmm, xm128, uimm8 | F3 0F 70 /r");
  public static final Row PSHUFLW = TABLE.row("pshuflw =xmm, xm128, uimm8 | F2 0F 70 /r");
  public static final Row PALIGNR = TABLE.row("palignr +xmm, xm128, uimm8 | 66 0F 3A 0F /r | SSSE3");
  public static final Row PBLENDW = TABLE.row("pblendw +xmm, xm128, uimm8 | 66 0F 3A 0E /r | SSE4_1");
  public static final Row PBLENDVB = TABLE.row("pblendvb +xmm, xm128, xmm0 | 66 0F 38 10 /r | SSE4_1");
  public static final Row PINSRB = TABLE.row("pinsrb +xmm, r32m8, uimm8 | 66 0F 3A 20 /r | SSE4_1");
  public static final Row PINSRW = TABLE.row("pinsrw +xmm, r32m16, uimm8 | 66 0F C4 /r");
  public static final Row PINSRD = TABLE.row("pinsrd +xmm, rm32, uimm8 | 66 0F 3A 22 /r | SSE4_1");
  public static final Row PINSRQ = TABLE.row("pinsrq +xmm, rm64, uimm8 | 66 REX.W 0F 3A 22 /r | SSE4_1");
  public static final Row PEXTRB = TABLE.row("pextrb =r32m8, xmm, uimm8 | 66 0F 3A 14 /r | SSE4_1");
  public static final Row PEXTRW_R32_XMM_UIMM8 = TABLE.row("pextrw =r32, xmm, uimm8 | 66 0F C5 /r");
  public static final Row PEXTRW_M16_XMM_UIMM8 = TABLE.row("pextrw =m16, xmm, uimm8 | 66 0F 3A 15 /r | SSE4_1");
  public static final Row PEXTRD = TABLE.row("pextrd =rm32, xmm, uimm8 | 66 0F 3A 16 /r | SSE4_1");
  public static final Row PEXTRQ = TABLE.row("pextrq =rm64, xmm, uimm8 | 66 REX.W 0F 3A 16 /r | SSE4_1");

  // shifts
  public static final Row PSRLW_XMM_UIMM8 = TABLE.row("psrlw +xmm, uimm8 | 66 0F 71 /2");
  public static final Row PSRLW_XMM_XM128 = TABLE.row("psrlw +xmm, xm128 | 66 0F D1 /r");
  public static final Row PSRAW_XMM_UIMM8 = TABLE.row("psraw +xmm, uimm8 | 66 0F 71 /4");
  public static final Row PSRAW_XMM_XM128 = TABLE.row("psraw +xmm, xm128 | 66 0F E1 /r");
  public static final Row PSLLW_XMM_UIMM8 = TABLE.row("psllw +xmm, uimm8 | 66 0F 71 /6");
  public static final Row PSLLW_XMM_XM128 = TABLE.row("psllw +xmm, xm128 | 66 0F F1 /r");
  public static final Row PSRLD_XMM_UIMM8 = TABLE.row("psrld +xmm, uimm8 | 66 0F 72 /2");
  public static final Row PSRLD_XMM_XM128 = TABLE.row("psrld +xmm, xm128 | 66 0F D2 /r");
  public static final Row PSRAD_XMM_UIMM8 = TABLE.row("psrad +xmm, uimm8 | 66 0F 72 /4");
  public static final Row PSRAD_XMM_XM128 = TABLE.row("psrad +xmm, xm128 | 66 0F E2 /r");
  public static final Row PSLLD_XMM_UIMM8 = TABLE.row("pslld +xmm, uimm8 | 66 0F 72 /6");
  public static final Row PSLLD_XMM_XM128 = TABLE.row("pslld +xmm, xm128 | 66 0F F2 /r");
  public static final Row PSRLQ_XMM_UIMM8 = TABLE.row("psrlq +xmm, uimm8 | 66 0F 73 /2");
  public static final Row PSRLQ_XMM_XM128 = TABLE.row("psrlq +xmm, xm128 | 66 0F D3 /r");
  public static final Row PSLLQ_XMM_UIMM8 = TABLE.row("psllq +xmm, uimm8 | 66 0F 73 /6");
  public static final Row PSLLQ_XMM_XM128 = TABLE.row("psllq +xmm, xm128 | 66 0F F3 /r");
  public static final Row PSRLDQ = TABLE.row("psrldq +xmm, uimm8 | 66 0F 73 /3");
  public static final Row PSLLDQ = TABLE.row("pslldq +xmm, uimm8 | 66 0F 73 /7");

  private SseIntegerRows() {
  }
}
