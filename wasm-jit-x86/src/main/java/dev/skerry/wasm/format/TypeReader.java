package dev.skerry.wasm.format;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import java.util.List;
import java.util.Set;

/** Reads types (WASM core 5.3), and names the feature of those that this engine does not know. */
public final class TypeReader {

  /** The byte before the heap type of a nullable reference in its long form. */
  public static final int REF_NULL = 0x63;

  /** The byte before the heap type of a reference that is never null. */
  public static final int REF = 0x64;

  private static final int GROUP = 0x4e;
  private static final int FUNC = 0x60;
  /** Bounds of table sizes: the range of their indices. */
  private static final long MAX_TABLE = 0xffff_ffffL;
  private static final long MAX_TABLE_64 = -1L;
  private static final int LIMITS_BOUNDED = 1;
  private static final int LIMITS_SHARED = 2;
  private static final int LIMITS_64 = 4;

  private final ByteReader in;
  private final Allowance allowance;
  private final Set<Feature> features;
  private final TypeIndices indices;

  /**
   * A reader that accepts the types of WebAssembly 2.0 without SIMD, and of the features given.
   *
   * @param indices the defined types that may be named
   */
  public TypeReader(ByteReader in, Allowance allowance, TypeIndices indices) {
    this.in = in;
    this.allowance = allowance;
    this.features = allowance.features();
    this.indices = indices;
  }

  /** Refuses what belongs to a feature that this engine does not run. */
  public static CompileError unsupported(Feature feature, long offset) {
    return new CompileError(Kind.UNSUPPORTED, feature.title + " not supported", offset);
  }

  public ValType valueType() throws CompileError {
    return valueType("malformed value type");
  }

  public ValType referenceType() throws CompileError {
    int at = in.position();
    ValType type = valueType("malformed reference type");
    if (!type.isReference()) {
      throw new CompileError(Kind.MALFORMED, "malformed reference type", at);
    }
    return type;
  }

  /** The nullable reference to a heap type. */
  public ValType heapType() throws CompileError {
    int at = in.position();
    long code = in.s33();
    if (code >= 0) {
      need(Feature.TYPED_FUNCTION_REFERENCES, at);
      return ValType.nullable(indices.canonical((int) Math.min(code, Integer.MAX_VALUE), at));
    }
    ValType type = code >= -0x40 ? ValType.of((int) code & 0x7f) : null;
    if (type != null && type.isReference()) {
      if (type == ValType.EXNREF) {
        need(Feature.EXCEPTIONS, at);
      }
      return type;
    }
    throw refused((int) code & 0x7f, "malformed heap type", at);
  }

  private ValType valueType(String otherwise) throws CompileError {
    int at = in.position();
    int code = in.u8();
    if (code == REF_NULL) {
      return heapType();
    }
    if (code == REF) {
      need(Feature.TYPED_FUNCTION_REFERENCES, at);
      return heapType().nonNull();
    }
    if (code >= 0x80) {
      throw new CompileError(Kind.MALFORMED, "integer representation too long", at);
    }
    ValType type = ValType.of(code);
    if (type == null) {
      throw refused(code, otherwise, at);
    }
    if (type == ValType.V128) {
      need(Feature.SIMD, at);
    } else if (type == ValType.EXNREF) {
      need(Feature.EXCEPTIONS, at);
    }
    return type;
  }

  private void need(Feature feature, int at) throws CompileError {
    if (!features.contains(feature)) {
      throw unsupported(feature, at);
    }
  }

  private static CompileError refused(int code, String otherwise, int at) {
    return switch (code) {
      case 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74 -> unsupported(Feature.GARBAGE_COLLECTION, at);
      default -> new CompileError(Kind.MALFORMED, otherwise, at);
    };
  }

  /** Reads the entries of a type section; types of equal structure get the same canonical index. */
  public void types() throws CompileError {
    int groups = in.count(ModuleLimits.TYPES, "types");
    int total = 0;
    for (int i = 0; i < groups; i++) {
      int at = in.position();
      int members = 1;
      if (in.peek() == GROUP) {
        need(Feature.TYPED_FUNCTION_REFERENCES, at);
        in.u8();
        members = in.count(ModuleLimits.TYPES, "types");
      }
      total += members;
      ByteReader.checkLimit(total, ModuleLimits.TYPES, "types", at);
      allowance.take((long) members * ItemCost.DISTINCT_TYPE, at);
      indices.open(members);
      FuncType[] group = new FuncType[members];
      long values = 0;
      for (int j = 0; j < members; j++) {
        allowance.step();
        group[j] = functionType();
        values += group[j].params().size() + group[j].results().size();
      }
      allowance.take(values * ItemCost.VALUE, at);
      if (!indices.close(group)) {
        allowance.memory().giveBack(
            (long) members * (ItemCost.DISTINCT_TYPE - ItemCost.TYPE) + values * ItemCost.VALUE);
      }
    }
  }

