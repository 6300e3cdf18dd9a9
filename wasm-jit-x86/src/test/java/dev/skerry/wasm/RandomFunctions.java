package dev.skerry.wasm;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/** A module of three random functions on numbers, each of which may call those before it, and of four globals. */
public record RandomFunctions(TestModule module, List<FuncType> types) {

  /** The types of the globals. */
  public static final List<ValType> GLOBALS = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64);

  private static final int FUNCTIONS = 3;

  /** Writes such a module. */
  public static RandomFunctions write(Random random) {
    TestModule module = new TestModule()
        .global(ValType.I32, true, "i32.const 0").global(ValType.I64, true, "i64.const 0")
        .global(ValType.F32, true, "f32.const 0").global(ValType.F64, true, "f64.const 0");
    List<FuncType> types = new ArrayList<>();
    for (int i = 0; i < FUNCTIONS; i++) {
      FuncType type = i > 0 && random.nextBoolean() ? RandomProgram.similar(random, GLOBALS, types.get(i - 1))
          : RandomProgram.type(random, GLOBALS);
      RandomProgram.write(random, new RandomProgram.Plain(module, List.copyOf(types)), type, "f" + i);
      types.add(type);
    }
    for (int i = 0; i < GLOBALS.size(); i++) {
      module.export("g" + i, 3, i);
    }
    return new RandomFunctions(module, types);
  }

  /** The module as its validator has it. */
  public ModuleInfo info() throws CompileError {
    return ModuleReader.read(module.bytes(), Set.of(Feature.TAIL_CALLS));
  }

  /** Random arguments for a function. */
  public long[] arguments(Random random, int function) {
    return types.get(function).params().stream().mapToLong(param -> argument(random, param)).toArray();
  }

  private static long argument(Random random, ValType type) {
    return switch (type.toString()) {
      case "i32" -> random.nextInt() & 0xffff_ffffL;
      case "i64" -> random.nextLong();
      case "f32" -> Float.floatToRawIntBits(random.nextFloat()) & 0xffff_ffffL;
      default -> Double.doubleToRawLongBits(random.nextGaussian());
    };
  }

  /** What a call of a function in an instance of the module gives, as {@link #outcome} tells it. */
  public String call(Instance instance, int function, long[] arguments) {
    Func func = instance.func("f" + function).orElseThrow();
    int results = types.get(function).results().size();
    return outcome(function, () -> {
      long[] slots = Arrays.copyOf(arguments, Math.max(arguments.length, results));
      func.invoke(slots);
      return Arrays.copyOf(slots, results);
    });
  }

  /** The results of a function in brackets, or the message of its trap. */
  public String outcome(int function, Supplier<long[]> call) {
    List<ValType> results = types.get(function).results();
    try {
      long[] slots = call.get();
      List<String> shown = new ArrayList<>();
      for (int i = 0; i < slots.length; i++) {
        shown.add(show(slots[i], results.get(i)));
      }
      return shown.toString();
    } catch (Trap trap) {
      return trap.kind().message();
    }
  }

  /** Whether an outcome is one of results. */
  public static boolean isResult(String outcome) {
    return outcome.startsWith("[");
  }

  /** The globals of an instance of the module, as {@link #globals(long[])} tells them. */
  public static String globals(Instance instance) {
    long[] slots = new long[GLOBALS.size()];
    Arrays.setAll(slots, i -> instance.global("g" + i).orElseThrow().get());
    return globals(slots);
  }

  /** The values of the globals as text. */
  public static String globals(long[] slots) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < GLOBALS.size(); i++) {
      shown.add(show(slots[i], GLOBALS.get(i)));
    }
    return shown.toString();
  }

  /** A slot as text; all NaNs of a type look the same, for Java does not fix their payloads. */
  private static String show(long slot, ValType type) {
    boolean nan = type.equals(ValType.F32) ? Float.isNaN(Float.intBitsToFloat((int) slot))
        : type.equals(ValType.F64) && Double.isNaN(Double.longBitsToDouble(slot));
    return nan ? "NaN" : Long.toHexString(slot);
  }
}
