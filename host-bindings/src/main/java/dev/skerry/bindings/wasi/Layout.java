package dev.skerry.bindings.wasi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The little-endian structures of WASI preview 1, built or read outside guest memory so that each is copied once. */
final class Layout {

  static final int FDSTAT = 24;
  static final int FILESTAT = 64;
  static final int DIRENT = 24;
  static final int PRESTAT = 8;
  static final int SUBSCRIPTION = 48;
  static final int EVENT = 32;

  private Layout() {
  }

  /** A zeroed structure to fill by offset. */
  static ByteBuffer structure(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static long u32(byte[] bytes, int offset) {
    return view(bytes).getInt(offset) & 0xffff_ffffL;
  }
}
