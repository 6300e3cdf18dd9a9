package dev.skerry.wasm.interp;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;

/** The slots of a function's parameters and declared locals. */
final class Locals {

  private final int[] slots;
  private final byte[] widths;
  private final int total;

  Locals(FuncType type, ModuleInfo.FunctionBody body) {
    int count = type.params().size();
    for (int run : body.localCounts()) {
      count += run;
    }
    slots = new int[count];
    widths = new byte[count];
    int local = 0;
    int slot = 0;
    for (ValType param : type.params()) {
      slots[local] = slot;
      widths[local++] = (byte) param.slots();
      slot += param.slots();
    }
    for (int run = 0; run < body.localCounts().length; run++) {
      int width = body.localTypes()[run].slots();
      for (int i = 0; i < body.localCounts()[run]; i++) {
        slots[local] = slot;
        widths[local++] = (byte) width;
        slot += width;
      }
    }
    total = slot;
  }

  int count() {
    return slots.length;
  }

  /** Slots of parameters and locals together. */
  int slots() {
    return total;
  }

  int slot(int local) {
    return slots[local];
  }

  int width(int local) {
    return widths[local];
  }
}
