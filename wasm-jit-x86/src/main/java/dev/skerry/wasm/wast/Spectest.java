package dev.skerry.wasm.wast;

import dev.skerry.wasm.Global;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;

/** The host module {@code spectest} that the scripts of the specification import; what it prints is dropped. */
final class Spectest {

  private static final String NAME = "spectest";
  private static final String[] PRINTERS = {
    "print ->", "print_i32 i32 ->", "print_i64 i64 ->", "print_f32 f32 ->", "print_f64 f64 ->",
    "print_i32_f32 i32 f32 ->", "print_f64_f64 f64 f64 ->"
  };

  private Spectest() {
  }

  static void define(Linker linker, Store store) throws LinkError {
    for (String printer : PRINTERS) {
      int space = printer.indexOf(' ');
      linker.define(NAME, printer.substring(0, space), FuncType.of(printer.substring(space)), (caller, slots) -> { });
    }
    global(linker, store, "global_i32", ValType.I32, 666);
    global(linker, store, "global_i64", ValType.I64, 666);
    global(linker, store, "global_f32", ValType.F32, Float.floatToRawIntBits(666.6f));
    global(linker, store, "global_f64", ValType.F64, Double.doubleToRawLongBits(666.6));
    linker.define(NAME, "table", Table.create(store, new TableType(ValType.FUNCREF, new Limits(10, 20)), 0));
    TableType wide = new TableType(ValType.FUNCREF, new Limits(10, 20), ValType.I64);
    linker.define(NAME, "table64", Table.create(store, wide, 0));
    linker.define(NAME, "memory", Memory.create(store, new MemoryType(new Limits(1, 2))));
  }

  private static void global(Linker linker, Store store, String name, ValType type, long value) {
    linker.define(NAME, name, Global.create(store, new GlobalType(type, false), value));
  }
}
