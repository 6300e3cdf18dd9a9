package dev.skerry.bindings.wasi;

/** The kinds of files (type {@code filetype}); the ordinal is the number. */
enum FileType {
  UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK;

  private static final int S_IFMT = 0xf000;

  /** The kind in a POSIX mode. */
  static FileType ofMode(int mode) {
    return switch (mode & S_IFMT) {
      case 0x2000 -> CHARACTER_DEVICE;
      case 0x4000 -> DIRECTORY;
      case 0x6000 -> BLOCK_DEVICE;
      case 0x8000 -> REGULAR_FILE;
      case 0xa000 -> SYMBOLIC_LINK;
      case 0xc000 -> SOCKET_STREAM;
      default -> UNKNOWN;
    };
  }
}
