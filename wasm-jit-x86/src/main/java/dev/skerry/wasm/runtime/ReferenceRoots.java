package dev.skerry.wasm.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** The tables and globals of a store that hold references of one kind. For the thread that is inside. */
final class ReferenceRoots {

  private final List<TableInstance> tables = new ArrayList<>();
  private final List<GlobalInstance> globals = new ArrayList<>();

  void add(TableInstance table) {
    tables.add(table);
  }

  void remove(TableInstance table) {
    tables.remove(table);
  }

  void add(GlobalInstance global) {
    globals.add(global);
  }

  /** Shows the slots of all of them. */
  void visit(LongConsumer visitor) {
    for (TableInstance table : tables) {
      for (long i = 0; i < table.size(); i++) {
        visitor.accept(table.get(i));
      }
    }
    globals.forEach(global -> visitor.accept(global.get()));
  }
}
