package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleInfo.SegmentMode;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;

/**
 * A module instance (WASM core 4.2.5) with its context in native memory: one block holds the context, the records of
 * its own memories and tables, and the descriptors of its functions.
 */
public final class ModuleInstance {

  private static final int[] NO_ELEMENTS = {};

  private final StoreState store;
  private final ModuleCode code;
  private final NativeBlock block;
  private final long context;
  private final List<MemoryInstance> memories = new ArrayList<>();
  private final List<TableInstance> tables = new ArrayList<>();
  private final List<GlobalInstance> globals = new ArrayList<>();
  private final List<TagInstance> tags = new ArrayList<>();
  private final int[][] elements;
  private final boolean[] droppedData;
  private long free;
  private boolean startReached;

  /**
   * Allocates the instance; no guest code runs yet.
   *
   * @throws LinkError if a limit of the store is reached; then nothing is left behind
   */
  public ModuleInstance(StoreState store, ModuleCode code, Imports imports) throws LinkError {
    this.store = store;
    this.code = code;
    ModuleInfo info = code.info();
    if (store.instances() >= store.limits().instances()) {
      throw new LinkError("the store's limit of " + store.limits().instances() + " instances is reached");
    }
    elements = new int[info.elements().length][];
    droppedData = new boolean[info.data().length];
    long records = (long) (info.memories().length + info.tables().length + 1) * Layout.RECORD_BYTES;
    long hosts = imports.functions().stream().filter(HostCode.class::isInstance).count();
    long descriptors = (info.bodies().length + hosts) * Layout.FUNCTION_BYTES;
    long contextBytes = align(code.layout().byteLength());
    block = store.own(NativeBlock.allocate(contextBytes + records + descriptors));
    context = block.address();
    free = context + contextBytes;
    try {
      allocateMemories(imports);
      tables.addAll(imports.tables());
      for (int i = info.importedTables(); i < info.tables().length; i++) {
        tables.add(TableInstance.create(store, code.external(info.tables()[i]), 0, take(Layout.RECORD_BYTES)));
      }
    } catch (LinkError e) {
      discard();
      store.release(block);
      throw e;
    }
    NativeAccess.putLong(context + Layout.INSTANCE_STORE, store.context());
    NativeAccess.putInt(context + Layout.INSTANCE_ID, store.addInstance(this));
    for (int i = 0; i < tables.size(); i++) {
      point(code.layout().table(i), tables.get(i).record());
    }
    allocateFunctions(imports.functions());
    tags.addAll(imports.tags());
    for (int i = info.importedTags(); i < info.tags().length; i++) {
      tags.add(new TagInstance(store, code.tagType(i)));
    }
    allocateGlobals(imports.globals());
    evaluate();
  }

  private static long align(long bytes) {
    return bytes + 15 & -16L;
  }

  private long take(int bytes) {
    long address = free;
    free += bytes;
    return address;
  }

  private void point(int place, long address) {
    NativeAccess.putLong(context + place, address);
  }

  private void allocateMemories(Imports imports) throws LinkError {
    ModuleInfo info = code.info();
    memories.addAll(imports.memories());
    for (int i = info.importedMemories(); i < info.memories().length; i++) {
      memories.add(MemoryInstance.create(store, info.memories()[i], take(Layout.RECORD_BYTES)));
    }
    for (int i = 0; i < memories.size(); i++) {
      point(code.layout().memory(i), memories.get(i).record());
    }
    long empty = take(Layout.RECORD_BYTES);
    point(Layout.INSTANCE_MEMORY, memories.isEmpty() ? empty : memories.get(0).record());
    point(Layout.INSTANCE_MEMORY_BASE, memories.isEmpty() ? 0 : memories.get(0).linear().address());
  }

  private void allocateFunctions(List<Object> imported) {
    ModuleInfo info = code.info();
    for (int i = 0; i < imported.size(); i++) {
      FunctionInstance function = imported.get(i) instanceof HostCode host
          ? store.hostFunction(code.typeOf(i), host, take(Layout.FUNCTION_BYTES))
          : (FunctionInstance) imported.get(i);
      point(code.layout().function(i), function.descriptor());
    }
    int first = info.importedFunctions();
    int ref = store.reserveFunctions(info.bodies().length);
    for (int i = first; i < info.functions().length; i++) {
      long descriptor = take(Layout.FUNCTION_BYTES);
      long entry = code.entry(i);
      FunctionInstance.describe(descriptor, entry == 0 ? Stub.LAZY.address() : entry, context,
          code.typeOf(i).id(), ref, i);
      store.setDescriptor(ref++, descriptor);
      point(code.layout().function(i), descriptor);
    }
  }

