package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;

/** {@code web:navigation}: where a document is, and where it goes (HTML §7.2.4, §7.2.5). */
public final class WebNavigation extends WebModule<WebNavigation> {

  static final BindingTable<WebNavigation> TABLE = BindingTable.of("web:navigation", Capability.NAVIGATION,
      "Where the document is, and where it goes: its location and the session history (HTML 7.2.4, 7.2.5). A document "
          + "that is navigated away from ends when the new one is there.",
      row("location", "buffer buf -> size", "The document's URL.",
          (navigation, call) -> call.answer(0, navigation.context.location())),
      row("assign", "string url -> status",
          "Navigates the document's frame to a URL, relative to the document; refused when it is none.",
          (navigation, call) -> navigation.navigate(call, false)),
      row("replace", "string url -> status", "The same, in the place of this document in the session history.",
          (navigation, call) -> navigation.navigate(call, true)),
      row("reload", "->", "Loads the document again.", (navigation, call) -> navigation.context.reload()),
      row("history_length", "-> i32", "How many entries the page's session history has.",
          (navigation, call) -> call.result(navigation.context.historyLength())),
      row("history_go", "i32 steps ->",
          "Goes so many entries forward, or back where it is negative; beyond the ends nothing happens.",
          (navigation, call) -> navigation.context.traverse(call.i32(0))));

  private final NavigationContext context;

  public WebNavigation(NavigationContext context) {
    super(TABLE, WebNavigation.class);
    this.context = context;
  }

  private void navigate(Call call, boolean replace) {
    call.result(context.navigate(call.string(0), replace) ? 0 : Call.NONE);
  }
}
