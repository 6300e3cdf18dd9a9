package dev.skerry.bindings;

import dev.skerry.bindings.abi.BindingTable;
import java.util.List;

/** The tables of all {@code web:*} modules, in the order of the reference page. */
public final class WebModules {

  private WebModules() {
  }

  public static List<BindingTable<?>> tables() {
    return List.of(WebConsole.TABLE, WebDom.TABLE, WebNavigation.TABLE, WebTimers.TABLE, WebPerformance.TABLE,
        WebMessaging.TABLE, WebFetch.TABLE, WebStorage.TABLE, WebCrypto.TABLE);
  }
}
