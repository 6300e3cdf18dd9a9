package dev.skerry.wasm.runtime;

import dev.skerry.wasm.decode.ModuleInfo;

/**
 * Where an instance context of one module keeps what: pointers to memory records, table records, function descriptors
 * and imported globals, and the values of its own globals. The same for all instances of the module.
 */
public final class ModuleLayout {

  private static final int POINTER = 8;
  private static final int SLOT = 8;

  private final ModuleInfo module;
  private final int memories;
  private final int tables;
  private final int functions;
  private final int[] globals;
  private final long byteLength;

  public ModuleLayout(ModuleInfo module) {
    this.module = module;
    memories = Layout.INSTANCE_HEADER;
    tables = memories + module.memories().length * POINTER;
    functions = tables + module.tables().length * POINTER;
    int next = functions + module.functions().length * POINTER;
    globals = new int[module.globals().length];
    for (int i = 0; i < globals.length; i++) {
      globals[i] = next;
      next += i < module.importedGlobals() ? POINTER : SLOT * module.globals()[i].value().slots();
    }
    byteLength = next;
  }

  /** Place of the pointer to the memory's record. */
  public int memory(int index) {
    return memories + index * POINTER;
  }

  /** Place of the pointer to the table's record. */
  public int table(int index) {
    return tables + index * POINTER;
  }

  /** Place of the pointer to the function's descriptor. */
  public int function(int index) {
    return functions + index * POINTER;
  }

  /** Place of the global's value, or for an imported one of the pointer to its value. */
  public int global(int index) {
    return globals[index];
  }

  public boolean globalIsImported(int index) {
    return index < module.importedGlobals();
  }

  /** Bytes of an instance context. */
  public long byteLength() {
    return byteLength;
  }
}
