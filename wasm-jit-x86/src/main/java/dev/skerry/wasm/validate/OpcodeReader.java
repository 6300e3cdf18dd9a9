package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.TypeReader;

/** Reads opcodes, and names the feature of those that this engine does not run. */
final class OpcodeReader {

  private static final int PREFIX_GC = 0xfb;
  private static final int PREFIX_SIMD = 0xfd;
  private static final int PREFIX_THREADS = 0xfe;
  private static final int FIRST_RELAXED_SIMD = 0x100;

  private OpcodeReader() {
  }

  static Opcode read(ByteReader in) throws CompileError {
    int at = in.position();
    int code = in.u8();
    Opcode opcode = code == Opcode.PREFIX_FC ? Opcode.ofPrefixFc(in.u32()) : Opcode.ofByte(code);
    if (opcode == null) {
      throw illegal(in, code, at);
    }
    return opcode;
  }

  /** The error for an opcode without a row; the cursor stands behind its first byte, or behind it all for 0xFC. */
  static CompileError illegal(ByteReader in, int code, int at) throws CompileError {
    Feature feature = switch (code) {
      case 0x06, 0x07, 0x09, 0x18, 0x19 -> Feature.LEGACY_EXCEPTIONS;
      case 0x08, 0x0a, 0x1f -> Feature.EXCEPTIONS;
      case 0x12, 0x13 -> Feature.TAIL_CALLS;
      case 0x14, 0x15, 0xd4, 0xd5, 0xd6 -> Feature.TYPED_FUNCTION_REFERENCES;
      case 0xd3, PREFIX_GC -> Feature.GARBAGE_COLLECTION;
      case PREFIX_SIMD -> Integer.compareUnsigned(in.u32(), FIRST_RELAXED_SIMD) < 0
          ? Feature.SIMD : Feature.RELAXED_SIMD;
      case PREFIX_THREADS -> Feature.THREADS;
      default -> null;
    };
    if (feature != null) {
      return TypeReader.unsupported(feature, at);
    }
    String second = in.position() > at + 1 ? " " + Integer.toHexString(in.bytes()[at + 1] & 0xff) : "";
    return new CompileError(Kind.MALFORMED, "illegal opcode " + Integer.toHexString(code) + second, at);
  }
}
