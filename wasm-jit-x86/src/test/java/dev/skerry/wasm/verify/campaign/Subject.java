package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.BranchProfile;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.lower.Lowering;
import dev.skerry.wasm.lower.Target;
import dev.skerry.wasm.pass.GuardedCalls;
import dev.skerry.wasm.pass.Inlinees;
import dev.skerry.wasm.pass.Inlining;
import dev.skerry.wasm.pass.Passes;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Emission;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.x64.CpuFeature;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** A function that was compiled, and what it is proved against. */
record Subject(String name, Contract contract, CompiledFunction code) {

  /** Canonical numbers of types begin here, so that they look like nothing else. */
  private static final int FIRST_TYPE = 0x51_0001;
  /** Bits of the widest vectors. */
  private static final int WIDE = 256;
  /** Slots of operands in a frame of tier 0, more than loops here begin with. */
  private static final int OPERAND_SLOTS = 64;

  /** Compiles a function as the tiers do, with others copied into it; calls of the module's own are direct or not. */
  static Subject of(String name, ModuleInfo module, int function, MemoryStrategy memory) {
    return of(name, module, function, -1, memory, false);
  }

  /**
   * As {@link #of(String, ModuleInfo, int, MemoryStrategy)}, with what is seldom asked for.
   *
   * @param loop byte offset in the module of the loop where the code goes on in place of a frame of tier 0, or -1
   * @param fuel whether it counts fuel
   */
  static Subject of(String name, ModuleInfo module, int function, int loop, MemoryStrategy memory, boolean fuel) {
    FuncType[] types = module.types();
    FuncType type = types[module.functions()[function]];
    int operands = Layout.FRAME_HEADER + localSlots(module, function) * Long.BYTES;
    BuildOptions.Entry entry = loop < 0 ? BuildOptions.Entry.FUNCTION : new BuildOptions.Entry(loop, operands);
    int frameBytes = loop < 0 ? -1 : operands + OPERAND_SLOTS * Long.BYTES;
    IntUnaryOperator typeIds = index -> {
      int first = 0;
      while (!types[first].equals(types[index])) {
        first++;
      }
      return FIRST_TYPE + first;
    };
    ModuleLayout layout = new ModuleLayout(module);
    BuildOptions how = new BuildOptions(memory, false, fuel, entry);
    Graph graph = GraphBuilder.build(module, function, how);
    graph.vectorBits = CpuFeatures.current().has(CpuFeature.AVX2) ? WIDE : WIDE / 2;
    Inlinees inlinees = new Inlinees();
    inlinees.begin(module, how, EnumSet.allOf(Passes.class), any -> BranchProfile.NONE);
    GuardedCalls.run(graph, module, inlinees, BranchProfile.NONE);
    Inlining.run(graph, module, function, inlinees);
    Passes.run(graph);
    Target target = new Target(module, layout, typeIds,
        index -> index >= module.importedFunctions() && (index == function && loop < 0 || index % 2 == 0),
        CpuFeatures.current());
    Lir lir = new Lir();
    new Lowering(target).lower(
        graph, loop < 0 ? type : new FuncType(List.of(ValType.I64), type.results()), lir);
    String place = " function " + function + (loop < 0 ? "" : " at loop " + loop);
    return new Subject(name + place, new Contract(module, layout, typeIds, memory, function, frameBytes),
        Emission.compile(lir));
  }

  private static int localSlots(ModuleInfo module, int function) {
    ModuleInfo.FunctionBody body = module.bodies().get(function - module.importedFunctions());
    int slots = 0;
    for (int i = 0; i < body.localCounts().length; i++) {
      slots += body.localCounts()[i] * body.localTypes()[i].slots();
    }
    return slots;
  }

  Subject with(CompiledFunction other) {
    return new Subject(name, contract, other);
  }

  FuncType type() {
    return contract.module().types()[contract.module().functions()[contract.function()]];
  }

  @Override
  public String toString() {
    return name + " under " + contract.memory();
  }
}