  private void allocateGlobals(List<GlobalInstance> imported) {
    ModuleInfo info = code.info();
    globals.addAll(imported);
    for (int i = 0; i < imported.size(); i++) {
      point(code.layout().global(i), imported.get(i).address());
    }
    for (int i = info.importedGlobals(); i < info.globals().length; i++) {
      GlobalType type = code.external(info.globals()[i]);
      GlobalInstance global = new GlobalInstance(store, type, context + code.layout().global(i));
      ModuleInfo.ConstExpr init = info.globalInits()[i - info.importedGlobals()];
      if (type.value().equals(ValType.V128)) {
        long[] halves = ConstantExpression.vector(this, init);
        global.set(halves[0], halves[1]);
      } else {
        global.set(ConstantExpression.evaluate(this, init));
      }
      globals.add(global);
    }
  }

  /** Evaluates table initialisers and element segments. */
  private void evaluate() {
    ModuleInfo info = code.info();
    for (int i = info.importedTables(); i < info.tables().length; i++) {
      ModuleInfo.ConstExpr init = info.tableInits()[i - info.importedTables()];
      if (init != null) {
        tables.get(i).fill(0, (int) ConstantExpression.evaluate(this, init), tables.get(i).size());
      }
    }
    for (int i = 0; i < elements.length; i++) {
      elements[i] = references(info.elements()[i].inits());
    }
  }

  private int[] references(ModuleInfo.ElementInits inits) {
    int[] refs = new int[inits.length()];
    for (int i = 0; i < refs.length; i++) {
      refs[i] = inits.functions() != null ? functionRef(inits.functions()[i])
          : (int) ConstantExpression.evaluate(this, inits.expressions()[i]);
    }
    return refs;
  }

  /**
   * Writes active segments in the order of the standard and runs the start function (WASM core 4.5.4). When one of them
   * throws, what was written stays written; the instance's own memory goes unless something can still reach it.
   */
  public void initialize() {
    ModuleInfo info = code.info();
    try {
      for (int i = 0; i < elements.length; i++) {
        ModuleInfo.ElementSegment segment = info.elements()[i];
        if (segment.mode() == SegmentMode.ACTIVE) {
          long to = ConstantExpression.evaluate(this, segment.offset());
          RuntimeOperations.initTable(this, i, tables.get(segment.target()), to, 0, elements[i].length);
        }
        if (segment.mode() != SegmentMode.PASSIVE) {
          dropElements(i);
        }
      }
      for (int i = 0; i < droppedData.length; i++) {
        ModuleInfo.DataSegment segment = info.data()[i];
        if (segment.mode() == SegmentMode.ACTIVE) {
          long to = ConstantExpression.evaluate(this, segment.offset());
          RuntimeOperations.initMemory(this, i, memories.get(segment.target()), to, 0, segment.length());
          dropData(i);
        }
      }
      if (info.start() >= 0) {
        startReached = true;
        store.function(functionRef(info.start())).invoke(new long[0]);
      }
    } catch (Throwable thrown) {
      if (!startReached && info.importedTables() == 0) {
        discard();
      }
      throw thrown;
    }
  }

  private void discard() {
    for (int i = code.info().importedMemories(); i < memories.size(); i++) {
      memories.get(i).discard();
    }
    for (int i = code.info().importedTables(); i < tables.size(); i++) {
      tables.get(i).discard();
    }
  }

  public StoreState store() {
    return store;
  }

  public ModuleCode code() {
    return code;
  }

  public MemoryInstance memory(int index) {
    return memories.get(index);
  }

  public TableInstance table(int index) {
    return tables.get(index);
  }

  public GlobalInstance global(int index) {
    return globals.get(index);
  }

  public TagInstance tag(int index) {
    return tags.get(index);
  }

  /** The reference of a function in this instance's index space. */
  public int functionRef(int index) {
    return NativeAccess.getInt(NativeAccess.getLong(context + code.layout().function(index)) + Layout.FUNCTION_REF);
  }

  int[] elements(int segment) {
    return elements[segment];
  }

  void dropElements(int segment) {
    elements[segment] = NO_ELEMENTS;
  }

  boolean isDataDropped(int segment) {
    return droppedData[segment];
  }

  void dropData(int segment) {
    droppedData[segment] = true;
  }
}
