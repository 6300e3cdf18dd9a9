package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.RecursionGroups;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.TypeIndices;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of a module while it is read: the context C of WASM core 3.1.1. The decoder fills it section by
 * section, in the order of the format; what a validation rule needs is always read before the rule applies.
 */
public final class ModuleContext {

  public final Allowance allowance;
  /** What may be used beyond WebAssembly 2.0 without SIMD. */
  public final Set<Feature> features;
  public final TypeIndices typeIndices = new TypeIndices();
  public FuncType[] types = {};
  public RecursionGroups groups = RecursionGroups.NONE;
  /** Type index of each function, imports first. */
  public int[] functions = {};
  public TableType[] tables = {};
  public MemoryType[] memories = {};
  /** Globals, imports first; only the first {@link #globalCount} are defined at this moment. */
  public GlobalType[] globals = {};
  public int globalCount;
  /** Type index of each tag, imports first. */
  public int[] tags = {};
  /** Reference type of each element segment. */
  public ValType[] elements = {};
  /** From the data count section; -1 where there is none. */
  public int dataCount = -1;
  /** The functions that occur outside of bodies: {@code ref.func} may name them only (C.refs). */
  public final BitSet declared = new BitSet();

  private static final int[] NONE = {};
  /** What a block with one result leaves, by that result's code where it is not concrete. */
  private static final int[][] SINGLE = new int[0x100][];

  static {
    Arrays.setAll(SINGLE, code -> new int[] {code});
  }

  private final Map<Integer, int[]> concreteSingle = new HashMap<>();
  private int[][] params = {};
  private int[][] results = {};

  public ModuleContext(Allowance allowance) {
    this.allowance = allowance;
    this.features = allowance.features();
  }

  /** Takes the types over when the type section was read. */
  public void types() {
    types = typeIndices.types();
    groups = typeIndices.groups();
    FuncType[] all = types;
    params = new int[all.length][];
    results = new int[all.length][];
    for (int i = 0; i < all.length; i++) {
      allowance.step();
      params[i] = codes(all[i].params());
      results[i] = codes(all[i].results());
    }
  }

  private static int[] codes(List<ValType> list) {
    if (list.isEmpty()) {
      return NONE;
    }
    int[] codes = new int[list.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = list.get(i).code();
    }
    return codes;
  }

  /** Codes of a type's parameters. */
  int[] params(int type) {
    return params[type];
  }

  /** Codes of a type's results. */
  int[] results(int type) {
    return results[type];
  }

  /** The code of a non-null reference to a type. */
  int reference(int type) {
    return ValType.nullable(groups.canonical()[type]).nonNull().code();
  }

  /** A list of one type; the same for the same type. */
  int[] single(int code) {
    return code >= 0 ? SINGLE[code] : concreteSingle.computeIfAbsent(code, key -> new int[] {key});
  }

  /** Says whether each of some types is a subtype of its counterpart. */
  static boolean matches(int[] actual, int[] expected) {
    if (actual.length != expected.length) {
      return false;
    }
    for (int i = 0; i < actual.length; i++) {
      if (!ValType.matches(actual[i], expected[i])) {
        return false;
      }
    }
    return true;
  }

  /** Checks a type index. */
  public void needType(int index, long offset) throws CompileError {
    need(index, types.length, "type", offset);
  }

  public void needFunction(int index, long offset) throws CompileError {
    need(index, functions.length, "function", offset);
  }

  public void needTable(int index, long offset) throws CompileError {
    need(index, tables.length, "table", offset);
  }

  public void needMemory(int index, long offset) throws CompileError {
    need(index, memories.length, "memory", offset);
  }

  public void needGlobal(int index, long offset) throws CompileError {
    need(index, globalCount, "global", offset);
  }

  /** Checks the type of a tag that is declared now. */
  public void needTagType(int type, long offset) throws CompileError {
    needType(type, offset);
    if (results[type].length != 0) {
      throw new CompileError(Kind.INVALID, "non-empty tag result type", offset);
    }
  }

  public void needTag(int index, long offset) throws CompileError {
    need(index, tags.length, "tag", offset);
  }

  static void need(int index, int count, String what, long offset) throws CompileError {
    if (Integer.compareUnsigned(index, count) >= 0) {
      throw new CompileError(
          Kind.INVALID, "unknown " + what + " " + Integer.toUnsignedString(index), offset);
    }
  }
}
