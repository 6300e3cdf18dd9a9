package dev.skerry.bindings;

import dev.skerry.bindings.abi.BindingTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What guests must know of all {@code web:*} modules, in the order of the reference page. */
public final class WebModules {

  private WebModules() {
  }

  /** The functions of each module. */
  public static List<BindingTable<?>> tables() {
    return List.of(WebConsole.TABLE, WebDom.TABLE, WebNavigation.TABLE, WebTimers.TABLE, WebPerformance.TABLE,
        WebMessaging.TABLE, WebFetch.TABLE, WebStorage.TABLE, WebCrypto.TABLE);
  }

  /** What stands for something in an encoded value, each by its place in its list: kinds, types of views, errors. */
  public static Map<String, List<String>> valueNumbers() {
    Map<String, List<String>> numbers = new LinkedHashMap<>();
    numbers.put("value", names(ClonedValue.Kind.values()));
    numbers.put("view", names(ClonedValue.View.values()));
    numbers.put("error", names(ClonedValue.ErrorName.values()));
    return numbers;
  }

  private static List<String> names(Enum<?>... constants) {
    return Arrays.stream(constants).map(Enum::name).toList();
  }
}
