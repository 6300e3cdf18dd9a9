package dev.skerry.wasm.runtime;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The machine code of one module, and the instances that are to run it. It never refers to the module; whoever runs or
 * returns to the code keeps that reachable, and the code is freed when it no longer is. Thread-safe: code may come
 * while other threads run instances.
 */
final class NativeModule implements Runnable {

  private static final byte INT3 = (byte) 0xCC;
  private static final Trap.Kind[] TRAPS = Trap.Kind.values();

  private final CodeRegion region;
  private final WeakReference<ModuleCode> module;
  private final ModuleLayout layout;
  private final int firstOwn;
  private final NativeFunction[] functions;
  private final BitSet installed = new BitSet();
  private final Map<Long, NativeFunction> loops = new HashMap<>();
  /** Address of the detour to a function. */
  private final Map<Integer, Long> detours = new HashMap<>();
  private final List<CodeBlock> blocks = new ArrayList<>();
  private final Set<WeakReference<ModuleInstance>> instances = new HashSet<>();
  private int instancesToPurge = 64;

  NativeModule(CodeRegion region, ModuleCode module, int firstOwn, int ownFunctions) {
    this.region = region;
    this.module = new WeakReference<>(module);
    this.layout = module.layout();
    this.firstOwn = firstOwn;
    this.functions = new NativeFunction[ownFunctions];
  }

  /** Address of a function's machine code, or 0. */
  synchronized long entry(int function) {
    NativeFunction code = functions[function - firstOwn];
    return code == null ? 0 : code.entry();
  }

  /** Address of the code that goes on in a loop, or 0. */
  synchronized long loopEntry(int function, int loop) {
    NativeFunction code = loops.get(loopKey(function, loop));
    return code == null ? 0 : code.entry();
  }

  private static long loopKey(int function, int loop) {
    return (long) function << Integer.SIZE | loop;
  }

  /** Makes code known to every instance there is and will be; the code that it supersedes stays. */
  void install(int function, CompiledFunction compiled) {
    install(function, publish(function, true, compiled));
  }

  private synchronized void install(int function, NativeFunction code) {
    functions[function - firstOwn] = code;
    installed.set(function - firstOwn);
    for (WeakReference<ModuleInstance> reference : instances) {
      ModuleInstance instance = reference.get();
      if (instance != null) {
        point(instance.descriptor(function), code.entry());
      }
    }
  }

  void installLoop(int function, int loop, CompiledFunction compiled) {
    install(function, loop, publish(function, false, compiled));
  }

  private synchronized void install(int function, int loop, NativeFunction code) {
    loops.put(loopKey(function, loop), code);
  }

  private static void point(long descriptor, long entry) {
    NativeAccess.putLong(descriptor + Layout.FUNCTION_ENTRY, entry);
    NativeAccess.putLong(descriptor + Layout.FUNCTION_CODE, Stub.NATIVE.address());
  }

  /**
   * Writes code without keeping others waiting meanwhile, but for detours.
   *
   * @param atBegin whether the code is entered at the function's begin, so that it may call itself directly
   */
  private NativeFunction publish(int function, boolean atBegin, CompiledFunction compiled) {
    // A byte more, so that all return addresses lie in the block.
    byte[] code = Arrays.copyOf(compiled.code(), compiled.code().length + 1);
    code[code.length - 1] = INT3;
    makeDetours(function, atBegin, compiled.relocations());
    CodeBlock block = region.allocate(code.length);
    NativeFunction made = new NativeFunction(module, function, compiled.withoutCode(), block.address());
    try {
      link(code, made, atBegin, compiled.relocations());
    } catch (RuntimeException e) {
      region.free(block);
      throw e;
    }
    region.publish(block, code, made);
    keep(block);
    return made;
  }

  private synchronized void keep(CodeBlock block) {
    blocks.add(block);
  }

