package dev.skerry.wasm;

import dev.skerry.wasm.format.ExportType;
import dev.skerry.wasm.format.ImportType;
import java.util.List;
import java.util.Optional;

/** A decoded and validated module: immutable, shared by any number of stores and threads. */
public final class Module {

  /**
   * Decodes and validates a binary module.
   *
   * @throws CompileError naming the byte offset and the reason, when the bytes are malformed, invalid or over a limit
   */
  public static Module compile(Engine engine, byte[] bytes) throws CompileError {
    throw new UnsupportedOperationException();
  }

  public List<ImportType> imports() {
    throw new UnsupportedOperationException();
  }

  public List<ExportType> exports() {
    throw new UnsupportedOperationException();
  }

  /** The module's name from its name section. */
  public Optional<String> name() {
    throw new UnsupportedOperationException();
  }

  /** The contents of the custom sections of that name, in module order. */
  public List<byte[]> customSections(String name) {
    throw new UnsupportedOperationException();
  }
}
