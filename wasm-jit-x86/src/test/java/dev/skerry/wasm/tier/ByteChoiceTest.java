package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A choice in a loop by a byte that was just loaded goes where tier 0 goes, for each byte and tables of any size. */
class ByteChoiceTest {

  private static final int[] ROWS = {3, 4, 5, 127, 255, 256, 257, 300};

  @ParameterizedTest
  @EnumSource(MemoryStrategy.class)
  void givenEachByteThenBothTiersGoTheSameWay(MemoryStrategy memory) throws CompileError, LinkError {
    for (int rows : ROWS) {
      byte[] module = module(rows);
      assertEquals(sum(Tier.INTERP, memory, module), sum(Tier.JIT, memory, module), () -> rows + " rows, " + memory);
    }
  }

  /** Sums numbers that depend on the way for all bytes from 255 down to 0, which the loop stores first. */
  private static byte[] module(int rows) {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      table.append(i * 7 % 3).append(' ');
    }
    String body = "loop; local.get 0; local.get 0; i32.store8; block; block; block; block; local.get 0; i32.load8_u; "
        + "br_table " + table + "3; end; i32.const 1; local.set 1; br 2; end; i32.const 20; local.set 1; br 1; end; "
        + "i32.const 300; local.set 1; br 0; end; local.get 2; i32.const 31; i32.mul; local.get 1; i32.add; "
        + "local.set 2; local.get 0; i32.const 1; i32.sub; local.tee 0; i32.const -1; i32.ne; br_if 0; end; "
        + "local.get 2";
    return new TestModule().memory(1, 1).func("f", "i32 -> i32", "i32 i32", body).bytes();
  }

  private static Object sum(Tier tier, MemoryStrategy memory, byte[] module) throws CompileError, LinkError {
    Engine engine = Engine.create(new EngineOptions(tier, memory, false, true));
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(Module.compile(engine, module));
      Object result = instance.func("f").orElseThrow().call(255)[0];
      CompilerFindings.assertSound(engine);
      return result;
    }
  }
}
