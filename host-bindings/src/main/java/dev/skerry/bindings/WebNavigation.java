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
          (navigation, call) -> navigation.context.traverse(call.i32(0))),
      row("push_state", "bytes value, string url -> status",
          "Adds an entry for this document to the session history: an encoded value of at most 65,536 bytes, without "
              + "ports, and a URL that differs from the document's behind the origin, or the same where it is empty; "
              + "refused when either cannot be. Coming there again is a popstate event.",
          (navigation, call) -> navigation.update(call, false)),
      row("replace_state", "bytes value, string url -> status", "The same, in the place of the present entry.",
          (navigation, call) -> navigation.update(call, true)),
      row("state", "buffer buf -> size", "The value of the document's present entry, encoded; -1 where it has none.",
          (navigation, call) -> call.answer(0, navigation.context.state())));

  /** Bytes of the value of an entry: a page keeps many. */
  private static final int MOST_STATE = 1 << 16;

  private final NavigationContext context;

  public WebNavigation(NavigationContext context) {
    super(TABLE, WebNavigation.class);
    this.context = context;
  }

  private void update(Call call, boolean replace) {
    byte[] state = call.bytes(0);
    String url = call.string(2);
    boolean fits = state.length <= MOST_STATE && ClonedValue.isValue(state, call::poll);
    call.result(fits && context.update(state, url, replace) ? 0 : Call.NONE);
  }

  private void navigate(Call call, boolean replace) {
    call.result(context.navigate(call.string(0), replace) ? 0 : Call.NONE);
  }
}
