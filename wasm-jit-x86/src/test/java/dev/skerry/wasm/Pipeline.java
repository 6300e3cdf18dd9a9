package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import dev.skerry.wasm.ir.GraphVerifier;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.lower.Lowering;
import dev.skerry.wasm.lower.Target;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.regalloc.Emission;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.ProvedCode;
import java.util.EnumSet;

/** The native compiler, one function after the other, for tests that choose what the tiers would choose. */
record Pipeline(CpuFeatures features, MemoryStrategy memory, boolean passes) {

  /** Makes and installs code of all functions of a module; none may be refused. */
  void install(Module module) {
    ModuleInfo info = module.info();
    for (int f = info.importedFunctions(); f < info.functions().length; f++) {
      install(module, f);
    }
  }

  private void install(Module module, int function) {
    ModuleInfo info = module.info();
    Graph graph = GraphBuilder.build(info, function,
        BuildOptions.of(memory));
    Passes.run(graph, passes ? EnumSet.allOf(Passes.class) : Passes.NEEDED, (pass, changed) -> { });
    GraphVerifier.verify(graph, "passes");
    Target target = new Target(info, new ModuleLayout(info), module.code()::typeId,
        index -> index == function || module.code().nativeEntry(index) != 0, features);
    Lir lir = new Lir();
    new Lowering(target).lower(graph, info.types()[info.functions()[function]], lir);
    Contract contract = module.code().contract(function, false, memory);
    module.code().install(assertDoesNotThrow(() -> ProvedCode.of(Emission.compile(lir), contract)));
    assertNotEquals(0, module.code().nativeEntry(function));
  }
}
