package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getLong;

/** Instances that run code of tier 0 which counts its branches, without having been found running. */
public final class CountingInstances {

  private CountingInstances() {
  }

  /** Has all functions count that the module of a function defines, from their next calls in that instance on. */
  public static ModuleCode begin(FunctionInstance any) {
    ModuleInstance instance = any.store().instanceOf(getLong(any.descriptor() + Layout.FUNCTION_CONTEXT));
    ModuleCode code = instance.code();
    for (int f = code.info().importedFunctions(); f < code.info().functions().length; f++) {
      long plain = code.translate(f, () -> { });
      long counting = code.elsewhere(f, plain, true);
      if (counting == plain || code.elsewhere(f, counting, false) != plain) {
        throw new IllegalStateException("function " + f + " does not count");
      }
      instance.setTier0(f, instance.descriptor(f), counting);
    }
    return code;
  }
}
