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
  private static final int RECENT = 1 << 8;

  /** What an address lies in. */
  private record Found(long address, CodeObject object) {
  }

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
  private final Object stubsLock = new Object();
  private volatile FaultHandler faults;
  private volatile boolean faultsRefused;
  /** What was found lately, by some bits of the address: whoever alternates between tiers looks for the same again. */
  private volatile Found[] recent = new Found[RECENT];
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
   * then tries. Waits for nobody who does.
   */
  public boolean mayTrapFaults() {
    return faults != null || !faultsRefused && FaultSignal.available();
  }

  /**
   * Says whether faults of machine code become traps, and sees to it at the first call: once they do, it is for good.
   * False where signals are off or refused.
   */
  public synchronized boolean trapsFaults() {
    if (faults == null && !faultsRefused) {
      try {
        faults = FaultSignal.available() ? FaultHandler.install(this) : null;
      } catch (IllegalStateException | NativeMemoryException e) {
        Logger log = LoggerFactory.getLogger(CodeRegion.class);
        log.warn("Machine code checks every access to memory: {}", e.getMessage());
        whyNoFaults = e.getMessage();
      }
      faultsRefused = faults == null;
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

  private Stubs makeStubs() {
    synchronized (stubsLock) {
      if (stubs == null) {
        stubs = Stubs.in(this);
      }
      return stubs;
    }
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
    recent = new Found[RECENT];
    block.close();
  }

  /**
   * What the code is that an address lies in, which nobody frees meanwhile; null if it lies before all. No call is the
   * last thing in a block.
   */
  CodeObject find(long address) {
    Found[] known = recent;
    int place = (int) (address ^ address >> 10) & RECENT - 1;
    Found last = known[place];
    if (last == null || last.address != address) {
      Map.Entry<Long, CodeObject> entry = objects.floorEntry(address);
      if (entry == null) {
        return null;
      }
      last = new Found(address, entry.getValue());
      known[place] = last;
    }
    return last.object;
  }
}
