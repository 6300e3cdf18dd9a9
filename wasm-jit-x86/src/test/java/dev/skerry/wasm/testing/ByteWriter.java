package dev.skerry.wasm.testing;

import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.format.ValType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the numbers and names of the binary format (WASM core 5.2). */
public class ByteWriter {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public ByteWriter bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  public ByteWriter bytes(byte[] values) {
    out.writeBytes(values);
    return this;
  }

  public ByteWriter unsigned(long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  public ByteWriter signed(long value) {
    long rest = value;
    while (rest >> 6 != 0 && rest >> 6 != -1) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>= 7;
    }
    out.write((int) (rest & 0x7f));
    return this;
  }

  /** The lowest bytes of a number, the lowest first. */
  public ByteWriter fixed(long value, int count) {
    for (int i = 0; i < count; i++) {
      out.write((int) (value >>> 8 * i));
    }
    return this;
  }

  public ByteWriter name(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return unsigned(utf8.length).bytes(utf8);
  }

  /** A value type, in its short form where it has one. */
  public ByteWriter type(ValType type) {
    if (!type.isReference() || !type.isConcrete() && type.isNullable()) {
      return bytes(type.code());
    }
    bytes(type.isNullable() ? TypeReader.REF_NULL : TypeReader.REF);
    return type.isConcrete() ? signed(type.number()) : bytes(type.code() & 0x7f);
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
