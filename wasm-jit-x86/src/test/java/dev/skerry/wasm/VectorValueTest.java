package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values of 16 bytes wherever a value can be: both halves arrive, and their neighbours stay whole. */
class VectorValueTest {

  private static final long[] A = {0x0101_0202_0303_0404L, 0x1111_2222_3333_4444L};
  private static final long[] B = {-2, Long.MIN_VALUE};

  private final Store store = Engine.create().newStore();

  @AfterEach
  void close() {
    store.close();
  }

  private Instance instance(ModuleBuilder module) throws CompileError, LinkError {
    return instance(module, new Linker(store));
  }

  private Instance instance(ModuleBuilder module, Linker linker) throws CompileError, LinkError {
    return linker.instantiate(Module.compile(store.engine(), module.build()));
  }

  private static Object[] call(Instance instance, String name, Object... args) {
    return instance.func(name).orElseThrow().call(args);
  }

  @Test
  void givenMixedParametersAndResultsThenEachIsWhereItBelongs() throws CompileError, LinkError {
    Instance instance = instance(new ModuleBuilder()
        .function("turn", "i32 v128 f64 v128 -> v128 f64 v128 i32", code -> code.get(3).get(2).get(1).get(0))
        .function("twice", "i32 v128 f64 v128 -> v128 f64 v128 i32", code -> code
            .get(0).get(1).get(2).get(3).call(0).set(0).set(1).set(2).set(3).get(0).get(1).get(2).get(3).call(0))
        .function("tail", "i32 v128 f64 v128 -> v128 f64 v128 i32", code -> code
            .get(0).get(1).get(2).get(3).op(Opcode.RETURN_CALL, 0)));

    for (String name : new String[] {"turn", "twice", "tail"}) {
      assertArrayEquals(new Object[] {B, 2.5, A, 7}, call(instance, name, 7, A, 2.5, B));
    }
  }

  @Test
  void givenDeclaredLocalsThenTheyAreZeroAndKeepTheirNeighbours() throws CompileError, LinkError {
    Instance instance = instance(new ModuleBuilder()
        .function("locals", "v128 -> i64 v128 i64 v128", List.of(ValType.I64, ValType.V128, ValType.I64, ValType.V128),
            code -> code.i64(5).set(1).i64(6).set(3).get(0).set(2).get(1).get(2).get(3).get(4)));

    assertArrayEquals(new Object[] {5L, A, 6L, new long[2]}, call(instance, "locals", (Object) A));
  }

  @Test
  void givenBlocksAndBranchesThenVectorsTravelWithThem() throws CompileError, LinkError {
    ModuleBuilder module = new ModuleBuilder();
    int three = module.type("-> v128 i32 v128");
    int loop = module.type("v128 v128 -> v128 v128");
    int choice = module.type("v128 -> v128");
    Instance instance = instance(module
        .function("pick", "i32 v128 v128 -> v128 i32 v128", code -> code
            .op(Opcode.BLOCK, three).op(Opcode.BLOCK, three)
            .i64(1).get(1).i32(3).get(2).get(0).op(Opcode.BR_TABLE, 0, 1, 1).end()
            .op(Opcode.DROP).op(Opcode.DROP).op(Opcode.DROP).get(2).i32(4).get(1).end())
        .function("swap", "i32 v128 v128 -> v128 v128", code -> code
            .get(1).get(2).op(Opcode.LOOP, loop).set(1).set(2).get(1).get(2)
            .get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 0).brIf(0).end())
        .function("choose", "i32 v128 -> v128", code -> code
            .get(1).get(0).op(Opcode.IF, choice).op(Opcode.V128_NOT).op(Opcode.ELSE).end()));

