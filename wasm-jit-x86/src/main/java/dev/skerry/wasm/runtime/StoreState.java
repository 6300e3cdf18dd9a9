package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeAtomics;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Timeout;
import dev.skerry.wasm.Trap;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one store owns: its native context, all instances, the references it gave out, and every block of native memory,
 * freed together. Whatever touches that memory has entered.
 */
public final class StoreState {

  private static final int FIRST_REFERENCES = 64;
  private static final int PIECE_SHIFT = 8;
  private static final int PIECE_MASK = (1 << PIECE_SHIFT) - 1;

  private final Store face;
  private final TypeRegistry types;
  private final StoreLimits limits;
  private final StoreMemory memory;
  private final CodeRegion region;
  private final Tiering tiering;
  private final boolean guarded;
  private final boolean masked;
  final Lease lease = new Lease(this::free, this::isWatched);
  private final Object interruptGate = new Object();
  private final Set<AutoCloseable> resources = Collections.newSetFromMap(new IdentityHashMap<>());
  private final long context;
  private final long hostContext;
  private final Activations activations;
  private final HostReferences externs = new HostReferences(this);
  private final ExceptionReferences exceptions = new ExceptionReferences(this);
  private final List<ModuleInstance> instances = new ArrayList<>();
  private NativeBlock functionTable;
  /** Functions that the host has seen, in pieces: of most there are descriptors only. */
  private FunctionInstance[][] functions = new FunctionInstance[1][];
  private int functionCount = 1;
  private volatile long memoryBytes;
  private volatile int instanceCount;
  private long refusals;
  private long tableRefusals;
  private long instanceRefusals;
  private long nestingRefusals;
  private long tableElements;
  /** Whether every function has an entry for machine code, which there is then. */
  private boolean linked;
  private boolean interruptible = true;
  /** Under the gate of interrupts. */
  private final List<TimeLimit> timeLimits = new ArrayList<>();
  /** Whether any of them is of processor time, so that coming and going counts. */
  private volatile boolean measured;
  /** What waits at addresses of shared memories. */
  private final Set<AtomicWaiter> waiters = ConcurrentHashMap.newKeySet();
  /** Whether a ticker asks what runs here, or nobody wants to know. */
  private volatile boolean ticked;
  private int idleTicks;

  /**
   * An empty store.
   *
   * @param face the store as embedders know it
   * @param heap what the embedder lets the modules and instances take beside native memory
   * @param machine what machine code runs with; null if guests are interpreted only
   * @param masked whether both tiers force addresses of 32-bit memories into their regions
   */
  public StoreState(Store face, TypeRegistry types, StoreLimits limits, MemoryBudget heap,
      NativeTier machine, boolean masked) {
    this.region = machine == null ? null : machine.region();
    this.tiering = machine == null ? null : machine.tiering();
    this.ticked = tiering == null;
    this.guarded = machine != null && machine.guarded();
    this.masked = masked;
    this.face = face;
    this.memory = new StoreMemory(limits.memoryBytes(), heap);
    this.types = types;
    this.limits = limits;
    long bytes = Layout.STORE_BYTES + Layout.INSTANCE_HEADER + Layout.RECORD_BYTES;
    context = own(NativeBlock.allocate(bytes)).address();
    hostContext = context + Layout.STORE_BYTES;
    NativeAccess.putLong(context + Layout.STORE_FUEL, Long.MAX_VALUE);
    NativeAccess.putLong(hostContext + Layout.INSTANCE_STORE, context);
    NativeAccess.putLong(hostContext + Layout.INSTANCE_MEMORY, hostContext + Layout.INSTANCE_HEADER);
    NativeAccess.putInt(hostContext + Layout.INSTANCE_ID, -1);
    functionTable = own(NativeBlock.allocate((long) FIRST_REFERENCES * Long.BYTES));
    publishFunctions();
    activations = new Activations(this);
  }

  public TypeRegistry types() {
    return types;
  }

  public StoreLimits limits() {
    return limits;
  }

  /** Where machine code is; null if guests are interpreted only. */
  CodeRegion region() {
    return region;
  }

  /** Whether machine code may run: every function has an entry that it can call. */
  boolean isLinked() {
    return linked;
  }

  /** Gives every function an entry that machine code can call. Before that no machine code may run. */
  void link() {
    if (linked) {
      return;
    }
    long entry = region.stubs().link();
    for (int ref = 1; ref < functionCount; ref++) {
      long descriptor = NativeAccess.getLong(functionTable.address() + (long) ref * Long.BYTES);
      if (descriptor != 0) {
        // Code of the function itself may come from another thread at any time.
        NativeAtomics.compareAndSet(descriptor + Layout.FUNCTION_ENTRY, Long.BYTES, 0, entry);
      }
    }
    linked = true;
  }

