package dev.skerry.wasm.testing;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * The C programs in {@code src/test/guest/kernels}, each with a small size, what it answers for that one natively, and
 * the size that it is measured with. They export a function under their name, from a size to a checksum.
 */
public enum Kernel {
  MATMUL(Group.LINEAR, 20, -654_174_948, 96),
  LU(Group.LINEAR, 20, -624_060_280, 128),
  GEMV(Group.LINEAR, 30, 958_466_570, 256),
  FLOYD(Group.LINEAR, 16, 154_355_176, 128),
  JACOBI(Group.STENCIL, 2, -1_198_558_896, 20),
  SEIDEL(Group.STENCIL, 1, -620_465_438, 8),
  HEAT(Group.STENCIL, 2, 2_134_559_773, 40),
  LIFE(Group.STENCIL, 2, -2_054_589_895, 20),
  NBODY(Group.NUMERIC, 20, 842_300_906, 10000),
  FFT(Group.NUMERIC, 6, -488_530_346, 12),
  MANDELBROT(Group.NUMERIC, 12, -286_689_899, 100),
  SPECTRAL(Group.NUMERIC, 10, -1_007_292_735, 128),
  COLLATZ(Group.INTEGER, 100, 3142, 3000),
  SIEVE(Group.INTEGER, 2000, 303, 200_000),
  QUEENS(Group.INTEGER, 6, 4, 10),
  BIGINT(Group.INTEGER, 60, -613_455_311, 600),
  MODULAR(Group.INTEGER, 20, 1_803_723_188, 4000),
  BITS(Group.INTEGER, 500, -46_324_989, 50000),
  SHA256(Group.CRYPTO, 1000, 507_730_632, 60000),
  CRC32(Group.CRYPTO, 1000, 1_720_649_533, 60000),
  STRINGS(Group.CRYPTO, 50, 1_000_876_980, 10000),
  CHACHA(Group.CRYPTO, 10, 152_503_834, 1500),
  FIB(Group.CALLS, 12, 144, 24),
  TAK(Group.CALLS, 9, 6, 18),
  INDIRECT(Group.CALLS, 500, 983_925_360, 200_000),
  SHAPES(Group.CALLS, 500, -1_889_351_619, 200_000),
  CHASE(Group.MEMORY, 1000, 24_192_962, 200_000),
  TREE(Group.MEMORY, 200, 1_279_246_342, 10000),
  STRUCTS(Group.MEMORY, 2, -1_878_902_200, 20),
  BULK(Group.MEMORY, 20, 190, 6000),
  SORT(Group.PROGRAMS, 500, -703_806_818, 15000),
  LZ(Group.PROGRAMS, 2000, 1133, 60000),
  COUNT(Group.PROGRAMS, 1500, 1_177_155_648, 60000),
  PARSER(Group.PROGRAMS, 2000, -508_265_957, 60000),
  MACHINE(Group.PROGRAMS, 100, 1_848_177_351, 40000),
  SEARCH(Group.PROGRAMS, 500, -2_025_126_583, 20000),
  GEMM(Group.LOOPS, 10, -1_302_506_653, 96),
  FDTD(Group.LOOPS, 2, 1_257_150_519, 20),
  AXPY(Group.LOOPS, 3, 263_880_456, 100),
  SUMS(Group.LOOPS, 3, -2_072_145_685, 100),
  BLEND(Group.LOOPS, 3, -2_008_265_121, 100),
  THRESHOLD(Group.LOOPS, 3, 1_806_503_603, 200),
  REPAIR(Group.PATHS, 2000, -178_871_567, 200_000),
  HANDLERS(Group.PATHS, 500, 397_539_866, 200_000),
  SAXPY(Group.SIMD, 1, 1_396_348_990, 100),
  MATRICES(Group.SIMD, 1, -133_237_060, 40),
  XORSHIFT(Group.SIMD, 200, 1_974_600_571, 200_000),
  BLUR(Group.SIMD, 1, -433_450_970, 100),
  MANDELBROT2(Group.SIMD, 8, 2_038_936_492, 100),
  PAIRS(Group.SIMD, 2, 179_081_865, 200);

  /** Kernels that stress the same thing; ratios of a group have a mean of their own. */
  public enum Group {
    LINEAR, STENCIL, NUMERIC, INTEGER, CRYPTO, CALLS, MEMORY, PROGRAMS,
    /** Over arrays with independent elements. */
    LOOPS,
    /** Of which only a run can tell what they usually do. */
    PATHS,
    /** Written in vectors of 128 bits. */
    SIMD;

    /** The name of the module that the group's kernels are in. */
    public String module() {
      return this == SIMD ? "simd" : this == LOOPS ? "loops" : this == PATHS ? "paths" : "kernels";
    }
  }

  public final Group group;
  public final int smallSize;
  public final int smallAnswer;
  public final int size;

  Kernel(Group group, int smallSize, int smallAnswer, int size) {
    this.group = group;
    this.smallSize = smallSize;
    this.smallAnswer = smallAnswer;
    this.size = size;
  }

  /** The name of the export. */
  public String export() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The binary of a prebuilt guest. */
  public static byte[] binary(String module) throws IOException {
    try (InputStream in = Kernel.class.getResourceAsStream("/guest/" + module + ".wasm")) {
      return in.readAllBytes();
    }
  }
}
