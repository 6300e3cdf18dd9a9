package dev.skerry.wasm;

import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;

/** A module of which some functions are machine code and some are not, for every way in and out of guest code. */
final class StressGuest {

  static final int COUNT = 1;
  static final int FAULT = 3;
  static final int DEEP_FAULT = 5;

  private StressGuest() {
  }

  /** Import 0 takes and gives an i32; functions that are given as unreachable get machine code, as count does. */
  static Module compile(Engine engine) {
    Module module = new TestModule().importFunc("h", "f", "i32 -> i32").memory(1, 64).export("m", 2, 0)
        .func("count", "i32 -> i32", """
            local.get 0
            if i32
              local.get 0; i32.const 1; i32.sub; call 2; i32.const 1; i32.add
            else
              i32.const 0
            end""")
        .func("count0", "i32 -> i32", "local.get 0; call 1; i32.const 1; i32.add")
        .func("fault", "i32 -> i64", "unreachable")
        .func("trap", "->", "unreachable")
        .func("deepFault", "i32 -> i64", "unreachable")
        .func("loop", "->", "unreachable")
        .func("loop0", "->", "loop; br 0; end")
        .func("grow", "i32 -> i32", "unreachable")
        .func("host", "i32 -> i32", "unreachable")
        .func("host0", "i32 -> i32", "local.get 0; call 0").compile(engine);
    install(module);
    return module;
  }

  static void install(Module module) {
    ModuleLayout layout = new ModuleLayout(module.info());
    installCount(module, layout);
    HandAssembled fault = new HandAssembled(FAULT, -1, 0).mayFault(1);
    fault.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    fault.ret().install(module);
    new HandAssembled(4, 16, 0).trap(Trap.Kind.INTEGER_OVERFLOW, 2).install(module);
    installDeepFault(module);
    HandAssembled loop = new HandAssembled(6, 0, 0);
    Label again = loop.code.here();
    loop.poll(3);
    loop.code.jump(again);
    loop.install(module);
    HandAssembled grow = new HandAssembled(8, 0, 0).buffer();
    grow.code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, 0), Gpr.RDI);
    grow.runtime(Op.MEMORY_GROW, 0, 5).buffer();
    grow.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R11, 0));
    grow.ret().install(module);
    new HandAssembled(9, 16, 0).call(layout, 0, 6).ret().install(module);
  }

  /** n -> n == 0 ? 0 : count0(n - 1) + 1, which alternates between the tiers. */
  private static void installCount(Module module, ModuleLayout layout) {
    HandAssembled count = new HandAssembled(COUNT, 0, 0);
    Label end = count.code.label();
    count.code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RAX, Gpr.RAX);
    count.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    count.code.jump(Condition.E, end);
    count.code.emit(IntegerRows.DEC.of(32), Gpr.RDI);
    count.call(layout, 2, 7);
    count.code.emit(IntegerRows.INC.of(32), Gpr.RAX);
    count.code.bind(end);
    count.ret().install(module);
  }

  /** Calls itself so often, without a poll but that of the stack, and then reads behind the end of memory. */
  private static void installDeepFault(Module module) {
    HandAssembled deep = new HandAssembled(DEEP_FAULT, 0, 0);
    Label end = deep.code.label();
    Label bottom = deep.code.label();
    deep.code.emit(IntegerRows.TEST_RM_R.of(32), Gpr.RDI, Gpr.RDI);
    deep.code.jump(Condition.E, bottom);
    deep.code.emit(IntegerRows.DEC.of(32), Gpr.RDI);
    deep.callDirectly(DEEP_FAULT, 8);
    deep.code.jump(end);
    deep.code.bind(bottom);
    deep.code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RDI, new Imm(-8));
    deep.mayFault(9);
    deep.code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R14, Gpr.RDI, 1, 0));
    deep.code.bind(end);
    deep.ret().install(module);
  }
}