  /** What makes machine code, or null. */
  Tiering tiering() {
    return tiering;
  }

  /** Whether machine code leaves the bounds of 32-bit memories to the page tables. */
  boolean isGuarded() {
    return guarded;
  }

  /** Whether both tiers force addresses of 32-bit memories into their regions. */
  boolean isMasked() {
    return masked;
  }

  long context() {
    return context;
  }

  /** The context of host functions: no memory, no instance. */
  long hostContext() {
    return hostContext;
  }

  /** Gives back the stack that is kept for the next call; false if somebody is inside. */
  boolean dropIdleStack() {
    return lease.whileEmpty(activations::dropIdle);
  }

  /** When a call that could be suspended last left its stack here, by {@link System#nanoTime}; any thread. */
  long lastRunNanos() {
    return activations.lastRunNanos();
  }

  /** Says whether guest code is on the Java stack of whoever is inside. */
  public boolean isRunning() {
    return activations.running() != null;
  }

  Activations activations() {
    return activations;
  }

  Store face() {
    return face;
  }

  public ExceptionReferences exceptions() {
    return exceptions;
  }

  public HostReferences externs() {
    return externs;
  }

  /** Enters; true if {@link #leave} must follow. */
  boolean enter() {
    boolean entered = false;
    try {
      entered = lease.enter();
      if (entered && isWatched()) {
        observe();
      }
      return entered;
    } catch (Throwable thrown) {
      if (entered) {
        lease.seat.left = true;
      }
      if (measured && lease.owner() != Thread.currentThread()) {
        // Whoever set a limit may have seen this thread inside, on its way to where it was refused.
        measure(false);
      }
      throw thrown;
    }
  }

  /** Whether coming and going counts. Whoever sets what this reads takes the lease's reservation away. */
  private boolean isWatched() {
    return !ticked || measured;
  }

  /** One that no thread comes back to. */
  Lease.Seat nobody() {
    return lease.nobody();
  }

  /** What is done inside a store. */
  public interface Action<T, E extends Exception> {

    T run() throws E;
  }

  /** Does something as the only thread inside; wherever Java's stack ends in that, the thread is outside then. */
  public <T, E extends Exception> T inside(Action<T, E> action) throws E {
    boolean entered = enter();
    Lease.Seat own = lease.seat;
    try {
      return action.run();
    } finally {
      if (entered) {
        try {
          leave(own);
        } catch (Throwable thrown) {
          own.left |= own.place == Lease.Seat.INSIDE;
          throw thrown;
        }
      }
    }
  }

  /** Tells whoever wants to know that a thread is inside; it is not if that throws. */
  private void observe() {
    if (!ticked) {
      Ticker.add(this);
    }
    if (measured) {
      measure(true);
    }
  }

  /** Throws if the store is closed. */
  public void requireOpen() {
    lease.requireOpen();
  }

  /** Leaves; if there is no stack for that, the caller must say in the seat that the thread left. */
  void leave(Lease.Seat own) {
    if (!lease.leave(own) && measured) {
      measure(false);
    }
  }

  /** Goes on where {@link Lease.Seat#goes} left. */
  void giveUp(Lease.Seat seat) {
    lease.giveUp(seat);
    if (measured) {
      measure(false);
    }
  }

  /** Takes a block or memory into the store's keeping. */
  <T extends AutoCloseable> T own(T resource) {
    resources.add(resource);
    return resource;
  }

