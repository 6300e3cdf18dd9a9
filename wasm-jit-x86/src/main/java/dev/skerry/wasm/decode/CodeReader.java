package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.validate.FunctionValidator;
import dev.skerry.wasm.validate.ModuleContext;
import java.util.Arrays;

/** Reads the code section (WASM core 5.5.13) and validates each body as it comes. */
final class CodeReader {

  private static final long MAX_LOCALS_OF_FORMAT = 0xffff_ffffL;
  private static final int[] NO_COUNTS = {};
  private static final ValType[] NO_TYPES = {};

  private final ModuleContext context;
  private final ByteReader in;
  private final TypeReader types;
  private final FunctionValidator validator;
  /** Null where bodies are validated as they come. */
  private final LaterValidation later;
  private int[] starts = {};
  private int next;
  private int contentsAt;
  private int sectionEnd;
  private boolean read;

  private int[] counts = new int[16];
  private ValType[] runs = new ValType[16];

  /** @param isKnown whether the module is known to be valid, so that bodies may be validated when they are needed */
  CodeReader(ModuleContext context, ByteReader in, boolean isKnown) {
    this.context = context;
    this.later = isKnown ? new LaterValidation() : null;
    this.in = in;
    this.types = new TypeReader(in, context.allowance, context.typeIndices);
    this.validator = new FunctionValidator(context, in);
  }

  /** Reads the number of bodies; the cursor stands behind the section's length, and the limit is its end. */
  void begin(int imported) throws CompileError {
    int at = in.position();
    contentsAt = at;
    int count = in.count(ModuleLimits.FUNCTIONS, "function bodies");
    read = true;
    if (count != context.functions.length - imported) {
      throw inconsistent(at);
    }
    starts = new int[count];
    sectionEnd = in.limit();
  }

  int sectionEnd() {
    return sectionEnd;
  }

  int contentsAt() {
    return contentsAt;
  }

  /** Whether a body is still to be read. */
  boolean isOpen() {
    return next < starts.length;
  }

  /** Says whether the next body has arrived whole, or so much of it that it is known to be wrong. */
  boolean isNextThere() {
    int sizeEnd = Math.min(in.numberEnd(in.position()), sectionEnd);
    if (sizeEnd < 0) {
      return in.available() >= sectionEnd;
    }
    int size = in.numberAt(in.position());
    return Integer.compareUnsigned(size, Math.min(sectionEnd - sizeEnd, ModuleLimits.FUNCTION_SIZE)) > 0
        || sizeEnd + size <= in.available();
  }

  /** Reads and validates the next body. */
  void next(int imported) throws CompileError {
    in.limit(sectionEnd);
    int at = in.position();
    int size = in.length();
    if (Integer.compareUnsigned(size, ModuleLimits.FUNCTION_SIZE) > 0) {
      ByteReader.checkLimit(size, ModuleLimits.FUNCTION_SIZE, "bytes in function " + (imported + next), at);
    }
    int end = in.position() + size;
    in.limit(end);
    starts[next] = at;
    int type = context.functions[imported + next++];
    if (later == null) {
      body(type);
    } else {
      in.skip(size);
    }
    in.limit(sectionEnd);
  }

  /** Reads and validates the body that begins at the cursor and ends at the limit. */
  void body(int type) throws CompileError {
    int runCount = locals(context.types[type].params().size());
    int[] localCounts = runCount == 0 ? NO_COUNTS : Arrays.copyOf(counts, runCount);
    ValType[] localTypes = runCount == 0 ? NO_TYPES : Arrays.copyOf(runs, runCount);
    validator.read(type, localCounts, localTypes);
  }

  /** Reads the runs of locals, drops empty ones, and returns how many are left. */
  private int locals(int params) throws CompileError {
    int at = in.position();
    int declared = in.count(Integer.MAX_VALUE, "runs of locals");
    long total = params;
    int kept = 0;
    boolean tooMany = false;
    for (int i = 0; i < declared; i++) {
      context.allowance.step();
      int count = in.u32();
      ValType type = types.valueType();
      total += count & 0xffff_ffffL;
      tooMany |= total > ModuleLimits.LOCALS;
      if (total - params > MAX_LOCALS_OF_FORMAT) {
        throw new CompileError(Kind.MALFORMED, "too many locals", at);
      }
      if (count != 0 && !tooMany) {
        if (kept == counts.length) {
          counts = Arrays.copyOf(counts, kept * 2);
          runs = Arrays.copyOf(runs, kept * 2);
        }
        counts[kept] = count;
        runs[kept++] = type;
      }
    }
    if (tooMany) {
      throw new CompileError(
          Kind.LIMIT, "too many locals: " + total + ", the limit is " + ModuleLimits.LOCALS, at);
    }
    return kept;
  }

  /** At the end of the module: every function needs its body. */
  void checkComplete(int imported) throws CompileError {
    if (!read && context.functions.length != imported) {
      throw inconsistent(in.position());
    }
  }

  private static CompileError inconsistent(int at) {
    return new CompileError(Kind.MALFORMED, "function and code section have inconsistent lengths", at);
  }

  FunctionBodies functionBodies(int imported) throws CompileError {
    if (later != null) {
      later.begin(context, in.bytes(), starts, imported);
    }
    return new FunctionBodies(in.bytes(), starts, context.groups.canonical(), later);
  }
}
