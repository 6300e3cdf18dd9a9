package dev.skerry.wasm.lower;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.runtime.ModuleLayout;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * What code is made for.
 *
 * @param layout where the instance contexts of the module keep what
 * @param typeIds canonical numbers of function types, by type index
 * @param direct which of the module's own functions, by index, have an entry that can be called without a descriptor
 */
public record Target(
    ModuleInfo module,
    ModuleLayout layout,
    IntUnaryOperator typeIds,
    IntPredicate direct,
    CpuFeatures features) {

  FuncType typeOfFunction(int function) {
    return module.types()[module.functions()[function]];
  }
}