    assertArrayEquals(new Object[] {B, 4, A}, call(instance, "pick", 0, A, B));
    assertArrayEquals(new Object[] {A, 3, B}, call(instance, "pick", 1, A, B));
    assertArrayEquals(new Object[] {B, A}, call(instance, "swap", 1, A, B));
    assertArrayEquals(new Object[] {A, B}, call(instance, "swap", 2, A, B));
    assertArrayEquals(new Object[] {B}, call(instance, "choose", 0, B));
    assertArrayEquals(new Object[] {new long[] {~A[0], ~A[1]}}, call(instance, "choose", 1, A));
  }

  @Test
  void givenASelectThenBothHalvesAreChosen() throws CompileError, LinkError {
    Instance instance = instance(new ModuleBuilder()
        .function("select", "v128 v128 i32 -> v128", code -> code.get(0).get(1).get(2).op(Opcode.SELECT))
        .function("typed", "v128 v128 i32 -> v128", code -> code
            .get(0).get(1).get(2).op(Opcode.SELECT_T, ValType.V128.code()).set(1).get(1)));

    for (String name : new String[] {"select", "typed"}) {
      assertArrayEquals(new Object[] {A}, call(instance, name, A, B, 1));
      assertArrayEquals(new Object[] {B}, call(instance, name, A, B, 0));
    }
  }

  @Test
  void givenGlobalsThenBothHalvesAreSharedByTheHostAndAllInstances() throws CompileError, LinkError {
    Global host = Global.create(store, new GlobalType(ValType.V128, true), A[0], A[1]);
    Global constant = Global.create(store, new GlobalType(ValType.V128, false), B[0], B[1]);
    Linker linker = new Linker(store).define("h", "variable", host).define("h", "constant", constant);
    Instance instance = instance(new ModuleBuilder()
        .importGlobal("h", "variable", ValType.V128, true).importGlobal("h", "constant", ValType.V128, false)
        .global(ValType.I32, true, code -> code.i32(1))
        .global(ValType.V128, true, code -> code.op(Opcode.GLOBAL_GET, 1))
        .global(ValType.I32, true, code -> code.i32(2))
        .global(ValType.V128, false, code -> code.op(Opcode.V128_CONST, A))
        .export("own", 3, 3).export("fixed", 3, 5)
        .function("exchange", "-> i32 i32", code -> code
            .op(Opcode.GLOBAL_GET, 0).op(Opcode.GLOBAL_GET, 3).op(Opcode.GLOBAL_SET, 0).op(Opcode.GLOBAL_SET, 3)
            .op(Opcode.GLOBAL_GET, 2).op(Opcode.GLOBAL_GET, 4)), linker);
    Global own = instance.global("own").orElseThrow();

    assertArrayEquals(B, own.slots());
    assertArrayEquals(A, instance.global("fixed").orElseThrow().slots());
    assertArrayEquals(new Object[] {1, 2}, call(instance, "exchange"));
    assertArrayEquals(A, own.slots());
    assertArrayEquals(B, host.slots());
    own.set(8, 9);
    assertArrayEquals(new Object[] {1, 2}, call(instance, "exchange"));
    assertArrayEquals(new long[] {8, 9}, host.slots());
    assertThrows(IllegalStateException.class, () -> constant.set(1, 2));
  }

  @Test
  void givenAHostFunctionThenVectorsTakeTwoSlotsTheLowHalfFirst() throws CompileError, LinkError {
    Linker linker = new Linker(store).define("h", "f", FuncType.of("i32 v128 i64 -> i64 v128"), (caller, slots) -> {
      assertEquals(3, slots[0]);
      assertArrayEquals(A, new long[] {slots[1], slots[2]});
      long last = slots[3];
      slots[0] = last + 1;
      slots[1] = B[0];
      slots[2] = B[1];
    });
    Instance instance = instance(new ModuleBuilder().importFunction("h", "f", "i32 v128 i64 -> i64 v128")
        .function("run", "v128 -> v128 i64", List.of(ValType.V128, ValType.I64), code -> code
            .i32(3).get(0).i64(-5).call(0).set(1).set(2).get(1).get(2)), linker);

    assertArrayEquals(new Object[] {B, -4L}, call(instance, "run", (Object) A));
    assertThrows(IllegalArgumentException.class, () -> call(instance, "run", 1L));
  }
}
