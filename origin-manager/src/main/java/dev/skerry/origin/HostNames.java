package dev.skerry.origin;

import dev.skerry.bindings.HostModule;
import java.util.Locale;

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
    HostModule found = document.hostModule(module).orElse(null);
    if (found == null && module.equals(WASI)) {
      found = document.newWasi();
    }
    if (found == null) {
      throw new LoadError("there is no host module '" + module + "'");
    }
    if (!document.isGranted(found.capability())) {
      throw new LoadError("the document was not granted the capability "
          + found.capability().name().toLowerCase(Locale.ROOT) + ", which '" + module + "' needs");
    }
    return found;
  }
}
