package dev.skerry.wasm.lower;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Row;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which instructions compiled code may use. Any subset of what the processor has is right: code of different features
 * computes the same.
 */
public final class CpuFeatures {

  /** What compiled code takes for granted; without these there is no native tier. */
  private static final Set<CpuFeature> FLOOR = Collections.unmodifiableSet(
      EnumSet.of(CpuFeature.BASE, CpuFeature.SSE3, CpuFeature.SSSE3, CpuFeature.SSE4_1));

  private final Set<CpuFeature> features;
  private final boolean avx;

  private CpuFeatures(Set<CpuFeature> features) {
    this.features = features;
    this.avx = features.contains(CpuFeature.AVX);
  }

  /** The least that compiled code can be made for: SSE4.1. */
  public static CpuFeatures floor() {
    return new CpuFeatures(FLOOR);
  }

  /** Those features and the floor. */
  public static CpuFeatures of(Set<CpuFeature> features) {
    EnumSet<CpuFeature> all = EnumSet.copyOf(FLOOR);
    all.addAll(features);
    return new CpuFeatures(Collections.unmodifiableSet(all));
  }

  /** What this machine has, asked once; nothing, which does not {@link #suffice}, where it cannot be asked. */
  public static CpuFeatures current() {
    return Detected.FEATURES;
  }

  /** Why machine code cannot run with what this machine has, one phrase; empty where it can. */
  public static String refusal() {
    return Detected.FEATURES.suffice() ? "" : Detected.refusal.isEmpty() ? "the processor lacks SSE4.1"
        : Detected.refusal;
  }

  /** Whether compiled code can run on a processor with these features. */
  public boolean suffice() {
    return features.containsAll(FLOOR);
  }

  public boolean has(CpuFeature feature) {
    return features.contains(feature);
  }

  /** Whether the processor has what the row needs. */
  public boolean allow(Row row) {
    return features.contains(row.feature());
  }

  /** Whether vector instructions are of VEX form, with a destination of their own. */
  public boolean avx() {
    return avx;
  }

  public Set<CpuFeature> all() {
    return features;
  }

  @Override
  public String toString() {
    return features.toString();
  }

  /** Asks the processor, when first needed. */
  private static final class Detected {

    private static final int CODE_BYTES = 1 << 12;
    private static final int EXTENDED = 0x8000_0000;
    /** The operating system keeps XMM and YMM registers: bits 1 and 2 of XCR0 (Intel SDM, volume 1, 13.3). */
    private static final int VECTOR_STATE = 6;
    private static final int OSXSAVE = 27;

    /** Both methods as JNI calls them. Bytes, because an engine asks at its start, and our assembler is large. */
    private static final int[] CODE = {
      0x53,                   // push rbx
      0x89, 0xD0,             // mov eax, edx
      0x0F, 0xA2,             // cpuid
      0x48, 0xC1, 0xE3, 0x20, // shl rbx, 32
      0x48, 0xC1, 0xE2, 0x20, // shl rdx, 32
      0x48, 0x09, 0xD8,       // or rax, rbx
      0x48, 0x09, 0xD1,       // or rcx, rdx
      0x45, 0x85, 0xC0,       // test r8d, r8d
      0x48, 0x0F, 0x45, 0xC1, // cmovne rax, rcx
      0x5B,                   // pop rbx
      0xC3,                   // ret
      0x31, 0xC9,             // xor ecx, ecx
      0x0F, 0x01, 0xD0,       // xgetbv
      0xC3,                   // ret
    };
    private static final int XGETBV = 28;

    /** Why the processor was not asked; empty where it was. */
    private static String refusal = "";
    private static final CpuFeatures FEATURES = new CpuFeatures(Collections.unmodifiableSet(ask()));

    private static Set<CpuFeature> ask() {
      try {
        bind();
      } catch (NativeMemoryException | LinkageError refused) {
        refusal = "the processor cannot be asked what it has: " + refused.getMessage();
        return EnumSet.noneOf(CpuFeature.class);
      }
      EnumSet<CpuFeature> found = EnumSet.of(CpuFeature.BASE);
      int leaves = (int) cpuid(0, 0, 0);
      long basic = cpuid(1, 0, 1);
      note(found, basic, 0, CpuFeature.SSE3);
      note(found, basic, 9, CpuFeature.SSSE3);
      note(found, basic, 13, CpuFeature.CMPXCHG16B);
      note(found, basic, 19, CpuFeature.SSE4_1);
      note(found, basic, 20, CpuFeature.SSE4_2);
      note(found, basic, 23, CpuFeature.POPCNT);
      boolean ymm = (basic >>> OSXSAVE & 1) != 0 && (xgetbv() & VECTOR_STATE) == VECTOR_STATE;
      if (ymm) {
        note(found, basic, 28, CpuFeature.AVX);
        note(found, basic, 12, CpuFeature.FMA);
      }
      if (leaves >= 7) {
        long structured = cpuid(7, 0, 0) >>> Integer.SIZE;
        note(found, structured, 3, CpuFeature.BMI1);
        note(found, structured, 8, CpuFeature.BMI2);
        note(found, structured, 29, CpuFeature.SHA);
        if (ymm) {
          note(found, structured, 5, CpuFeature.AVX2);
        }
      }
      if (Integer.compareUnsigned((int) cpuid(EXTENDED, 0, 0), EXTENDED) > 0) {
        long extended = cpuid(EXTENDED + 1, 0, 1);
        note(found, extended, 5, CpuFeature.LZCNT);
        note(found, extended, 8, CpuFeature.PREFETCHW);
      }
      return found;
    }

    private Detected() {
    }

    private static void note(Set<CpuFeature> found, long bits, int bit, CpuFeature feature) {
      if ((bits >>> bit & 1) != 0) {
        found.add(feature);
      }
    }

    private static void bind() {
      byte[] code = new byte[CODE.length];
      for (int i = 0; i < code.length; i++) {
        code[i] = (byte) CODE[i];
      }
      CodeBlock block = CodeSpace.reserve(CODE_BYTES).allocate(code.length);
      block.publish(code);
      block.bind(0, Detected.class, "cpuid");
      block.bind(XGETBV, Detected.class, "xgetbv");
    }

    /** EAX and above it EBX, or if {@code pair} is 1 ECX and above it EDX. */
    private static native long cpuid(int leaf, int subleaf, int pair);

    /** The lower half of XCR0. */
    private static native int xgetbv();
  }
}
