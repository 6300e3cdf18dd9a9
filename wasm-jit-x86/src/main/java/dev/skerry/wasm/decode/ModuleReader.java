package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;

/** Decodes a binary module (WASM core 5) and validates it (WASM core 3). */
public final class ModuleReader {

  private ModuleReader() {
  }

  /** Reads the whole module; the array is kept and must not change afterwards. */
  public static ModuleInfo read(byte[] bytes) throws CompileError {
    throw new UnsupportedOperationException();
  }
}
