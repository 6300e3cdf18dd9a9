package dev.skerry.origin;

import dev.skerry.bindings.HostModule;

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

  /** The host module for a new instance; each gets a WASI of its own. */
  static HostModule find(Environment document, String module) throws LoadError {
    if (document.hostModule(module).isPresent()) {
      return document.hostModule(module).get();
    }
    if (module.equals(WASI)) {
      return document.newWasi();
    }
    throw new LoadError("there is no host module '" + module + "'");
  }
}
