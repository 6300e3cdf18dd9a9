package dev.skerry.origin;

import dev.skerry.bindings.HostModule;
import dev.skerry.bindings.WasiPreview1;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** Which import names are the host's, and what stands behind them for one instance. */
final class HostNames {

  static final String WASI = "wasi_snapshot_preview1";
  private static final String WEB = "web:";

  private HostNames() {
  }

  /** Names of the host are never looked up in an import map: no document can put itself in the host's place. */
  static boolean isHost(Environment document, String module) {
    return module.startsWith(WEB) || module.equals(WASI) || document.hostModule(module).isPresent();
  }

  /** The host module for a new instance; the streams are its standard output and error. */
  static HostModule find(Environment document, String module, GuestOutput out, GuestOutput err) throws LoadError {
    if (document.hostModule(module).isPresent()) {
      return document.hostModule(module).get();
    }
    if (module.equals(WASI)) {
      return new WasiPreview1(
          new WasiPreview1.Config(List.of(), Map.of(), InputStream.nullInputStream(), out, err, Map.of()));
    }
    throw new LoadError("there is no host module '" + module + "'");
  }
}
