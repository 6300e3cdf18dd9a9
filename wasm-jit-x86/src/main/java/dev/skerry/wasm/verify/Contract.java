package dev.skerry.wasm.verify;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.ModuleLayout;
import java.util.function.IntUnaryOperator;

/**
 * What the verifier knows of a function from others than the compiler: the validated module, where contexts keep what,
 * and what the engine promises about its memories.
 *
 * @param layout of contexts of that module's instances: no other module has it
 * @param typeIds canonical numbers of function types, by type index
 * @param memory how accesses to memory 0 are kept in bounds if its addresses have 32 bits
 * @param function index of the function
 * @param frameBytes bytes of the tier-0 frame that the code replaces at a loop; -1 for code that is called
 */
public record Contract(
    ModuleInfo module,
    ModuleLayout layout,
    IntUnaryOperator typeIds,
    MemoryStrategy memory,
    int function,
    int frameBytes) {

  private static final int PAGE_SHIFT = 16;

  /** Whether the code goes on in a loop, in place of a frame of tier 0. */
  public boolean replacesFrame() {
    return frameBytes >= 0;
  }

  FuncType type() {
    return typeOf(function);
  }

  FuncType typeOf(int index) {
    return module.types()[module.functions()[index]];
  }

  /** The canonical number of a function's type. */
  int typeIdOf(int index) {
    return typeIds.applyAsInt(module.functions()[index]);
  }

  /** Whether the bounds of that memory are left to the page tables. */
  boolean isGuarded(int memory) {
    return memory == 0 && this.memory == MemoryStrategy.GUARD && !isWide(0);
  }

  /** Whether there is that memory, and its addresses have 64 bits. */
  boolean isWide(int memory) {
    return memory < module.memories().length && module.memories()[memory].address().equals(ValType.I64);
  }

  /** Bytes that a memory has at least, for ever. */
  long leastLength(int memory) {
    long pages = module.memories()[memory].limits().min();
    return pages < 0 || pages > Long.MAX_VALUE >>> PAGE_SHIFT ? 0 : pages << PAGE_SHIFT;
  }
}
