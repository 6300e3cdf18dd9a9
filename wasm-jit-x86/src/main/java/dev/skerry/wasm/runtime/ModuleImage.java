package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.MemoryImage;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
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
  /** Descriptors of the own functions as in an instance whose first one has that reference, but for its context. */
  private final NativeBlock descriptors;
  private final int firstRef;
  private final boolean[] droppedElements;
  private final boolean[] droppedData;

  /**
   * The image of an instance that nobody used yet.
   *
   * @throws LinkError if it holds a reference that is none to a function of its own
   */
  public ModuleImage(ModuleInstance instance) throws LinkError {
    ModuleInfo info = instance.code().info();
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
    firstRef = instance.functionRef(info.importedFunctions());
    descriptors = instance.code().template(firstRef);
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

  /** What {@link ModuleCode#describe} does, sooner: functions that were translated are said to have no code yet. */
  void describe(long first, long context, int ref, long references, long places, long entry) {
    int count = (int) (descriptors.byteLength() / Layout.FUNCTION_BYTES);
    NativeAccess.copy(descriptors.address(), first, descriptors.byteLength());
    long descriptor = first;
    for (int i = 0; i < count; i++) {
      NativeAccess.putLong(descriptor + Layout.FUNCTION_CONTEXT, context);
      NativeAccess.putLong(references + (long) i * Long.BYTES, descriptor);
      NativeAccess.putLong(places + (long) i * Long.BYTES, descriptor);
      descriptor += Layout.FUNCTION_BYTES;
    }
    for (int i = 0; i < count && (ref != firstRef || entry != 0); i++) {
      NativeAccess.putInt(first + (long) i * Layout.FUNCTION_BYTES + Layout.FUNCTION_REF, ref + i);
      NativeAccess.putLong(first + (long) i * Layout.FUNCTION_BYTES + Layout.FUNCTION_ENTRY, entry);
    }
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
        target.setWithin(i, instance.functionRef(functions[i]));
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
    return elements + descriptors.byteLength()
        + Arrays.stream(memories).mapToLong(image -> image == null ? 0 : image.byteLength()).sum();
  }

  @Override
  public void close() {
    descriptors.close();
    for (MemoryImage image : memories) {
      if (image != null) {
        image.close();
      }
    }
  }
}
