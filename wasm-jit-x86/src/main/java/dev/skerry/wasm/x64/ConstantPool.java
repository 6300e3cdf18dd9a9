package dev.skerry.wasm.x64;

import java.util.LinkedHashMap;
import java.util.Map;

/** Read-only constants behind the code: the long ones first, each aligned to its size, none twice. */
final class ConstantPool {

  private static final int LONG_BYTES = 16;

  private record Wide(long low, long high) {
  }

  private final Assembler assembler;
  private final Map<Wide, Label> wide = new LinkedHashMap<>();
  private final Map<Long, Label> narrow = new LinkedHashMap<>();

  ConstantPool(Assembler assembler) {
    this.assembler = assembler;
  }

  Label constant(long bits) {
    return narrow.computeIfAbsent(bits, key -> new Label(assembler));
  }

  Label constant(long low, long high) {
    return wide.computeIfAbsent(new Wide(low, high), key -> new Label(assembler));
  }

  /** Writes them all and binds their labels; the gap before is filled with that byte. */
  void write(CodeBuffer out, int filler) {
    int alignment = wide.isEmpty() ? Long.BYTES : LONG_BYTES;
    while ((!wide.isEmpty() || !narrow.isEmpty()) && out.size() % alignment != 0) {
      out.put8(filler);
    }
    wide.forEach((constant, label) -> {
      label.bind(out.size());
      out.put(constant.low(), Long.BYTES);
      out.put(constant.high(), Long.BYTES);
    });
    narrow.forEach((constant, label) -> {
      label.bind(out.size());
      out.put(constant, Long.BYTES);
    });
  }
}
