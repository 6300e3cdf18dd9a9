package dev.skerry.wasm.runtime;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.FaultSignal;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.regalloc.CompiledFunction;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All machine code of a process: one region in which every direct call reaches, and what the code at an address is.
 * Thread-safe; looking up takes no lock.
 */
public final class CodeRegion {

  /** Sizes to try: less where address space is limited. */
  private static final long[] SIZES = {1L << 30, 1L << 28, 1L << 26};

  /** Made when it is first asked for. */
  private static final class Holder {
    private static String refusal = "";
    private static final CodeRegion CURRENT = make();

    private static CodeRegion make() {
      // Who switched native memory off, or was told so already, needs no warning more.
      if (!NativeSupport.isNative()) {
        refusal = NativeSupport.why();
        return null;
      }
      NativeMemoryException last = null;
      for (long size : SIZES) {
        try {
          return new CodeRegion(CodeSpace.reserve(size));
        } catch (NativeMemoryException e) {
          last = e;
        }
      }
      Logger log = LoggerFactory.getLogger(CodeRegion.class);
      log.warn("Everything is interpreted: {}", last.getMessage());
      refusal = last.getMessage();
      return null;
    }
  }

  private final CodeSpace space;
  private final ConcurrentSkipListMap<Long, CodeObject> objects = new ConcurrentSkipListMap<>();
  /** Null until code first needs them: most of what a start would cost is making them. */
  private volatile Stubs stubs;
  private FaultHandler faults;
  private boolean faultsRefused;
  private String whyNoFaults = "signals are switched off";

  private CodeRegion(CodeSpace space) {
    this.space = space;
  }

  /**
   * The region of this process, made now if it was not yet, which costs a few system calls; null where no machine code
   * can run.
   */
  public static CodeRegion current() {
    return Holder.CURRENT;
  }

  /** Why this process has no region, one phrase; where it has none. */
  static String refusal() {
    return Holder.CURRENT == null ? Holder.refusal : "";
  }

  /** How code gets into pages that are never writable, one phrase for people. */
  public String writing() {
    return space.writing();
  }

  /** Address of the region's first byte. */
  long address() {
    return space.address();
  }

  long byteLength() {
    return space.byteLength();
  }

  /**
   * Says whether faults of machine code can be made traps, as far as is known without trying; {@link #trapsFaults}
   * then tries.
   */
  public synchronized boolean mayTrapFaults() {
    return faults != null || !faultsRefused && FaultSignal.available();
  }

  /**
   * Says whether faults of machine code become traps, and sees to it at the first call: once they do, it is for good.
   * False where signals are off or refused.
   */
  public synchronized boolean trapsFaults() {
    if (faults == null && !faultsRefused) {
      faultsRefused = true;
      if (FaultSignal.available()) {
        try {
          faults = FaultHandler.install(this);
        } catch (IllegalStateException | NativeMemoryException e) {
          Logger log = LoggerFactory.getLogger(CodeRegion.class);
          log.warn("Machine code checks every access to memory: {}", e.getMessage());
          whyNoFaults = e.getMessage();
        }
      }
    }
    return faults != null;
  }

  /** Why faults are not traps, one phrase; where they are not. */
  synchronized String whyNoFaults() {
    return whyNoFaults;
  }

  private synchronized FaultHandler faults() {
    if (!trapsFaults()) {
      throw new IllegalStateException("code that may fault needs a handler for faults");
    }
    return faults;
  }

  /** What leads from Java to machine code and back, made at the first call. */
  public Stubs stubs() {
    Stubs known = stubs;
    return known == null ? makeStubs() : known;
  }

  private synchronized Stubs makeStubs() {
    if (stubs == null) {
      stubs = Stubs.in(this);
    }
    return stubs;
  }

  /**
   * Room for so many bytes of code, at an address that is known before the code is.
   *
   * @throws NativeMemoryException if the region is full
   */
  public CodeBlock allocate(int byteLength) {
    return space.allocate(byteLength);
  }

  /** Makes code executable, and known; it must fill its block. */
  void publish(CodeBlock block, byte[] code, CodeObject object) {
    objects.put(block.address(), object);
    try {
      if (object instanceof NativeFunction function && function.faultSites().length > 0) {
        faults().add(block.address(), function.faultSites(), CompiledFunction.FAULT_SITE_FIELDS);
      }
      block.publish(code);
    } catch (RuntimeException e) {
      free(block);
      throw e;
    }
  }

  /** Frees code that nobody can run or return to any more, or room that got none. */
  void free(CodeBlock block) {
    if (objects.remove(block.address()) instanceof NativeFunction function && function.faultSites().length > 0) {
      faults().remove(block.address(), function.faultSites(), CompiledFunction.FAULT_SITE_FIELDS);
    }
    block.close();
  }

  /** What the code is that an address lies in, or null if there is none. No call is the last thing in a block. */
  CodeObject find(long address) {
    Map.Entry<Long, CodeObject> entry = objects.floorEntry(address);
    return entry == null ? null : entry.getValue();
  }
}
