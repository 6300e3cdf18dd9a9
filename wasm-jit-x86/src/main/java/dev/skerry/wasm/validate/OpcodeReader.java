package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.TypeReader;
import java.util.Set;

/** Reads opcodes, and names the feature of those that are switched off or that this engine does not know. */
final class OpcodeReader {

  private static final int PREFIX_GC = 0xfb;

  private final ByteReader in;
  private final Set<Feature> features;

  OpcodeReader(ByteReader in, Set<Feature> features) {
    this.in = in;
    this.features = features;
  }

  Opcode read() throws CompileError {
    int at = in.position();
    int code = in.u8();
    Opcode opcode = code < Opcode.PREFIX_FC ? Opcode.ofByte(code) : prefixed(code);
    if (opcode == null || opcode.feature != null && !features.contains(opcode.feature)) {
      throw refused(opcode, code, at);
    }
    return opcode;
  }

  private Opcode prefixed(int code) throws CompileError {
    return switch (code) {
      case Opcode.PREFIX_FC -> Opcode.ofPrefixFc(in.u32());
      case Opcode.PREFIX_FD -> Opcode.ofPrefixFd(in.u32());
      case Opcode.PREFIX_FE -> Opcode.ofPrefixFe(in.u32());
      default -> null;
    };
  }

  /** The error for an opcode that is not to be used; the cursor stands behind it, or behind its unknown prefix. */
  private CompileError refused(Opcode opcode, int code, int at) {
    Feature feature = opcode != null ? opcode.feature : unknown(code);
    if (feature != null && !features.contains(feature)) {
      return TypeReader.unsupported(feature, at);
    }
    String second = in.position() > at + 1 ? " " + Integer.toHexString(in.bytes()[at + 1] & 0xff) : "";
    return new CompileError(Kind.MALFORMED, "illegal opcode " + Integer.toHexString(code) + second, at);
  }

  /** The feature that an opcode without a row belongs to, or null. */
  private static Feature unknown(int code) {
    return switch (code) {
      case 0x06, 0x07, 0x09, 0x18, 0x19 -> Feature.LEGACY_EXCEPTIONS;
      case 0x08, 0x0a, 0x1f -> Feature.EXCEPTIONS;
      case 0xd3, PREFIX_GC -> Feature.GARBAGE_COLLECTION;
      case Opcode.PREFIX_FD -> Feature.SIMD;
      case Opcode.PREFIX_FE -> Feature.THREADS;
      default -> null;
    };
  }
}
