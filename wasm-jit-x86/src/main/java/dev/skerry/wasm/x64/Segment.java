package dev.skerry.wasm.x64;

/** The segment whose base is added to an address: none in 64-bit mode, unless FS or GS is named. */
public enum Segment {
  NONE(0), FS(0x64), GS(0x65);

  /** The prefix byte, or 0. */
  final int prefix;

  Segment(int prefix) {
    this.prefix = prefix;
  }
}
