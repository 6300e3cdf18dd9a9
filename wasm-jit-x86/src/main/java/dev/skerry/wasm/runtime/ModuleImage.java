package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.MemoryImage;
import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * What an instance that imports only functions was like after its start function. References to functions are kept by
 * the functions' indices; of other references there are none. Immutable.
 */
public final class ModuleImage implements AutoCloseable {

  private static final int NO_FUNCTION = -1;
  private static final int UNIT = 4096;

  /** By memory: how long it is, and what it begins with, or null if it is all zero. */
  private final long[] memoryBytes;
  private final MemoryImage[] memories;
  /** By table: the index of each element's function. */
  private final int[][] tables;
  /** By global: its two halves; in place of a reference the index of its function. */
  private final long[][] globals;
  /** By own function: the canonical number of its type. */
  private final int[] ownTypes;
  private final boolean[] droppedElements;
  private final boolean[] droppedData;

  /**
   * The image of an instance that nobody used yet.
   *
   * @throws LinkError if it holds a reference that is none to a function of its own
   */
  public ModuleImage(ModuleInstance instance) throws LinkError {
    ModuleInfo info = instance.code().info();
    ownTypes = instance.code().ownTypes();
    memoryBytes = new long[info.memories().length];
    memories = new MemoryImage[memoryBytes.length];
    tables = new int[info.tables().length][];
    globals = new long[info.globals().length][];
    droppedElements = new boolean[info.elements().length];
    droppedData = new boolean[info.data().length];
    for (int i = 0; i < droppedElements.length; i++) {
      droppedElements[i] = instance.areElementsDropped(i);
    }
    for (int i = 0; i < droppedData.length; i++) {
      droppedData[i] = instance.isDataDropped(i);
    }
    for (int i = 0; i < tables.length; i++) {
      tables[i] = functions(instance, instance.table(i));
    }
    for (int i = 0; i < globals.length; i++) {
      globals[i] = halves(instance, instance.global(i));
    }
    boolean done = false;
    try {
      for (int i = 0; i < memories.length; i++) {
        LinearMemory memory = instance.memory(i).linear();
        memoryBytes[i] = memory.byteLength();
        long used = usedBytes(memory);
        memories[i] = used == 0 ? null : MemoryImage.of(memory, used);
      }
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private static int[] functions(ModuleInstance instance, TableInstance table) throws LinkError {
    int[] functions = new int[Math.toIntExact(table.size())];
    for (int i = 0; i < functions.length; i++) {
      functions[i] = function(instance, table.type().element(), table.get(i));
    }
    return functions;
  }

  private static int function(ModuleInstance instance, ValType type, int ref) throws LinkError {
    if (ref == 0) {
      return NO_FUNCTION;
    }
    if (type.isExternReference() || type.isExceptionReference()) {
      throw new LinkError("the module has no image: it holds a reference that is none to a function");
    }
    return instance.indexOf(ref);
  }

  private static long[] halves(ModuleInstance instance, GlobalInstance global) throws LinkError {
    ValType type = global.type().value();
    if (type.isReference()) {
      return new long[] {function(instance, type, (int) global.get()), 0};
    }
    return new long[] {global.get(), type.equals(ValType.V128) ? global.high() : 0};
  }

  /** Bytes up to the last page that is not all zero. */
  private static long usedBytes(LinearMemory memory) {
    for (long end = memory.byteLength(); end > 0; end -= UNIT) {
      for (long at = end - UNIT; at < end; at += Long.BYTES) {
        if (NativeAccess.getLong(memory.address() + at) != 0) {
          return end;
        }
      }
    }
    return 0;
  }

  /** The canonical number of each own function's type. */
  int[] ownTypes() {
    return ownTypes;
  }

  long memoryBytes(int memory) {
    return memoryBytes[memory];
  }

  /** What a memory begins with; null if that is nothing but zeroes. */
  MemoryImage memory(int memory) {
    return memories[memory];
  }

  long tableSize(int table) {
    return tables[table].length;
  }

  /** Writes a table's elements. */
  void fill(ModuleInstance instance, int table, TableInstance target) {
    int[] functions = tables[table];
    for (int i = 0; i < functions.length; i++) {
      if (functions[i] != NO_FUNCTION) {
        target.set(i, instance.functionRef(functions[i]));
      }
    }
  }

  /** Writes a global's value. */
  void set(ModuleInstance instance, int global, GlobalInstance target) {
    long low = globals[global][0];
    ValType type = target.type().value();
    if (type.isReference()) {
      target.set(low == NO_FUNCTION ? 0 : instance.functionRef((int) low));
    } else if (type.equals(ValType.V128)) {
      target.set(low, globals[global][1]);
    } else {
      target.set(low);
    }
  }

  boolean[] droppedElements() {
    return droppedElements.clone();
  }

  boolean[] droppedData() {
    return droppedData.clone();
  }

  /** Bytes outside the Java heap, and of tables. */
  public long byteLength() {
    long elements = Arrays.stream(tables).mapToLong(table -> (long) table.length * Integer.BYTES).sum();
    return elements + Arrays.stream(memories).mapToLong(image -> image == null ? 0 : image.byteLength()).sum();
  }

  @Override
  public void close() {
    for (MemoryImage image : memories) {
      if (image != null) {
        image.close();
      }
    }
  }
}
