package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.decode.ModuleInfo.ConstExpr;
import dev.skerry.wasm.decode.ModuleInfo.DataSegment;
import dev.skerry.wasm.decode.ModuleInfo.ElementInits;
import dev.skerry.wasm.decode.ModuleInfo.ElementSegment;
import dev.skerry.wasm.decode.ModuleInfo.SegmentMode;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.ItemCost;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.validate.ConstExprValidator;
import dev.skerry.wasm.validate.ModuleContext;

/** Reads element, data count and data sections (WASM core 5.5.12, 5.5.14, 5.5.15). */
final class SegmentReader {

  /** Bits of an element segment's leading number. */
  private static final int NOT_ACTIVE = 1;
  private static final int EXPLICIT = 2;
  private static final int EXPRESSIONS = 4;

  private final ModuleContext context;
  private final ByteReader in;
  private final TypeReader types;
  private final ConstExprValidator constants;
  private ElementSegment[] elements = {};
  private DataSegment[] data = {};
  /** Entries of the element segments read so far. */
  private int entries;

  SegmentReader(ModuleContext context, ByteReader in) {
    this.context = context;
    this.in = in;
    this.types = new TypeReader(in, context.allowance, context.typeIndices);
    this.constants = new ConstExprValidator(context, in);
  }

  void elements() throws CompileError {
    int count = in.count(ModuleLimits.ELEMENT_SEGMENTS, "element segments");
    context.allowance.take((long) count * ItemCost.ELEMENT_SEGMENT, in.position());
    elements = new ElementSegment[count];
    context.elements = new ValType[elements.length];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = element();
      context.elements[i] = elements[i].element();
    }
  }

  private ElementSegment element() throws CompileError {
    int at = in.position();
    int flags = in.u32();
    if (Integer.compareUnsigned(flags, NOT_ACTIVE | EXPLICIT | EXPRESSIONS) > 0) {
      throw new CompileError(Kind.MALFORMED, "malformed elements segment kind", at);
    }
    SegmentMode mode = SegmentMode.ACTIVE;
    int target = 0;
    ConstExpr offset = null;
    if ((flags & NOT_ACTIVE) != 0) {
      mode = (flags & EXPLICIT) != 0 ? SegmentMode.DECLARATIVE : SegmentMode.PASSIVE;
    } else {
      target = (flags & EXPLICIT) != 0 ? in.u32() : 0;
      context.needTable(target, at);
      offset = constant(context.tables[target].address());
    }
    boolean compact = (flags & EXPRESSIONS) == 0;
    ValType type = compact ? ValType.FUNC : ValType.FUNCREF;
    if ((flags & (NOT_ACTIVE | EXPLICIT)) != 0) {
      type = compact ? elementKind() : types.referenceType();
    }
    if (mode == SegmentMode.ACTIVE && !type.matches(context.tables[target].element())) {
      throw new CompileError(Kind.INVALID, "type mismatch between an element segment and its table", at);
    }
    return new ElementSegment(mode, target, offset, type, compact ? functions() : expressions(type));
  }

  private ValType elementKind() throws CompileError {
    int at = in.position();
    if (in.u8() != 0) {
      throw new CompileError(Kind.MALFORMED, "malformed element kind", at);
    }
    return ValType.FUNC;
  }

  private ConstExpr constant(ValType type) throws CompileError {
    int from = in.position();
    constants.read(type);
    return new ConstExpr(from, in.position() - from);
  }

  private ElementInits functions() throws CompileError {
    int[] indices = new int[entryCount(ItemCost.ELEMENT)];
    for (int i = 0; i < indices.length; i++) {
      context.allowance.step();
      int at = in.position();
      indices[i] = in.u32();
      context.needFunction(indices[i], at);
      context.declared.set(indices[i]);
    }
    return new ElementInits(indices, null);
  }

  private int entryCount(int bytes) throws CompileError {
    int at = in.position();
    int count = in.count(ModuleLimits.TABLE_INIT_ENTRIES, "elements of a segment");
    entries += count;
    ByteReader.checkLimit(entries, ModuleLimits.ELEMENT_ENTRIES, "elements of all segments", at);
    context.allowance.take((long) count * bytes, at);
    return count;
  }

  private ElementInits expressions(ValType type) throws CompileError {
    ConstExpr[] all = new ConstExpr[entryCount(ItemCost.ELEMENT_EXPRESSION)];
    for (int i = 0; i < all.length; i++) {
      all[i] = constant(type);
    }
    return new ElementInits(null, all);
  }

  void dataCount() throws CompileError {
    int at = in.position();
    int count = in.u32();
    ByteReader.checkLimit(count, ModuleLimits.DATA_SEGMENTS, "data segments", at);
    context.dataCount = count;
  }

  void data() throws CompileError {
    int at = in.position();
    int count = in.count(ModuleLimits.DATA_SEGMENTS, "data segments");
    context.allowance.take((long) count * ItemCost.DATA_SEGMENT, at);
    data = new DataSegment[count];
    if (context.dataCount >= 0 && context.dataCount != data.length) {
      throw inconsistent(at);
    }
    for (int i = 0; i < data.length; i++) {
      data[i] = segment();
    }
  }

  private DataSegment segment() throws CompileError {
    int at = in.position();
    int flags = in.u32();
    if (Integer.compareUnsigned(flags, EXPLICIT) > 0) {
      throw new CompileError(Kind.MALFORMED, "malformed data segment kind", at);
    }
    SegmentMode mode = flags == NOT_ACTIVE ? SegmentMode.PASSIVE : SegmentMode.ACTIVE;
    int target = 0;
    ConstExpr offset = null;
    if (mode == SegmentMode.ACTIVE) {
      target = flags == EXPLICIT ? in.u32() : 0;
      context.needMemory(target, at);
      offset = constant(context.memories[target].address());
    }
    int length = in.length();
    int from = in.position();
    in.skip(length);
    return new DataSegment(mode, target, offset, from, length);
  }

  /** At the end of the module: a data count needs its data section. */
  void checkComplete() throws CompileError {
    if (context.dataCount > 0 && data.length == 0) {
      throw inconsistent(in.position());
    }
  }

  private static CompileError inconsistent(int at) {
    return new CompileError(Kind.MALFORMED, "data count and data section have inconsistent lengths", at);
  }

  ElementSegment[] elementSegments() {
    return elements;
  }

  DataSegment[] dataSegments() {
    return data;
  }
}