  /** Fills in where the calls and jumps of a function lead that is about to be published. */
  private synchronized void link(byte[] code, NativeFunction made, boolean atBegin, int[] relocations) {
    int function = made.function();
    for (int row = 0; row < relocations.length; row += CompiledFunction.RELOCATION_FIELDS) {
      int at = relocations[row];
      int index = relocations[row + 2];
      long target = Symbol.of(relocations[row + 1]) == Symbol.FUNCTION && index == function && atBegin
          ? made.entry() : target(Symbol.of(relocations[row + 1]), index);
      int distance = (int) (target - made.address() - at - Integer.BYTES);
      for (int i = 0; i < Integer.BYTES; i++) {
        code[at + i] = (byte) (distance >> i * Byte.SIZE);
      }
    }
  }

  private long target(Symbol symbol, int index) {
    Stubs stubs = region.stubs();
    return switch (symbol) {
      case TRAP -> stubs.trap(TRAPS[index]);
      case STACK -> stubs.stack();
      case INTERRUPT -> stubs.interrupt();
      case RUNTIME -> stubs.runtime();
      case FILL -> stubs.fill();
      case COPY -> stubs.copy();
      case FUNCTION -> {
        long entry = entry(index);
        yield entry != 0 ? entry : detours.get(index);
      }
    };
  }

  /**
   * Makes the detours that code needs and no other did, all in one block: for code that is written behind what follows
   * it in the region, as functions before their detours would be, all cores have to be told.
   */
  private synchronized void makeDetours(int function, boolean atBegin, int[] relocations) {
    Set<Integer> callees = new LinkedHashSet<>();
    for (int row = 0; row < relocations.length; row += CompiledFunction.RELOCATION_FIELDS) {
      int index = relocations[row + 2];
      if (Symbol.of(relocations[row + 1]) == Symbol.FUNCTION && !(atBegin && index == function) && entry(index) == 0
          && !detours.containsKey(index)) {
        callees.add(index);
      }
    }
    if (callees.isEmpty()) {
      return;
    }
    CodeBlock block = region.allocate(callees.size() * Detour.BYTES);
    byte[] code = new byte[callees.size() * Detour.BYTES];
    Arrays.fill(code, INT3);
    int at = 0;
    for (int callee : callees) {
      byte[] one = Detour.code(layout.function(callee));
      System.arraycopy(one, 0, code, at, one.length);
      at += Detour.BYTES;
    }
    region.publish(block, code, new Detour(block.address()));
    blocks.add(block);
    at = 0;
    for (int callee : callees) {
      detours.put(callee, block.address() + at);
      at += Detour.BYTES;
    }
  }

  /** Fills in the descriptors of a new instance, and of those to come. */
  synchronized void add(ModuleInstance instance) {
    if (instances.size() == instancesToPurge) {
      instances.removeIf(reference -> reference.get() == null);
      instancesToPurge = 2 * instances.size() + 64;
    }
    instances.add(instance.weak());
    for (int i = installed.nextSetBit(0); i >= 0; i = installed.nextSetBit(i + 1)) {
      point(instance.descriptor(firstOwn + i), functions[i].entry());
    }
  }

  /** The instance's memory is about to be freed. */
  synchronized void remove(ModuleInstance instance) {
    instances.remove(instance.weak());
  }

  /** Lets compiled callers reach a function that is not compiled through a thunk. */
  synchronized void link(int function, long descriptor, CanonicalType type) {
    if (functions[function - firstOwn] == null) {
      NativeAccess.putLong(descriptor + Layout.FUNCTION_ENTRY, type.thunks().exit());
    }
  }

  /** Sets a function's code in tier 0, unless it has machine code. */
  synchronized void linkTier0(int function, long descriptor, long entry) {
    if (functions[function - firstOwn] == null) {
      NativeAccess.putLong(descriptor + Layout.FUNCTION_CODE, entry);
    }
  }

  /** Frees the code; nobody has the module any more. */
  @Override
  public synchronized void run() {
    blocks.forEach(region::free);
    blocks.clear();
  }
}
