package dev.skerry.wasm.format;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over a module's bytes that trusts nothing: every read is checked against {@link #limit}, every number
 * against its encoding (WASM core 5.2). Offsets count from the module's first byte. The module may still grow behind
 * the cursor; whoever moves the limit sees to it that what lies below it has arrived.
 */
public final class ByteReader {

  /** A 32-bit number takes no more. */
  private static final int MAX_NUMBER_BYTES = 5;

  private byte[] bytes;
  private int available;
  private int position;
  private int limit;
  /** Whether {@link #limit} is where the module ends. */
  private boolean cutOff;

  /** A cursor over a whole module, or a part of one that is read for itself. */
  public ByteReader(byte[] bytes) {
    this.bytes = bytes;
    this.available = bytes.length;
    this.limit = bytes.length;
  }

  /** The array that holds the module, from its first byte on; it may be longer. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes of the module are there. */
  public int available() {
    return available;
  }

  /** Goes on with another array, which begins with the bytes that are there and holds so many of the module. */
  public void bytes(byte[] longer, int count) {
    bytes = longer;
    available = count;
  }

  /** From now on the limit is the end of the module: what is missing there is missing for good. */
  public void cutOff() {
    limit = available;
    cutOff = true;
  }

  /** The offset behind the number at an offset, or -1 if it hasn't arrived whole. */
  public int numberEnd(int from) {
    int longest = Math.min(available - from, MAX_NUMBER_BYTES);
    for (int i = 0; i < longest; i++) {
      if (bytes[from + i] >= 0) {
        return from + i + 1;
      }
    }
    return longest == MAX_NUMBER_BYTES ? from + longest : -1;
  }

  public int position() {
    return position;
  }

  /** Moves the cursor to a place that was read before. */
  public void position(int to) {
    position = to;
  }

  /** One past the last byte that may be read. */
  public int limit() {
    return limit;
  }

  /** Narrows or widens what may be read; the caller has checked that it lies within the module. */
  public void limit(int to) {
    limit = to;
  }

  public boolean atEnd() {
    return position >= limit;
  }

  public int remaining() {
    return limit - position;
  }

  /** An error at the cursor. */
  public CompileError malformed(String reason) {
    return new CompileError(Kind.MALFORMED, reason, position);
  }

  /** An error at the end of what may be read. */
  public CompileError unexpectedEnd() {
    return new CompileError(
        Kind.MALFORMED, cutOff ? "unexpected end" : "unexpected end of section or function", limit);
  }

  /** The 32-bit number at an offset, which has arrived whole; its last byte is not checked. */
  public int numberAt(int from) {
    int number = 0;
    for (int i = 0; i < MAX_NUMBER_BYTES; i++) {
      number |= (bytes[from + i] & 0x7f) << 7 * i;
      if (bytes[from + i] >= 0) {
        break;
      }
    }
    return number;
  }

  /** The next byte, unsigned. */
  public int u8() throws CompileError {
    if (position >= limit) {
      throw unexpectedEnd();
    }
    return bytes[position++] & 0xff;
  }

  /** The next byte, unsigned, without moving. */
  public int peek() throws CompileError {
    if (position >= limit) {
      throw unexpectedEnd();
    }
    return bytes[position] & 0xff;
  }

  /** An unsigned 32-bit number, to be read as unsigned. */
  public int u32() throws CompileError {
    int first = u8();
    return first < 0x80 ? first : (int) unsigned(first & 0x7f, 32);
  }

  /** A signed 32-bit number. */
  public int s32() throws CompileError {
    int first = u8();
    return first < 0x80 ? first << 25 >> 25 : (int) signed(first & 0x7f, 32);
  }

  /** A signed 33-bit number: block types and heap types. */
  public long s33() throws CompileError {
    int first = u8();
    return first < 0x80 ? first << 25 >> 25 : signed(first & 0x7f, 33);
  }

  /** A signed 64-bit number. */
  public long s64() throws CompileError {
    int first = u8();
    return first < 0x80 ? first << 25 >> 25 : signed(first & 0x7f, 64);
  }

  /** An unsigned 64-bit number, to be read as unsigned. */
  public long u64() throws CompileError {
    int first = u8();
    return first < 0x80 ? first : unsigned(first & 0x7f, 64);
  }

  private long unsigned(long low, int bits) throws CompileError {
    long value = low;
    for (int shift = 7; ; shift += 7) {
      int b = nextOfNumber(shift, bits);
      int left = bits - shift;
      if (left < 7 && (b & 0x7f) >>> left != 0) {
        throw new CompileError(Kind.MALFORMED, "integer too large", position - 1);
      }
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
  }

  private long signed(long low, int bits) throws CompileError {
    long value = low;
    for (int shift = 7; ; shift += 7) {
      int b = nextOfNumber(shift, bits);
      int left = bits - shift;
      if (left < 7) {
        int unused = b << 25 >> 25 >> left - 1;
        if (unused != 0 && unused != -1) {
          throw new CompileError(Kind.MALFORMED, "integer too large", position - 1);
        }
      }
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        int used = Math.min(shift + 7, 64);
        return value << 64 - used >> 64 - used;
      }
    }
  }

  private int nextOfNumber(int shift, int bits) throws CompileError {
    if (shift >= bits) {
      throw new CompileError(Kind.MALFORMED, "integer representation too long", position - 1);
    }
    return u8();
  }

  /** The next four bytes, low byte first. */
  public int fixed32() throws CompileError {
    need(4);
    int at = position;
    position += 4;
    return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | bytes[at + 3] << 24;
  }

  /** The next eight bytes, low byte first. */
  public long fixed64() throws CompileError {
    need(8);
    long low = fixed32() & 0xffff_ffffL;
    return low | (long) fixed32() << 32;
  }

  private void need(int count) throws CompileError {
    if (remaining() < count) {
      throw unexpectedEnd();
    }
  }

  /**
   * The length of a vector whose elements take a byte at least: never more than what remains, nor than a limit.
   *
   * @param what the elements, for the error message
   */
  public int count(int max, String what) throws CompileError {
    int at = position;
    int count = u32();
    checkLimit(count, max, what, at);
    if (Integer.compareUnsigned(count, remaining()) > 0) {
      throw new CompileError(Kind.MALFORMED, "length out of bounds", at);
    }
    return count;
  }

  /** Refuses an unsigned number of things above a limit. */
  public static void checkLimit(int count, int max, String what, long offset) throws CompileError {
    if (Integer.compareUnsigned(count, max) > 0) {
      throw new CompileError(
          Kind.LIMIT, "too many " + what + ": " + Integer.toUnsignedString(count) + ", the limit is " + max, offset);
    }
  }

  /** Reads the length of a run of bytes and checks that it remains. */
  public int length() throws CompileError {
    int at = position;
    int length = u32();
    if (Integer.compareUnsigned(length, remaining()) > 0) {
      throw new CompileError(
          Kind.MALFORMED, cutOff ? "length out of bounds" : "unexpected end", at);
    }
    return length;
  }

  /** Skips bytes of which {@link #length} said that they remain. */
  public void skip(int length) {
    position += length;
  }

  /** A name (WASM core 5.2.4). */
  public String name() throws CompileError {
    int length = length();
    int at = position;
    position += length;
    for (int i = at; i < position; i++) {
      if (bytes[i] < 0) {
        return decode(at, length);
      }
    }
    return new String(bytes, at, length, StandardCharsets.ISO_8859_1);
  }

  private String decode(int at, int length) throws CompileError {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
    } catch (CharacterCodingException e) {
      throw new CompileError(Kind.MALFORMED, "malformed UTF-8 encoding", at);
    }
  }
}
