package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.runtime.CountingInstances;
import dev.skerry.wasm.runtime.ModuleCode;

/** Modules that ran in code of tier 0 that counts which way branches go. */
public final class BranchCounts {

  private BranchCounts() {
  }

  /** The code of a module after its function {@code f} was called with a number; not at all with 0. */
  public static ModuleCode after(TestModule module, int argument) throws CompileError, LinkError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    Module compiled = Module.compile(engine, module.bytes());
    try (Store store = engine.newStore()) {
      Linker linker = new Linker(store).define("host", "f", FuncType.of("i32 -> i32"),
          (caller, slots) -> { });
      Func function = linker.instantiate(compiled).func("f").orElseThrow();
      ModuleCode code = CountingInstances.begin(function.function());
      if (argument != 0) {
        function.call(argument);
      }
      return code;
    }
  }
}
