package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.MemoryBudget;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * What one store owns: its native context, all instances, the references it gave out, and every block of native memory,
 * freed together. Whatever touches that memory has entered.
 */
public final class StoreState {

  private final Store face;
  private final TypeRegistry types;
  private final StoreLimits limits;
  private final StoreMemory memory;
  private final StoreUsage usage;
  private final CodeRegion region;
  private final Tiering tiering;
  private final boolean guarded;
  private final boolean masked;
  private final Set<AutoCloseable> resources = Collections.newSetFromMap(new IdentityHashMap<>());
  private final long context;
  private final long hostContext;
  private final Interrupts interrupts;
  private final Entrance entrance;
  private final Activations activations;
  private final FunctionReferences functions;
  private final HostReferences externs = new HostReferences(this);
  private final ExceptionReferences exceptions = new ExceptionReferences(this);
  private final List<ModuleInstance> instances = new ArrayList<>();
  private volatile int instanceCount;

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
    this.guarded = machine != null && machine.guarded();
    this.masked = masked;
    this.face = face;
    this.memory = new StoreMemory(limits.memoryBytes(), heap);
    this.usage = new StoreUsage(limits, memory);
    this.types = types;
    this.limits = limits;
    long bytes = Layout.STORE_BYTES + Layout.INSTANCE_HEADER + Layout.RECORD_BYTES;
    context = own(NativeBlock.allocate(bytes)).address();
    hostContext = context + Layout.STORE_BYTES;
    NativeAccess.putLong(context + Layout.STORE_FUEL, Long.MAX_VALUE);
    NativeAccess.putLong(hostContext + Layout.INSTANCE_STORE, context);
    NativeAccess.putLong(hostContext + Layout.INSTANCE_MEMORY, hostContext + Layout.INSTANCE_HEADER);
    NativeAccess.putInt(hostContext + Layout.INSTANCE_ID, -1);
    interrupts = new Interrupts(context);
    entrance = new Entrance(interrupts, this::free, tiering == null);
    functions = new FunctionReferences(this);
    activations = new Activations(this);
  }

  public TypeRegistry types() {
    return types;
  }

  public StoreLimits limits() {
    return limits;
  }

  public StoreMemory memory() {
    return memory;
  }

  public StoreUsage usage() {
    return usage;
  }

  /** Where machine code is; null if guests are interpreted only. */
  CodeRegion region() {
    return region;
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

  public Interrupts interrupts() {
    return interrupts;
  }

  public TimeLimits timeLimits() {
    return entrance.limits();
  }

  Entrance entrance() {
    return entrance;
  }

  /** As {@link Entrance#inside}. */
  public <T, E extends Exception> T inside(Entrance.Action<T, E> action) throws E {
    return entrance.inside(action);
  }

  /** Throws if the store is closed. */
  public void requireOpen() {
    entrance.lease.requireOpen();
  }

  public boolean isClosed() {
    return entrance.lease.isClosing();
  }

  /** Gives back the stack that is kept for the next call; false if somebody is inside. */
  boolean dropIdleStack() {
    return entrance.lease.whileEmpty(activations::dropIdle);
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

  public FunctionReferences functions() {
    return functions;
  }

  public ExceptionReferences exceptions() {
    return exceptions;
  }

  public HostReferences externs() {
    return externs;
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

  /** What fuel is left; below 0 when it is spent. For the thread that is inside. */
  public long fuel() {
    return NativeAccess.getLong(context + Layout.STORE_FUEL);
  }

  /** Gives so much fuel in place of what is left. For the thread that is inside. */
  public void setFuel(long units) {
    NativeAccess.putLong(context + Layout.STORE_FUEL, units);
  }

  /** Says whether whatever runs must trap, for a thread that is inside. */
  boolean isEnded() {
    return (NativeAccess.getInt(context + Layout.STORE_INTERRUPT) & Interrupt.END) != 0;
  }

  /** As {@link #throwIfEnded}, for a thread that is inside. */
  void pollBetweenSlices() {
    if (isEnded()) {
      throwIfEnded();
    }
  }

  /** Throws what whatever runs must end with, if it must; any thread. */
  public void throwIfEnded() {
    interrupts.throwIfInterrupted();
    entrance.limits().throwIfReached();
  }

  public void close() {
    try {
      entrance.lease.startClosing();
    } finally {
      interrupts.end();
    }
    entrance.lease.finishClosing();
  }

  private void free() {
    interrupts.close();
    instances.forEach(ModuleInstance::close);
    resources.forEach(StoreState::close);
    resources.clear();
    instances.clear();
    functions.close();
    usage.close();
  }
}
