package dev.skerry.wasm.tier;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.verify.Contract;
import java.util.ArrayList;
import java.util.List;

/** Machine code of a module's functions as it is before it is proved, and what each is proved against. */
public record FinishedCode(List<CompiledFunction> functions, List<Contract> contracts) {

  /** Compiles all functions of a module; those that the compiler refuses are left out. */
  public static FinishedCode of(byte[] bytes, MemoryStrategy memory) throws Exception {
    ModuleCode module = new ModuleCode(ModuleReader.read(bytes, Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
    Compiler compiler = new Compiler(EngineOptions.fromProperties().withMemory(memory), CpuFeatures.current());
    FinishedCode finished = new FinishedCode(new ArrayList<>(), new ArrayList<>());
    for (int f = module.info().importedFunctions(); f < module.info().functions().length; f++) {
      try {
        finished.functions.add(compiler.compile(module, f, -1, CompileTrace.NONE).code());
        finished.contracts.add(module.contract(f, false, memory));
      } catch (CompilationRefused refused) {
        System.err.println(refused.getMessage());
      }
    }
    return finished;
  }

  /** Bytes of machine code, tables left out. */
  public long bytes() {
    return functions.stream().mapToLong(CompiledFunction::codeBytes).sum();
  }
}