  private FuncType functionType() throws CompileError {
    int at = in.position();
    int form = in.u8();
    switch (form) {
      case FUNC:
        return new FuncType(
            List.of(valueTypes(ModuleLimits.PARAMS, "parameters")),
            List.of(valueTypes(ModuleLimits.RESULTS, "results")));
      case 0x4f, 0x50, 0x5e, 0x5f:
        throw unsupported(Feature.GARBAGE_COLLECTION, at);
      default:
        throw new CompileError(
            Kind.MALFORMED, form >= 0x80 ? "integer representation too long" : "malformed definition type", at);
    }
  }

  private ValType[] valueTypes(int max, String what) throws CompileError {
    ValType[] types = new ValType[in.count(max, what)];
    for (int i = 0; i < types.length; i++) {
      types[i] = valueType();
    }
    return types;
  }

  /** A table type, validated. */
  public TableType tableType() throws CompileError {
    ValType element = referenceType();
    int at = in.position();
    int flags = limitsFlags();
    if ((flags & LIMITS_SHARED) != 0) {
      throw new CompileError(Kind.MALFORMED, "malformed limits flags", at);
    }
    boolean wide = (flags & LIMITS_64) != 0;
    String tooLarge = "table size must be at most 2^32-1 elements";
    return new TableType(element, limits(flags, wide ? MAX_TABLE_64 : MAX_TABLE, tooLarge), address(wide));
  }

  /** A memory type, validated. */
  public MemoryType memoryType() throws CompileError {
    int at = in.position();
    int flags = limitsFlags();
    boolean shared = (flags & LIMITS_SHARED) != 0;
    if (shared) {
      checkShared((flags & LIMITS_BOUNDED) != 0, at);
    }
    boolean wide = (flags & LIMITS_64) != 0;
    String tooLarge = "memory size must be at most " + (wide ? "2^48 pages" : "65536 pages (4GiB)");
    long bound = wide ? ModuleLimits.MEMORY_PAGES_64 : ModuleLimits.MEMORY_PAGES;
    return new MemoryType(limits(flags, bound, tooLarge), shared, address(wide));
  }

  private static ValType address(boolean wide) {
    return wide ? ValType.I64 : ValType.I32;
  }

  private void checkShared(boolean bounded, int at) throws CompileError {
    if (!features.contains(Feature.THREADS)) {
      throw bounded
          ? unsupported(Feature.THREADS, at)
          : new CompileError(Kind.MALFORMED, "malformed limits flags", at);
    }
    if (!bounded) {
      throw new CompileError(Kind.INVALID, "shared memory must have maximum", at);
    }
  }

  private int limitsFlags() throws CompileError {
    int at = in.position();
    int flags = in.u8();
    if (flags > (LIMITS_BOUNDED | LIMITS_SHARED | LIMITS_64)) {
      throw new CompileError(
          Kind.MALFORMED, flags >= 0x80 ? "integer representation too long" : "malformed limits flags", at);
    }
    if ((flags & LIMITS_64) != 0 && !features.contains(Feature.MEMORY64)) {
      throw unsupported(Feature.MEMORY64, at);
    }
    return flags;
  }

  private Limits limits(int flags, long bound, String tooLarge) throws CompileError {
    int at = in.position();
    long min = size(bound, tooLarge);
    if ((flags & LIMITS_BOUNDED) == 0) {
      return new Limits(min, Limits.UNBOUNDED);
    }
    long max = size(bound, tooLarge);
    if (Long.compareUnsigned(min, max) > 0) {
      throw new CompileError(Kind.INVALID, "size minimum must not be greater than maximum", at);
    }
    return Limits.bounded(min, max);
  }

  private long size(long bound, String tooLarge) throws CompileError {
    int at = in.position();
    long size = in.u64();
    if (Long.compareUnsigned(size, bound) > 0) {
      throw new CompileError(Kind.INVALID, tooLarge, at);
    }
    return size;
  }

  /** The type index of a tag; whether it fits is not checked. */
  public int tag() throws CompileError {
    int at = in.position();
    need(Feature.EXCEPTIONS, at);
    if (in.u8() != 0) {
      throw new CompileError(Kind.MALFORMED, "malformed tag attribute", at);
    }
    return in.u32();
  }

  public GlobalType globalType() throws CompileError {
    ValType value = valueType();
    int at = in.position();
    int mutability = in.u8();
    if (mutability > 1) {
      throw new CompileError(Kind.MALFORMED, "malformed mutability", at);
    }
    return new GlobalType(value, mutability == 1);
  }
}
