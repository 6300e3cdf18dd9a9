package dev.skerry.wasm.verify;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.Value.Kind;
import java.lang.ref.WeakReference;
import java.util.Arrays;

/**
 * What contexts of one module's instances keep where, by offset, for a quick look: all but functions, each from where
 * it begins in steps of 8 bytes. It says nothing that {@link AccessRule} does not; kept from function to function.
 */
final class ContextFields {

  /** What is not to be found here. No field holds such a number. */
  static final long NONE = -1;

  private static final int SHIFT = 3;
  /** Bytes of a context that are looked at. */
  private static final long MOST = 1 << 17;

  private WeakReference<ModuleLayout> module = new WeakReference<>(null);
  /** By place: the address that lies there, or {@link Value#ANY} for a part of a global's value. */
  private long[] loaded = {};
  /** By place: whether code may write there. */
  private boolean[] isMutable = {};
  /** Functions lie between; places before them, and bytes. */
  private int before;
  private int functionBytes;

  /** Speaks of the contract's module from here on. */
  void use(Contract contract) {
    if (module.get() != contract.layout()) {
      module = new WeakReference<>(contract.layout());
      read(contract.module(), contract.layout());
    }
  }

  private void read(ModuleInfo info, ModuleLayout layout) {
    functionBytes = info.functions().length << SHIFT;
    before = layout.function(0) >> SHIFT;
    int count = (int) Math.min(layout.byteLength() - functionBytes, MOST) >> SHIFT;
    loaded = new long[Math.max(count, before)];
    isMutable = new boolean[loaded.length];
    Arrays.fill(loaded, NONE);
    loaded[Layout.INSTANCE_STORE >> SHIFT] = Value.of(Kind.STORE);
    loaded[Layout.INSTANCE_MEMORY_BASE >> SHIFT] = Value.of(Kind.MEMORY_BASE, 0);
    if (info.memories().length > 0) {
      loaded[Layout.INSTANCE_MEMORY >> SHIFT] = Value.of(Kind.MEMORY_RECORD, 0);
    }
    for (int i = 0; i < info.memories().length; i++) {
      loaded[layout.memory(i) >> SHIFT] = Value.of(Kind.MEMORY_RECORD, i);
    }
    for (int i = 0; i < info.tables().length; i++) {
      loaded[layout.table(i) >> SHIFT] = Value.of(Kind.TABLE_RECORD, i);
    }
    for (int i = 0; i < info.globals().length; i++) {
      int place = layout.global(i) - functionBytes >> SHIFT;
      if (layout.globalIsImported(i)) {
        if (place < count) {
          loaded[place] = Value.of(Kind.GLOBAL, i);
        }
        continue;
      }
      for (int slot = 0; slot < info.globals()[i].value().slots() && place + slot < count; slot++) {
        loaded[place + slot] = Value.ANY;
        isMutable[place + slot] = info.globals()[i].mutable();
      }
    }
  }

  private int place(int offset) {
    int place = offset >> SHIFT;
    if (place >= before) {
      place = offset - functionBytes >> SHIFT;
      place = place < before ? -1 : place;
    }
    return (offset & (1 << SHIFT) - 1) == 0 && place < loaded.length ? place : -1;
  }

  /** The address that a load of 8 bytes gives, {@link Value#ANY} for a number, or {@link #NONE}. */
  long at(int offset) {
    int place = place(offset);
    return place < 0 ? NONE : loaded[place];
  }

  /** Whether 8 bytes may be read and written at an offset. */
  boolean isMutable(int offset) {
    int place = place(offset);
    return place >= 0 && isMutable[place];
  }
}
