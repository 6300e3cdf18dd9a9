package dev.skerry.bindings;

import dev.skerry.wasm.Linker;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code wasi_snapshot_preview1}. */
public final class WasiPreview1 implements HostModule {

  /**
   * Everything that one guest may reach.
   *
   * @param args the program's name first
   * @param preopens guest path to host folder, in the order of the file descriptors from 3 on
   */
  public record Config(List<String> args, Map<String, String> environment, InputStream stdin, OutputStream stdout,
                       OutputStream stderr, Map<String, Path> preopens) {
  }

  public WasiPreview1(Config config) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    return "wasi_snapshot_preview1";
  }

  @Override
  public void define(Linker linker) {
    throw new UnsupportedOperationException();
  }
}
