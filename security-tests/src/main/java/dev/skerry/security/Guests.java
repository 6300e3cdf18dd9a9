package dev.skerry.security;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The attacking programs; each stands beside its source in this package's resources. */
final class Guests {

  private Guests() {
  }

  static byte[] bytes(String name) {
    try (InputStream in = Guests.class.getResourceAsStream("guests/" + name + ".wasm")) {
      if (in == null) {
        throw new IllegalArgumentException("no guest named " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Module module(Engine engine, String name) {
    try {
      return Module.compile(engine, bytes(name));
    } catch (CompileError e) {
      throw new IllegalStateException("guest " + name + ": " + e.getMessage(), e);
    }
  }
}