  void release(AutoCloseable resource) {
    if (resources.remove(resource)) {
      close(resource);
    }
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException("native memory could not be freed", e);
    }
  }

  /** Room for so many consecutive references; the first of them. */
  int reserveFunctions(int count) {
    int first = functionCount;
    int needed = Math.addExact(first, count);
    if (needed > functionTable.byteLength() / Long.BYTES) {
      int room = (int) (functionTable.byteLength() / Long.BYTES);
      int length = Math.max(needed, room + (room >> 1));
      // Both or neither may grow: a Java array that is longer would let later descriptors past the native one's end.
      FunctionInstance[][] known = Arrays.copyOf(functions, (length >> PIECE_SHIFT) + 1);
      NativeBlock larger = own(NativeBlock.allocate((long) length * Long.BYTES));
      functions = known;
      NativeAccess.copy(functionTable.address(), larger.address(), (long) first * Long.BYTES);
      NativeBlock smaller = functionTable;
      functionTable = larger;
      functionCount = needed;
      publishFunctions();
      release(smaller);
    } else {
      functionCount = needed;
      publishFunctions();
    }
    return first;
  }

  private void publishFunctions() {
    NativeAccess.putLong(context + Layout.STORE_FUNCTIONS, functionTable.address());
    NativeAccess.putInt(context + Layout.STORE_FUNCTION_COUNT, functionCount);
  }

  /** Gives a reserved reference its descriptor. */
  void setDescriptor(int ref, long descriptor) {
    NativeAccess.putLong(functionTable.address() + (long) ref * Long.BYTES, descriptor);
  }

  /** Where the address of a reserved reference's descriptor is, until more are reserved. */
  long referencePlace(int ref) {
    return functionTable.address() + (long) ref * Long.BYTES;
  }

  void setFunction(FunctionInstance function) {
    setDescriptor(function.ref(), function.descriptor());
    remember(function);
  }

  /** Threads may do so at once, while pieces are added or the store is closed: what is lost is made anew. */
  private void remember(FunctionInstance function) {
    FunctionInstance[][] all = functions;
    if (function.ref() >> PIECE_SHIFT >= all.length) {
      return;
    }
    FunctionInstance[] piece = all[function.ref() >> PIECE_SHIFT];
    if (piece == null) {
      piece = new FunctionInstance[1 << PIECE_SHIFT];
      all[function.ref() >> PIECE_SHIFT] = piece;
    }
    piece[function.ref() & PIECE_MASK] = function;
  }

  /** The function behind a reference, or null for 0. */
  public FunctionInstance function(int ref) {
    if (ref == 0) {
      return null;
    }
    if (ref < 0 || ref >= functionCount) {
      throw new IllegalArgumentException("the store has no function reference " + ref);
    }
    FunctionInstance[] piece = functions[ref >> PIECE_SHIFT];
    FunctionInstance known = piece == null ? null : piece[ref & PIECE_MASK];
    if (known == null) {
      long descriptor = NativeAccess.getLong(functionTable.address() + (long) ref * Long.BYTES);
      ModuleInstance instance = instanceOf(NativeAccess.getLong(descriptor + Layout.FUNCTION_CONTEXT));
      int index = NativeAccess.getInt(descriptor + Layout.FUNCTION_INDEX);
      known = new FunctionInstance(this, instance.code().typeOf(index), ref, descriptor, null);
      remember(known);
    }
    return known;
  }

  /** The function of a module behind a reference, of which all is known that its descriptor says. */
  FunctionInstance function(int ref, CanonicalType type, long descriptor) {
    FunctionInstance[] piece = functions[ref >> PIECE_SHIFT];
    FunctionInstance known = piece == null ? null : piece[ref & PIECE_MASK];
    if (known == null) {
      known = new FunctionInstance(this, type, ref, descriptor, null);
      remember(known);
    }
    return known;
  }

  /** The function that has that descriptor. */
  FunctionInstance functionAt(long descriptor) {
    return function(NativeAccess.getInt(descriptor + Layout.FUNCTION_REF));
  }

  /** A host function with a descriptor of its own. */
  public FunctionInstance hostFunction(CanonicalType type, HostCode code) {
    long descriptor = own(NativeBlock.allocate(Layout.FUNCTION_BYTES)).address();
    return hostFunction(type, code, descriptor);
  }

  FunctionInstance hostFunction(CanonicalType type, HostCode code, long descriptor) {
    int ref = reserveFunctions(1);
    FunctionInstance.describe(this, descriptor, Stub.HOST.address(), hostContext, type.id(), ref, -1);
    FunctionInstance function = new FunctionInstance(this, type, ref, descriptor, code);
    setFunction(function);
    return function;
  }

  int addInstance(ModuleInstance instance) {
    instances.add(instance);
    instanceCount = instances.size();
    return instances.size() - 1;
  }

  /** The instance that owns a context, or null for the host's. */
  ModuleInstance instanceOf(long instanceContext) {
    int id = NativeAccess.getInt(instanceContext + Layout.INSTANCE_ID);
    return id < 0 ? null : instances.get(id);
  }

  public int instances() {
    return instanceCount;
  }

  public long memoryBytes() {
    return memoryBytes;
  }

  /** How often a limit of this store forbade memory or table elements; for the thread that runs code here. */
  public long refusals() {
    return refusals;
  }

  /** How many of them were of table elements; for the same thread. */
  public long tableRefusals() {
    return tableRefusals;
  }

  /** How often a limit of this store forbade an instance more; for the same thread. */
  public long instanceRefusals() {
    return instanceRefusals;
  }

  /** How often a host function was not let back into guest code because too many were; for the same thread. */
  public long nestingRefusals() {
    return nestingRefusals;
  }

  void refuseInstance() {
    instanceRefusals++;
  }

  void refuseNesting() {
    nestingRefusals++;
  }

  /** Elements of all tables; for the same thread. */
  public long tableElements() {
    return tableElements;
  }

  public StoreMemory memory() {
    return memory;
  }

  /**
   * Counts an instance.
   *
   * @param nativeBytes its blocks
   * @param heapBytes its objects
   */
  void takeInstance(long nativeBytes, long heapBytes) throws LinkError {
    String refused = memory.take(heapBytes, nativeBytes);
    if (refused != null) {
      refusals++;
      throw new LinkError("an instance needs " + (nativeBytes + heapBytes) + " bytes, more than is left of " + refused);
    }
  }

  void returnInstance(long nativeBytes, long heapBytes) {
    memory.giveBack(heapBytes, nativeBytes);
  }

  /** Counts bytes of linear memory; false if that would be over the limit. */
  boolean takeMemory(long bytes) {
    if (!memory.takeLinear(bytes)) {
      refusals++;
      return false;
    }
    memoryBytes += bytes;
    return true;
  }

  boolean takeElements(long count) {
    if (count > limits.tableElements() - tableElements) {
      refusals++;
      tableRefusals++;
      return false;
    }
    tableElements += count;
    return true;
  }

  void returnMemory(long bytes) {
    memory.giveBackLinear(bytes);
    memoryBytes -= bytes;
  }

  void returnElements(long count) {
    tableElements -= count;
  }

  public void interrupt() {
    synchronized (interruptGate) {
      if (interruptible) {
        setInterrupts(interrupts() | Interrupt.KILL);
      }
    }
    waiters.forEach(AtomicWaiter::nudge);
  }

  public void clearInterrupt() {
    synchronized (interruptGate) {
      if (interruptible && !lease.isClosing()) {
        setInterrupts(interrupts() & ~Interrupt.KILL);
      }
    }
  }

  int interrupts() {
    return NativeAccess.getInt(context + Layout.STORE_INTERRUPT);
  }

  public void requestYield() {
    synchronized (interruptGate) {
      if (interruptible) {
        setInterrupts(interrupts() | Interrupt.YIELD);
      }
    }
  }

  /** What begins now was not meant by whoever asked before. */
  void forgetYield() {
    if ((interrupts() & Interrupt.YIELD) != 0) {
      synchronized (interruptGate) {
        setInterrupts(interrupts() & ~Interrupt.YIELD);
      }
    }
  }

  /** A look that took longer than a tick, as the first one does, must not find itself. */
  void forgetSample() {
    if ((interrupts() & Interrupt.SAMPLE) != 0) {
      synchronized (interruptGate) {
        setInterrupts(interrupts() & ~Interrupt.SAMPLE);
      }
    }
  }

  /** Suspends the activation whose host function runs now, when that returns. */
  public void suspend(Object awaited) {
    inside(() -> {
      Activation running = activations.running();
      if (running == null) {
        throw Trap.host("no guest code runs that could be suspended");
      }
      running.suspend(awaited);
      return null;
    });
  }

  public boolean isClosed() {
    return lease.isClosing();
  }

  /** Takes the requests that are pending away, for whoever is inside; what ends it stays. */
  int takeInterrupts() {
    synchronized (interruptGate) {
      int bits = interrupts();
      setInterrupts(bits & Interrupt.END);
      return bits;
    }
  }

  /** Asks what runs, if anybody is inside; how often in a row nobody was. */
  int tick() {
    if (lease.owner() == null) {
      return ++idleTicks;
    }
    idleTicks = 0;
    synchronized (interruptGate) {
      if (interruptible) {
        setInterrupts(interrupts() | Interrupt.SAMPLE);
      }
    }
    return 0;
  }

  /**
   * Says whether anybody is inside, or that cannot be found out; else whoever comes from now on sees what was written
   * before.
   */
  boolean isEntered() {
    try {
      lease.unreserve();
    } catch (NativeMemoryException noBarrier) {
      return true;
    }
    return lease.owner() != null;
  }

  boolean isTicked() {
    return ticked;
  }

  void ticked(boolean now) {
    ticked = now;
  }

  /** Under the gate. The limit is moved last: whoever sets it to what it should be looks for interrupts after that. */
  private void setInterrupts(int bits) {
    NativeAccess.putInt(context + Layout.STORE_INTERRUPT, bits);
    if (bits != 0) {
      VarHandle.fullFence();
      NativeAccess.putLong(context + Layout.STORE_NATIVE_LIMIT, -1);
    }
  }

  /** What fuel is left; below 0 when it is spent. For the thread that is inside. */
  public long fuel() {
    return NativeAccess.getLong(context + Layout.STORE_FUEL);
  }

  /** Gives so much fuel in place of what is left. For the thread that is inside. */
  public void setFuel(long units) {
    NativeAccess.putLong(context + Layout.STORE_FUEL, units);
  }

  /** Throws if whatever runs must trap. */
  public void poll() {
    throwIfEnded();
  }

  /** Says whether whatever runs must trap, for a thread that is inside. */
  boolean isEnded() {
    return (interrupts() & Interrupt.END) != 0;
  }

  /** As {@link #poll}, for a thread that is inside. */
  void pollBetweenSlices() {
    if (isEnded()) {
      throwIfEnded();
    }
  }

  /** Throws what whatever runs must end with, if it must. */
  void throwIfEnded() {
    synchronized (interruptGate) {
      if (!interruptible || (interrupts() & Interrupt.KILL) != 0) {
        throw new Trap(Trap.Kind.INTERRUPTED, null, List.of());
      }
      for (TimeLimit limit : timeLimits) {
        if (limit.isReached()) {
          throw limit.trap();
        }
      }
    }
  }

  /**
   * Sets a limit for whatever runs and begins from now on.
   *
   * @param nanos more than 0
   * @throws UnsupportedOperationException if this JVM cannot measure that
   */
  public TimeLimit limitTime(Timeout.Clock clock, long nanos) {
    TimeLimit limit = new TimeLimit(this, clock, nanos);
    try {
      begin(limit);
      limit.look();
      return limit;
    } catch (Throwable thrown) {
      // The system refused a barrier, or a thread for alarms.
      limit.close();
      throw thrown;
    }
  }

  private void begin(TimeLimit limit) {
    synchronized (interruptGate) {
      timeLimits.add(limit);
      if (limit.clock() == Timeout.Clock.CPU) {
        // Whoever enters or leaves takes or gives up the lease and then looks at the mark; so one of us sees the other.
        measured = true;
        lease.unreserve();
        Thread inside = lease.owner();
        if (inside != null) {
          // It may be on its way to where it finds its reservation gone: then it comes again, or is refused.
          limit.enter(inside);
        }
      }
    }
  }

  /** A limit was reached, unless it was lifted meanwhile. */
  void timeOut() {
    synchronized (interruptGate) {
      if (interruptible && isAnyLimitReached()) {
        setInterrupts(interrupts() | Interrupt.TIMEOUT);
      }
    }
    waiters.forEach(AtomicWaiter::nudge);
  }

  /** Tells a waiter when what runs is to end. */
  void addWaiter(AtomicWaiter waiter) {
    waiters.add(waiter);
  }

  void removeWaiter(AtomicWaiter waiter) {
    waiters.remove(waiter);
  }

  void lift(TimeLimit limit) {
    synchronized (interruptGate) {
      timeLimits.remove(limit);
      boolean any = false;
      for (TimeLimit left : timeLimits) {
        any |= left.clock() == Timeout.Clock.CPU;
      }
      measured = any;
      if (interruptible && !isAnyLimitReached()) {
        setInterrupts(interrupts() & ~Interrupt.TIMEOUT);
      }
    }
  }

  private boolean isAnyLimitReached() {
    for (TimeLimit limit : timeLimits) {
      if (limit.isReached()) {
        return true;
      }
    }
    return false;
  }

  private void measure(boolean entered) {
    Thread thread = Thread.currentThread();
    synchronized (interruptGate) {
      // Takes no memory, for there may be none.
      for (int i = 0; i < timeLimits.size(); i++) {
        TimeLimit limit = timeLimits.get(i);
        if (limit.clock() == Timeout.Clock.CPU && entered) {
          limit.enter(thread);
        } else if (limit.clock() == Timeout.Clock.CPU) {
          limit.leave(thread);
        }
      }
    }
  }

  public void close() {
    try {
      lease.startClosing();
    } finally {
      interrupt();
    }
    lease.finishClosing();
  }

  private void free() {
    synchronized (interruptGate) {
      interruptible = false;
    }
    instances.forEach(ModuleInstance::close);
    resources.forEach(StoreState::close);
    resources.clear();
    instances.clear();
    functions = new FunctionInstance[1][];
    memoryBytes = 0;
    memory.close();
  }
}
