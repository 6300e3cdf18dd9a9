package dev.skerry.memory;

/** The few functions in x86-64 machine code that the tests run, and the Java methods that they are bound to. */
final class MachineCode {

  /** {@code long call(JNIEnv*, jclass, long function, long a, long b)}: calls a System V function of two numbers. */
  static final byte[] CALL = code(
      0x48, 0x89, 0xD0, // mov rax, rdx
      0x48, 0x89, 0xCF, // mov rdi, rcx
      0x4C, 0x89, 0xC6, // mov rsi, r8
      0xFF, 0xE0);      // jmp rax

  /** {@code double multiply(JNIEnv*, jclass, double a, double b)}. */
  static final byte[] MULTIPLY = code(
      0xF2, 0x0F, 0x59, 0xC1, // mulsd xmm0, xmm1
      0xC3);                  // ret

  private MachineCode() {
  }

  /** {@code long f(long a, long b)} in System V's convention: {@code a + b + constant}. */
  static byte[] addAnd(int constant) {
    return code(
        0x48, 0x8D, 0x84, 0x37, // lea rax, [rdi + rsi + constant]
        constant & 0xFF, constant >> 8 & 0xFF, constant >> 16 & 0xFF, constant >> 24 & 0xFF,
        0xC3);                  // ret
  }

  static byte[] code(int... bytes) {
    byte[] code = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      code[i] = (byte) bytes[i];
    }
    return code;
  }

  /** Calls System V functions by address; bound once, for every test of this JVM. */
  static final class Caller {

    static {
      CodeBlock block = CodeSpace.reserve(1 << 16).allocate(CALL.length);
      block.publish(CALL);
      block.bind(0, Caller.class, "call");
    }

    private Caller() {
    }

    static native long call(long function, long a, long b);
  }
}
