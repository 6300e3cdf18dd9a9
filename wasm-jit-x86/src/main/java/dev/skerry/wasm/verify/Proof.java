package dev.skerry.wasm.verify;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.regalloc.CompiledFunction;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * What is remembered of a proof that this process made, so that the same code for a module of the same bytes need not
 * be proved again. Everything that the proof looked at is compared, byte by byte, with copies of its own: what is
 * changed afterwards, by whatever mistake, is not the same. Refers to no module but by its bytes.
 */
public final class Proof {

  /** Longer modules are compared in more time than most of their functions are proved in. */
  private static final int LONGEST_MODULE = 1 << 16;

  private final CompiledFunction code;
  private final byte[] module;
  private final int[] typeIds;
  private final MemoryStrategy memory;
  private final int function;
  private final int frameBytes;

  private Proof(CompiledFunction code, Contract contract) {
    this.code = copy(code);
    module = contract.module().bytes();
    typeIds = ids(contract);
    memory = contract.memory();
    function = contract.function();
    frameBytes = contract.frameBytes();
  }

  /** What of the proof is to be remembered; empty for code that was taken on trust, or belongs to a long module. */
  public static Optional<Proof> of(ProvedCode proved) {
    return proved.isProved() && proved.contract().module().bytes().length <= LONGEST_MODULE
        ? Optional.of(new Proof(proved.code(), proved.contract())) : Optional.empty();
  }

  private static CompiledFunction copy(CompiledFunction code) {
    return new CompiledFunction(code.code().clone(), code.codeBytes(), code.entry(), code.frameBytes(),
        code.parameterBytes(), code.relocations().clone(), code.typeSites().clone(), code.callSites().clone(),
        code.trapSites().clone(), code.faultSites().clone(),
        Arrays.stream(code.guards()).map(int[]::clone).toArray(int[][]::new), code.inlined().clone(),
        code.blockCount(), code.spillSlots());
  }

  private static int[] ids(Contract contract) {
    int[] ids = new int[contract.module().types().length];
    IntUnaryOperator numbers = contract.typeIds();
    Arrays.setAll(ids, numbers);
    return ids;
  }

  /** Bytes that it takes, beside those of the module. */
  public long byteLength() {
    return code.byteLength() + (long) typeIds.length * Integer.BYTES;
  }

  /** Bytes of the module, which other proofs for it have too. */
  public int moduleByteLength() {
    return module.length;
  }

  /** Leave to publish that code, if it is what was proved, and what it was proved against is the same. */
  public Optional<ProvedCode> of(CompiledFunction other, Contract contract) {
    ModuleInfo info = contract.module();
    boolean same = memory == contract.memory() && function == contract.function()
        && frameBytes == contract.frameBytes() && Arrays.equals(module, info.bytes())
        && Arrays.equals(typeIds, ids(contract)) && isSame(other);
    return same ? Optional.of(ProvedCode.again(other, contract)) : Optional.empty();
  }

  private boolean isSame(CompiledFunction other) {
    return code.codeBytes() == other.codeBytes() && code.entry() == other.entry()
        && code.frameBytes() == other.frameBytes() && code.parameterBytes() == other.parameterBytes()
        && Arrays.equals(code.code(), other.code()) && Arrays.equals(code.relocations(), other.relocations())
        && Arrays.equals(code.typeSites(), other.typeSites()) && Arrays.equals(code.callSites(), other.callSites())
        && Arrays.equals(code.trapSites(), other.trapSites()) && Arrays.equals(code.faultSites(), other.faultSites())
        && Arrays.deepEquals(code.guards(), other.guards()) && Arrays.equals(code.inlined(), other.inlined());
  }
}
