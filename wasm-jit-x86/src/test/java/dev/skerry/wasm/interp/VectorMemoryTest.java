package dev.skerry.wasm.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every access of vectors and lanes, in memory 0, in another one and in one with 64-bit addresses, against an array;
 * outside it traps and writes nothing.
 */
class VectorMemoryTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_402);
  private static final int ROUNDS = 60;
  /** The case of 64-bit addresses, which is memory 1 too. */
  private static final int WIDE = 2;
  /** The memory section: two memories of one page, with 32-bit addresses. */
  private static final byte[] MEMORIES = {5, 5, 2, 0, 1, 0, 1};
  private static final int PAGE = 65_536;
  private static final long[] OFFSETS = {0, 7, 40_000, 65_520, 0xffff_ffffL};
  private static final Pattern EXTENDING = Pattern.compile("load(\\d+)x(\\d+)_([su])");

  private final byte[] bytes = new byte[PAGE];

  static Stream<Opcode> accesses() {
    return Arrays.stream(Opcode.values()).filter(VectorOp::isVector).filter(opcode ->
        opcode.immediate == Immediate.MEMARG || opcode.immediate == Immediate.MEMARG_LANE);
  }

  @ParameterizedTest
  @MethodSource("accesses")
  void givenAnyAddressThenTheAccessIsThatOfAnArrayOrTraps(Opcode opcode) throws CompileError, LinkError {
    Random random = new Random(SEED + opcode.code);
    int traps = 0;
    for (int memory = 0; memory <= WIDE; memory++) {
      for (long offset : OFFSETS) {
        int lane = opcode.immediate == Immediate.MEMARG_LANE ? random.nextInt(opcode.lanes()) : -1;
        random.nextBytes(bytes);
        try (Store store = Engine.create().newStore()) {
          byte[] module = module(opcode, memory, offset, lane);
          Instance instance = new Linker(store).instantiate(Module.compile(store.engine(), module));
          instance.memory("memory").orElseThrow().write(0, bytes, 0, PAGE);
          for (int round = 0; round < ROUNDS; round++) {
            traps += access(random, instance, module, opcode, offset, lane) ? 0 : 1;
          }
        }
      }
    }
    assertEquals(true, traps > ROUNDS && traps < 14 * ROUNDS, "traps: " + traps);
  }

  private static byte[] module(Opcode opcode, int memory, long offset, int lane) {
    boolean vector = opcode.signature.startsWith("iV");
    boolean stores = opcode.signature.endsWith(":");
    String type = (memory == WIDE ? "i64 " : "i32 ") + (vector ? "v128" : "") + " -> " + (stores ? "" : "v128");
    byte[] module = new ModuleBuilder().memory(1, -1).memory(1, -1).export("memory", 2, Math.min(memory, 1))
        .function("access", type, code -> {
          code.get(0);
          if (vector) {
            code.get(1);
          }
          long[] memarg = memory == 0 ? new long[] {0, offset} : new long[] {0x40, 1, offset};
          long[] immediates = Arrays.copyOf(memarg, memarg.length + (lane < 0 ? 0 : 1));
          if (lane >= 0) {
            immediates[memarg.length] = lane;
          }
          code.op(opcode, immediates);
        }).build();
    return memory == WIDE ? widen(module) : module;
  }

  /** Gives the second memory 64-bit addresses. */
  private static byte[] widen(byte[] module) {
    int at = 0;
    while (!Arrays.equals(MEMORIES, Arrays.copyOfRange(module, at, at + MEMORIES.length))) {
      at++;
    }
    module[at + MEMORIES.length - 2] = 4;
    return module;
  }

  /** Does one access; says whether it was inside. */
  private boolean access(Random random, Instance instance, byte[] module, Opcode opcode, long offset, int lane) {
    int size = opcode.accessBytes();
    int edge = (int) (PAGE - offset - size);
    int index = random.nextInt(3) == 0 ? random.nextInt() : edge + random.nextInt(5) - 2;
    long[] vector = {random.nextLong(), random.nextLong()};
    boolean wide = instance.func("access").orElseThrow().type().params().get(0).equals(ValType.I64);
    Object address = wide ? (Object) (long) index : (Object) index;
    Object[] args = opcode.signature.startsWith("iV") ? new Object[] {address, vector} : new Object[] {address};
    long at = (wide ? index : index & 0xffff_ffffL) + offset;
    String what = opcode.mnemonic + " at " + at + ", seed " + SEED;
    Memory memory = instance.memory("memory").orElseThrow();
    if (at + size > PAGE || wide && index < 0) {
      Trap trap = assertThrows(Trap.class, () -> instance.func("access").orElseThrow().call(args), what);
      assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
      assertEquals(0xfd, module[(int) trap.frames().get(0).offset()] & 0xff, what);
      assertArrayEquals(bytes, memory.read(0, PAGE), what);
      return false;
    }
    Object[] results = instance.func("access").orElseThrow().call(args);
    if (results.length == 0) {
      byte[] all = bytes(vector);
      System.arraycopy(all, lane < 0 ? 0 : lane * size, bytes, (int) at, size);
      assertArrayEquals(bytes, memory.read(0, PAGE), what);
    } else {
      byte[] expected = loaded(opcode, Arrays.copyOfRange(bytes, (int) at, (int) at + size), vector, lane);
      assertArrayEquals(expected, bytes((long[]) results[0]), what);
    }
    return true;
  }

  private static byte[] loaded(Opcode opcode, byte[] read, long[] vector, int lane) {
    byte[] result = new byte[16];
    Matcher extending = EXTENDING.matcher(opcode.mnemonic);
    if (extending.find()) {
      int width = Integer.parseInt(extending.group(1)) / 8;
      for (int i = 0; i < 16; i++) {
        int from = i / (2 * width) * width;
        int sign = extending.group(3).equals("s") ? read[from + width - 1] >> 7 : 0;
        result[i] = i % (2 * width) < width ? read[from + i % (2 * width)] : (byte) sign;
      }
    } else if (opcode.mnemonic.endsWith("splat")) {
      for (int i = 0; i < 16; i++) {
        result[i] = read[i % read.length];
      }
    } else {
      result = lane < 0 ? result : bytes(vector);
      System.arraycopy(read, 0, result, Math.max(lane, 0) * read.length, read.length);
    }
    return result;
  }

  private static byte[] bytes(long[] halves) {
    byte[] bytes = new byte[16];
    for (int i = 0; i < 16; i++) {
      bytes[i] = BigInteger.valueOf(halves[i / 8]).shiftRight(8 * (i % 8)).byteValue();
    }
    return bytes;
  }
}
