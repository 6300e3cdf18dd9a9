package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleInfo.SegmentMode;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * A module instance (WASM core 4.2.5) with its context in native memory: one block holds the context, the records of
 * its own memories and tables, and the descriptors of its functions.
 */
public final class ModuleInstance {

  /** Bytes of the objects of an instance beside its native block, at most: of itself, and of what it defines. */
  private static final int INSTANCE_HEAP = 2_048;
  private static final int ITEM_HEAP = 80;
  private static final int EXPORT_HEAP = 160;
  /** An entry of the store's table of functions; it grows by half of itself. */
  private static final int REFERENCE_BYTES = Long.BYTES * 2;

  private final StoreState store;
  private final ModuleCode code;
  private final NativeBlock block;
  private final long context;
  private final List<FunctionInstance> importedFunctions = new ArrayList<>();
  private final List<MemoryInstance> memories = new ArrayList<>();
  private final List<TableInstance> tables = new ArrayList<>();
  private final List<GlobalInstance> globals = new ArrayList<>();
  private final List<TagInstance> tags = new ArrayList<>();
  private final boolean[] droppedElements;
  private final boolean[] droppedData;
  private final WeakReference<ModuleInstance> weak = new WeakReference<>(this);
  private long free;
  /** Own functions have consecutive references, and their descriptors lie one after the other. */
  private int firstRef;
  private long firstDescriptor;
  private boolean startReached;

  /**
   * Allocates the instance; no guest code runs yet.
   *
   * @param image what it is like after its start function, which is then not to run; null to begin with nothing
   * @throws LinkError if a limit of the store is reached; then nothing is left behind
   */
  public ModuleInstance(StoreState store, ModuleCode code, Imports imports, ModuleImage image) throws LinkError {
    this.store = store;
    this.code = code;
    ModuleInfo info = code.info();
    if (store.instances() >= store.limits().instances()) {
      store.usage().refuseInstance();
      throw new LinkError("the store's limit of " + store.limits().instances() + " instances is reached");
    }
    long records = (long) (info.memories().length + info.tables().length + 1) * Layout.RECORD_BYTES;
    long hosts = imports.functions().stream().filter(HostCode.class::isInstance).count();
    long descriptors = (info.bodies().length() + hosts) * Layout.FUNCTION_BYTES;
    long contextBytes = align(code.layout().byteLength());
    long blockBytes = contextBytes + records + descriptors;
    long nativeBytes = blockBytes + (info.bodies().length() + hosts) * REFERENCE_BYTES;
    long items = (long) info.globals().length + info.tags().length + info.tables().length + info.memories().length
        + info.imports().size();
    long heapBytes = INSTANCE_HEAP + items * ITEM_HEAP + (long) info.exports().size() * EXPORT_HEAP
        + info.elements().length + info.data().length;
    store.usage().takeInstance(nativeBytes, heapBytes);
    droppedElements = image == null ? new boolean[info.elements().length] : image.droppedElements();
    droppedData = image == null ? new boolean[info.data().length] : image.droppedData();
    block = allocate(blockBytes, (long) info.bodies().length() * Layout.FUNCTION_BYTES, nativeBytes, heapBytes);
    context = block.address();
    free = context + contextBytes;
    try {
      allocateMemories(imports, image);
      tables.addAll(imports.tables());
      for (int i = info.importedTables(); i < info.tables().length; i++) {
        TableType type = code.external(info.tables()[i]);
        tables.add(TableInstance.create(store, type, 0, take(Layout.RECORD_BYTES),
            image == null ? type.limits().min() : image.tableSize(i)));
      }
    } catch (LinkError e) {
      discard();
      store.release(block);
      store.usage().returnInstance(nativeBytes, heapBytes);
      throw e;
    }
    NativeAccess.putLong(context + Layout.INSTANCE_STORE, store.context());
    NativeAccess.putInt(context + Layout.INSTANCE_ID, store.addInstance(this));
    for (int i = 0; i < tables.size(); i++) {
      point(code.layout().table(i), tables.get(i).record());
    }
    allocateFunctions(imports.functions(), image);
    tags.addAll(imports.tags());
    for (int i = info.importedTags(); i < info.tags().length; i++) {
      tags.add(new TagInstance(store, code.tagType(i)));
    }
    allocateGlobals(imports.globals(), image);
    if (image == null) {
      evaluate();
    } else {
      for (int i = 0; i < tables.size(); i++) {
        image.fill(this, i, tables.get(i));
      }
    }
  }

