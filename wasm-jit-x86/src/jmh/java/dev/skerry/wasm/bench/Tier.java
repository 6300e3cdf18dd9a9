package dev.skerry.wasm.bench;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.wasm.Parser;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;

/** What runs the kernels: this engine's interpreter and those it is compared with. */
public enum Tier {
  SKERRY {
    @Override
    Guest load(byte[] module, String export) throws CompileError, LinkError {
      Engine engine = Engine.create();
      Func function = new Linker(engine.newStore()).instantiate(Module.compile(engine, module)).func(export)
          .orElseThrow();
      long[] slots = new long[1];
      return size -> {
        slots[0] = size;
        function.invoke(slots);
        return (int) slots[0];
      };
    }
  },
  CHICORY {
    @Override
    Guest load(byte[] module, String export) {
      ExportFunction function = com.dylibso.chicory.runtime.Instance.builder(Parser.parse(module)).build()
          .export(export);
      return size -> (int) function.apply(size)[0];
    }
  };

  /** One exported function, ready to be called. */
  @FunctionalInterface
  interface Guest {
    int call(int size);
  }

  abstract Guest load(byte[] module, String export) throws CompileError, LinkError;
}
