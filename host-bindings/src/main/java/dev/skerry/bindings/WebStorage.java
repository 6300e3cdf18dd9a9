package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;

/**
 * {@code web:storage}: the local and the session storage of one document (HTML §12.2), partitioned by top-level site. A
 * document without storage traps with a SecurityError.
 */
public final class WebStorage extends WebModule<WebStorage> {

  static final BindingTable<WebStorage> TABLE = BindingTable.of("web:storage", Capability.STORAGE,
      "Names and values that are kept for the document's origin and top-level site (HTML 12.2); area 0 is the local "
          + "storage, which outlives the page, area 1 the session storage, which does not.",
      row("length", "i32 area -> i32", "How many names an area has.",
          (storage, call) -> call.result(storage.area(call).size())),
      row("key", "i32 area, i32 index, buffer buf -> size",
          "The name at that place, in an order that stays while no name comes or goes; -1 beyond the last.",
          WebStorage::key),
      row("get", "i32 area, string name, buffer buf -> size", "The value of a name; -1 when it has none.",
          (storage, call) -> call.answer(3, storage.area(call).get(call.string(1)))),
      row("set", "i32 area, string name, text value -> status",
          "Sets the value of a name; refused when the area is full.", WebStorage::set),
      row("remove", "i32 area, string name ->", "Removes a name, if it is there.",
          (storage, call) -> storage.area(call).remove(call.string(1))),
      row("clear", "i32 area ->", "Removes all names of an area.", (storage, call) -> storage.area(call).clear()));

  private static final int LOCAL = 0;
  private static final int SESSION = 1;

  private final StorageAreas areas;

  public WebStorage(StorageAreas areas) {
    super(TABLE, WebStorage.class);
    this.areas = areas;
  }

  private StorageArea area(Call call) {
    StorageArea area = switch (call.i32(0)) {
      case LOCAL -> areas.local();
      case SESSION -> areas.session();
      default -> throw call.trap("area " + call.i32(0) + " is neither 0, local, nor 1, session");
    };
    if (area == null) {
      throw call.trap("SecurityError: a document of an opaque origin has no storage");
    }
    return area;
  }

  private void key(Call call) {
    long index = call.u32(1);
    call.answer(2, index <= Integer.MAX_VALUE ? area(call).name((int) index) : null);
  }

  private void set(Call call) {
    call.result(area(call).set(call.string(1), call.string(3)) ? 0 : Call.NONE);
  }
}
