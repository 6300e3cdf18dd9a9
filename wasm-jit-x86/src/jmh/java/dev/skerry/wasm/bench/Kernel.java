package dev.skerry.wasm.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** The exports of {@code kernels.wasm}, each with a size for one operation and what V8 answers for that size. */
public enum Kernel {
  INTEGER(3000, 215_063),
  MATMUL(1, 1_572_060),
  NBODY(500, 187_262_321),
  SIEVE(50_000, 5133),
  FIB(20, 6765),
  INDIRECT(50_000, -379_995_668),
  MACHINE(5000, -677_267_705),
  BULK(1000, 124_716),
  LZ(20_000, 10_146),
  SHA256(8000, 383_795_622);

  final int size;
  final int expected;

  Kernel(int size, int expected) {
    this.size = size;
    this.expected = expected;
  }

  String export() {
    return name().toLowerCase(Locale.ROOT);
  }

  static byte[] module() throws IOException {
    try (InputStream in = Kernel.class.getResourceAsStream("/bench/kernels.wasm")) {
      return in.readAllBytes();
    }
  }
}
