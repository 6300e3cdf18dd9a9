package dev.skerry.wasm.x64;

/** What a processor must have for a row to run; {@link #BASE} is what every x86-64 processor has, SSE2 included. */
public enum CpuFeature {
  BASE, CMPXCHG16B, FSGSBASE, SSE3, SSSE3, SSE4_1, SSE4_2, POPCNT, LZCNT, PREFETCHW, BMI1, BMI2, AVX, AVX2, FMA, SHA
}