  /** @param lastBytes what {@link ModuleCode#describe} writes whole */
  private NativeBlock allocate(long blockBytes, long lastBytes, long nativeBytes, long heapBytes) throws LinkError {
    try {
      return store.own(NativeBlock.allocate(blockBytes, blockBytes - lastBytes));
    } catch (NativeMemoryException e) {
      store.usage().returnInstance(nativeBytes, heapBytes);
      throw new LinkError("an instance of " + blockBytes + " bytes is more than the system has: " + e.getMessage());
    }
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

  private void allocateMemories(Imports imports, ModuleImage image) throws LinkError {
    ModuleInfo info = code.info();
    memories.addAll(imports.memories());
    for (int i = info.importedMemories(); i < info.memories().length; i++) {
      long record = take(Layout.RECORD_BYTES);
      memories.add(image == null ? MemoryInstance.create(store, info.memories()[i], record)
          : MemoryInstance.create(store, info.memories()[i], record,
              image.memoryBytes(i) / MemoryInstance.PAGE_BYTES, image.memory(i)));
    }
    for (int i = 0; i < memories.size(); i++) {
      point(code.layout().memory(i), memories.get(i).record());
    }
    long empty = take(Layout.RECORD_BYTES);
    point(Layout.INSTANCE_MEMORY, memories.isEmpty() ? empty : memories.get(0).record());
    point(Layout.INSTANCE_MEMORY_BASE, memories.isEmpty() ? 0 : memories.get(0).linear().address());
    point(Layout.INSTANCE_MEMORY_END, memories.isEmpty() ? 0 : memories.get(0).guardEnd());
  }

  private void allocateFunctions(List<Object> imported, ModuleImage image) {
    ModuleInfo info = code.info();
    for (int i = 0; i < imported.size(); i++) {
      FunctionInstance function = imported.get(i) instanceof HostCode host
          ? store.functions().host(code.typeOf(i), host, take(Layout.FUNCTION_BYTES))
          : (FunctionInstance) imported.get(i);
      importedFunctions.add(function);
      point(code.layout().function(i), function.descriptor());
    }
    int count = info.bodies().length();
    firstRef = store.functions().reserve(count);
    firstDescriptor = free;
    free += (long) count * Layout.FUNCTION_BYTES;
    long references = store.functions().place(firstRef);
    long places = context + code.layout().function(imported.size());
    long entry = store.functions().isLinked() ? store.region().stubs().link() : 0;
    if (image == null) {
      code.describe(firstDescriptor, context, firstRef, references, places, entry);
    } else {
      image.describe(firstDescriptor, context, firstRef, references, places, entry);
    }
    if (runsMachineCode()) {
      code.machine(store.region()).add(this);
    }
  }

  /** Says whether this instance may run machine code: it relies on memory 0 staying where it is. */
  boolean runsMachineCode() {
    return store.region() != null && (memories.isEmpty() || memories.get(0).fitsMachineCode());
  }

  /** Sets a function's code in tier 0, unless it has machine code. */
  void setTier0(int function, long descriptor, long entry) {
    if (runsMachineCode()) {
      code.machine(store.region()).linkTier0(function, descriptor, entry);
    } else {
      NativeAccess.putLong(descriptor + Layout.FUNCTION_CODE, entry);
    }
  }

  /** Native memory of this instance is about to be freed. */
  void close() {
    if (runsMachineCode()) {
      code.machine(store.region()).remove(this);
    }
  }

  WeakReference<ModuleInstance> weak() {
    return weak;
  }

  /** The descriptor of a function in this instance's index space. */
  long descriptor(int function) {
    return NativeAccess.getLong(context + code.layout().function(function));
  }

  private void allocateGlobals(List<GlobalInstance> imported, ModuleImage image) {
    ModuleInfo info = code.info();
    globals.addAll(imported);
    for (int i = 0; i < imported.size(); i++) {
      point(code.layout().global(i), imported.get(i).address());
    }
    for (int i = info.importedGlobals(); i < info.globals().length; i++) {
      GlobalType type = code.external(info.globals()[i]);
      GlobalInstance global = new GlobalInstance(store, type, context + code.layout().global(i));
      ModuleInfo.ConstExpr init = info.globalInits()[i - info.importedGlobals()];
      if (image != null) {
        image.set(this, i, global);
      } else if (type.value().equals(ValType.V128)) {
        long[] halves = ConstantExpression.vector(this, init);
        global.set(halves[0], halves[1]);
      } else {
        global.set(ConstantExpression.evaluate(this, init));
      }
      globals.add(global);
    }
  }

  /** Evaluates table initialisers. */
  private void evaluate() {
    ModuleInfo info = code.info();
    for (int i = info.importedTables(); i < info.tables().length; i++) {
      ModuleInfo.ConstExpr init = info.tableInits()[i - info.importedTables()];
      if (init != null) {
        tables.get(i).fill(0, (int) ConstantExpression.evaluate(this, init), tables.get(i).size());
      }
    }
  }

  /**
   * The reference that an element of a segment stands for. It is always the same: constant expressions name immutable
   * globals and functions only.
   */
  int element(ModuleInfo.ElementInits inits, int index) {
    return inits.functions() != null ? functionRef(inits.functions()[index])
        : (int) ConstantExpression.evaluate(this, inits.expressions()[index]);
  }

  /**
   * Writes active segments in the order of the standard and runs the start function (WASM core 4.5.4). When one of them
   * throws, what was written stays written; the instance's own memory goes unless something can still reach it.
   */
  public void initialize() {
    ModuleInfo info = code.info();
    try {
      for (int i = 0; i < droppedElements.length; i++) {
        ModuleInfo.ElementSegment segment = info.elements()[i];
        if (segment.mode() == SegmentMode.ACTIVE) {
          long to = ConstantExpression.evaluate(this, segment.offset());
          RuntimeOperations.initTable(this, i, tables.get(segment.target()), to, 0, segment.inits().length());
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
        store.functions().get(functionRef(info.start())).invoke(new long[0]);
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

  /** A function of this instance's index space; also if the store is closed. */
  public FunctionInstance function(int index) {
    int own = index - code.info().importedFunctions();
    if (own < 0) {
      return importedFunctions.get(index);
    }
    long descriptor = firstDescriptor + (long) own * Layout.FUNCTION_BYTES;
    return store.functions().get(firstRef + own, code.typeOf(index), descriptor);
  }

  /** The reference of a function in this instance's index space. */
  public int functionRef(int index) {
    int own = index - code.info().importedFunctions();
    return own >= 0 ? firstRef + own : NativeAccess.getInt(descriptor(index) + Layout.FUNCTION_REF);
  }

  /**
   * The index of a function of this instance's index space.
   *
   * @throws LinkError if the reference is to another function
   */
  int indexOf(int ref) throws LinkError {
    for (int i = 0; i < code.info().importedFunctions(); i++) {
      if (functionRef(i) == ref) {
        return i;
      }
    }
    int own = ref - firstRef;
    if (own < 0 || own >= code.info().bodies().length()) {
      throw new LinkError("the module has no image: it holds a reference to a function of another instance");
    }
    return code.info().importedFunctions() + own;
  }

  boolean areElementsDropped(int segment) {
    return droppedElements[segment];
  }

  void dropElements(int segment) {
    droppedElements[segment] = true;
  }

  boolean isDataDropped(int segment) {
    return droppedData[segment];
  }

  void dropData(int segment) {
    droppedData[segment] = true;
  }
}
