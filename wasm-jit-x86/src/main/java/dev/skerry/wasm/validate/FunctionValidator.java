package dev.skerry.wasm.validate;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;

/**
 * Decodes and validates function bodies, one pass over each (WASM core 3.4, algorithm of appendix 7.3). One validator
 * serves all bodies of a module and takes no memory for an instruction.
 */
public final class FunctionValidator {

  private static final int I32 = ValType.I32.code();
  private static final int[] NONE = {};
  // Kinds of catch clauses; odd ones take a reference.
  private static final int CATCH_ALL = 2;
  private static final int CATCH_ALL_REF = 3;
  private static final int MEMORY_INDEX_FOLLOWS = 0x40;
  private static final int SHUFFLED_LANES = 16;
  private static final int ALIGNMENT = 0x3f;
  private static final int MAX_MEMORY_FLAGS = 0x80;
  private static final long MAX_OFFSET = 0xffff_ffffL;

  private final ModuleContext context;
  private final ByteReader in;
  private final TypeReader types;
  private final OpcodeReader opcodes;
  private final OperandStack stack;
  private final ControlStack control;
  private final LocalTypes locals = new LocalTypes();
  private int[] labels = new int[16];
  private int[] results;

  public FunctionValidator(ModuleContext context, ByteReader in) {
    this.context = context;
    this.in = in;
    this.types = new TypeReader(in, context.allowance, context.typeIndices);
    this.opcodes = new OpcodeReader(in, context.features);
    this.stack = new OperandStack(context.allowance);
    this.control = new ControlStack(context.allowance);
  }

  /**
   * Reads one expression, from the cursor to the reader's limit.
   *
   * @param type index of the function's type
   * @param localCounts run lengths of the declared locals, within the limits
   */
  public void read(int type, int[] localCounts, ValType[] localTypes) throws CompileError {
    locals.declare(context.params(type), localCounts, localTypes, in.remaining());
    results = context.results(type);
    stack.clear();
    control.clear();
    control.push(Opcode.BLOCK, NONE, results, 0, false, 0, in.position());
    while (control.depth() > 0) {
      context.allowance.step();
      instruction();
    }
    if (!in.atEnd()) {
      throw in.malformed("section size mismatch");
    }
  }

  private void instruction() throws CompileError {
    stack.at(in.position());
    Opcode opcode = opcodes.read();
    switch (opcode.immediate) {
      case NONE -> {
        if (opcode.signature != null) {
          apply(opcode);
        } else {
          structured(opcode);
        }
      }
      case LOCAL -> local(opcode);
      case MEMARG, ATOMIC -> {
        applyAt(memoryArgument(opcode), opcode);
      }
      case FENCE -> {
        if (in.u8() != 0) {
          throw in.malformed("zero byte expected");
        }
      }
      case LANE -> {
        lane(opcode.lanes());
        apply(opcode);
      }
      case MEMARG_LANE -> {
        int address = memoryArgument(opcode);
        lane(opcode.lanes());
        applyAt(address, opcode);
      }
      case SHUFFLE -> {
        for (int i = 0; i < SHUFFLED_LANES; i++) {
          lane(2 * SHUFFLED_LANES);
        }
        apply(opcode);
      }
      default -> withImmediates(opcode);
    }
  }

  /** Pops and pushes by the opcode's fixed signature. */
  private void apply(Opcode opcode) throws CompileError {
    int signature = Signatures.of(opcode);
    for (int operands = signature & 0xffffff; operands != 0; operands >>>= 8) {
      stack.pop(operands & 0xff);
    }
    int result = signature >>> 24;
    if (result != 0) {
      stack.push(result);
    }
  }

  /** As {@link #apply}, of a memory instruction: its first operand is the address, whose type is the memory's. */
  private void applyAt(int address, Opcode opcode) throws CompileError {
    int signature = Signatures.of(opcode);
    int operands = signature & 0xffffff;
    for (; operands >>> 8 != 0; operands >>>= 8) {
      stack.pop(operands & 0xff);
    }
    stack.pop(address);
    int result = signature >>> 24;
    if (result != 0) {
      stack.push(result);
    }
  }

  private void local(Opcode opcode) throws CompileError {
    int index = in.u32();
    int type = locals.type(index, stack.at());
    if (opcode == Opcode.LOCAL_GET) {
      locals.checkInitialized(index, type, stack.at());
      stack.push(type);
    } else {
      stack.pop(type);
      locals.initialize(index, type);
      if (opcode == Opcode.LOCAL_TEE) {
        stack.push(type);
      }
    }
  }

  /** Reads and checks a memory argument; the type of the memory's addresses. */
  private int memoryArgument(Opcode opcode) throws CompileError {
    int flags = in.u32();
    if (Integer.compareUnsigned(flags, MAX_MEMORY_FLAGS) >= 0) {
      throw new CompileError(Kind.MALFORMED, "malformed memop flags", stack.at());
    }
    int memory = (flags & MEMORY_INDEX_FOLLOWS) != 0 ? in.u32() : 0;
    long offset = in.u64();
    context.needMemory(memory, stack.at());
    checkAlignment(opcode, flags & ALIGNMENT);
    int address = context.memories[memory].address().code();
    if (address == I32 && Long.compareUnsigned(offset, MAX_OFFSET) > 0) {
      throw new CompileError(Kind.INVALID, "offset out of range", stack.at());
    }
    return address;
  }

  private void checkAlignment(Opcode opcode, int align) throws CompileError {
    int natural = Integer.numberOfTrailingZeros(opcode.accessBytes());
    if (align > natural && opcode.immediate != Immediate.ATOMIC) {
      throw new CompileError(Kind.INVALID, "alignment must not be larger than natural", stack.at());
    }
    if (align != natural && opcode.immediate == Immediate.ATOMIC) {
      throw new CompileError(Kind.INVALID, "atomic alignment must be natural", stack.at());
    }
  }

  private void lane(int lanes) throws CompileError {
    if (in.u8() >= lanes) {
      throw new CompileError(Kind.INVALID, "invalid lane index", stack.at());
    }
  }

  /** Instructions without immediates whose types depend on what is around them. */
  private void structured(Opcode opcode) throws CompileError {
    switch (opcode) {
      case UNREACHABLE -> stack.unreachable();
      case NOP -> { }
      case ELSE -> otherBranch();
      case END -> end();
      case CATCH_ALL -> catchBranch(opcode);
      case THROW_REF -> {
        stack.pop(ValType.EXNREF.code());
        stack.unreachable();
      }
      case RETURN -> {
        stack.popAll(results);
        stack.unreachable();
      }
      case DROP -> stack.popAny();
      case SELECT -> select();
      case REF_IS_NULL -> {
        popReference();
        stack.push(I32);
      }
      case REF_AS_NON_NULL -> stack.push(ValType.nonNull(popReference()));
      default -> throw new AssertionError(opcode);
    }
  }

  /** Pops any reference; where its type is unknown, that of the heap type that matches all others. */
  private int popReference() throws CompileError {
    int type = stack.popAny();
    if (type == OperandStack.BOTTOM) {
      return ValType.BOTTOM_REFERENCE;
    }
    if (!new ValType(type).isReference()) {
      throw mismatch("expected a reference");
    }
    return type;
  }

  private void withImmediates(Opcode opcode) throws CompileError {
    switch (opcode) {
      case BLOCK, LOOP, IF, TRY, TRY_TABLE -> block(opcode);
      case THROW -> {
        stack.popAll(tagParams());
        stack.unreachable();
      }
      case CATCH -> {
        int[] params = tagParams();
        catchBranch(opcode);
        stack.pushAll(params);
      }
      case RETHROW -> rethrow();
      case DELEGATE -> delegate();
      case BR -> {
        stack.popAll(control.label(in.u32(), stack.at()));
        stack.unreachable();
      }
      case BR_IF -> {
        int[] label = control.label(in.u32(), stack.at());
        stack.pop(I32);
        stack.retype(label);
      }
      case BR_TABLE -> branchTable();
      case CALL -> {
        int function = in.u32();
        context.needFunction(function, stack.at());
        call(context.functions[function]);
      }
      case CALL_INDIRECT -> call(indirectType());
      case RETURN_CALL -> {
        int function = in.u32();
        context.needFunction(function, stack.at());
        tailCall(context.functions[function]);
      }
      case RETURN_CALL_INDIRECT -> tailCall(indirectType());
      case CALL_REF -> call(referredType());
      case RETURN_CALL_REF -> tailCall(referredType());
      case BR_ON_NULL -> {
        int[] label = control.label(in.u32(), stack.at());
        int type = popReference();
        stack.retype(label);
        stack.push(ValType.nonNull(type));
      }
      case BR_ON_NON_NULL -> branchOnNonNull();
      case SELECT_T -> typedSelect();
      case GLOBAL_GET, GLOBAL_SET -> global(opcode);
      case I32_CONST -> {
        in.s32();
        apply(opcode);
      }
      case I64_CONST -> {
        in.s64();
        apply(opcode);
      }
      case F32_CONST -> {
        in.fixed32();
        apply(opcode);
      }
      case F64_CONST -> {
        in.fixed64();
        apply(opcode);
      }
      case V128_CONST -> {
        in.fixed64();
        in.fixed64();
        apply(opcode);
      }
      case REF_NULL -> stack.push(types.heapType().code());
      case REF_FUNC -> refFunc();
      default -> bulk(opcode);
    }
  }

  private void block(Opcode opcode) throws CompileError {
    int[] start = NONE;
    int[] end;
    int at = in.position();
    int first = in.peek();
    if (first == 0x40) {
      in.u8();
      end = NONE;
    } else if (first < 0x80 && first > 0x40) {
      end = context.single(types.valueType().code());
    } else {
      long index = in.s33();
      if (index < 0) {
        throw new CompileError(Kind.MALFORMED, "malformed block type", at);
      }
      context.needType((int) Math.min(index, Integer.MAX_VALUE), at);
      start = context.params((int) index);
      end = context.results((int) index);
    }
    if (opcode == Opcode.IF) {
      stack.pop(I32);
    } else if (opcode == Opcode.TRY_TABLE) {
      catchClauses();
    }
    stack.popAll(start);
    control.push(opcode, start, end, stack.floor(), stack.polymorphic(), locals.initialized(),
        stack.at());
    stack.enter();
    stack.pushAll(start);
  }

  private void otherBranch() throws CompileError {
    if (control.opcode() != Opcode.IF) {
      throw new CompileError(Kind.MALFORMED, "END opcode expected", stack.at());
    }
    stack.popAll(control.end());
    stack.checkEmpty();
    control.turnTo(Opcode.ELSE);
    locals.reset(control.initialized());
    stack.enter();
    stack.pushAll(control.start());
  }

  /** Reads the catch clauses of a try_table; their labels are those outside of it. */
  private void catchClauses() throws CompileError {
    int count = in.count(ModuleLimits.CATCH_CLAUSES, "catch clauses");
    for (int i = 0; i < count; i++) {
      int at = in.position();
      int kind = in.u8();
      if (kind > CATCH_ALL_REF) {
        throw new CompileError(Kind.MALFORMED, "malformed catch clause", at);
      }
      int[] values = kind < CATCH_ALL ? tagParams() : NONE;
      int[] label = control.label(in.u32(), stack.at());
      int references = kind & 1;
      boolean fits = label.length == values.length + references
          && (references == 0 || ValType.matches(ValType.nonNull(ValType.EXNREF.code()), label[values.length]));
      for (int j = 0; fits && j < values.length; j++) {
        fits = ValType.matches(values[j], label[j]);
      }
      if (!fits) {
        throw mismatch("a catch clause does not fit its label");
      }
    }
  }

  private int[] tagParams() throws CompileError {
    int tag = in.u32();
    context.needTag(tag, stack.at());
    return context.params(context.tags[tag]);
  }

  private void catchBranch(Opcode opcode) throws CompileError {
    if (control.opcode() != Opcode.TRY && control.opcode() != Opcode.CATCH) {
      throw new CompileError(Kind.MALFORMED, "END opcode expected", stack.at());
    }
    stack.popAll(control.end());
    stack.checkEmpty();
    control.turnTo(opcode);
    locals.reset(control.initialized());
    stack.enter();
  }

  private void rethrow() throws CompileError {
    Opcode part = control.opcode(in.u32(), stack.at());
    if (part != Opcode.CATCH && part != Opcode.CATCH_ALL) {
      throw new CompileError(Kind.INVALID, "invalid rethrow label", stack.at());
    }
    stack.unreachable();
  }

  /** Ends a try; its label is one of those outside of it. */
  private void delegate() throws CompileError {
    if (control.opcode() != Opcode.TRY) {
      throw new CompileError(Kind.MALFORMED, "END opcode expected", stack.at());
    }
    int label = in.u32();
    ModuleContext.need(label, control.depth() - 1, "label", stack.at());
    end();
  }

  private void end() throws CompileError {
    int[] end = control.end();
    stack.popAll(end);
    if (control.opcode() == Opcode.IF && !ModuleContext.matches(control.start(), end)) {
      throw mismatch("an if without else must leave what it takes");
    }
    stack.leave(control.outerFloor(), control.outerPolymorphic());
    locals.reset(control.initialized());
    control.pop();
    stack.pushAll(end);
  }

  private void branchTable() throws CompileError {
    int count = in.count(ModuleLimits.BR_TABLE_LABELS, "labels of br_table");
    if (labels.length <= count) {
      labels = new int[count + 1];
    }
    for (int i = 0; i <= count; i++) {
      labels[i] = in.u32();
    }
    stack.pop(I32);
    int[] otherwise = control.label(labels[count], stack.at());
    int[] last = otherwise;
    for (int i = 0; i < count; i++) {
      int[] label = control.label(labels[i], stack.at());
      // Comparing costs a fraction of checking, and a body may hold millions of labels of a thousand values each.
      context.allowance.step();
      if (label != last && !Arrays.equals(label, last)) {
        if (label.length != otherwise.length) {
          throw mismatch("the labels of br_table take different numbers of values");
        }
        stack.check(label);
        last = label;
      }
    }
    stack.popAll(otherwise);
    stack.unreachable();
  }

  private void call(int type) throws CompileError {
    stack.popAll(context.params(type));
    stack.pushAll(context.results(type));
  }

  private void tailCall(int type) throws CompileError {
    if (!ModuleContext.matches(context.results(type), results)) {
      throw mismatch("a tail call must leave what the function leaves");
    }
    stack.popAll(context.params(type));
    stack.unreachable();
  }

  private void branchOnNonNull() throws CompileError {
    int[] label = control.label(in.u32(), stack.at());
    int type = ValType.nonNull(popReference());
    if (label.length == 0) {
      throw mismatch("the label of br_on_non_null takes no reference");
    }
    stack.push(type);
    stack.retype(label);
    stack.popAny();
  }

  /** Reads what a call through a reference names, and pops the reference; the type that it calls. */
  private int referredType() throws CompileError {
    int type = in.u32();
    context.needType(type, stack.at());
    stack.pop(context.reference(type) & ~ValType.CONCRETE_NON_NULL);
    return type;
  }

  /** Reads what an indirect call names, and pops the index; the type that it calls. */
  private int indirectType() throws CompileError {
    int type = in.u32();
    int table = in.u32();
    context.needTable(table, stack.at());
    context.needType(type, stack.at());
    if (!context.tables[table].element().matches(ValType.FUNCREF)) {
      throw mismatch("call_indirect needs a table of functions");
    }
    stack.pop(context.tables[table].address().code());
    return type;
  }

  private void select() throws CompileError {
    stack.pop(I32);
    int second = stack.popAny();
    int first = stack.popAny();
    if (isReference(first) || isReference(second)
        || first != second && first != OperandStack.BOTTOM && second != OperandStack.BOTTOM) {
      throw mismatch("select without a type needs two numbers or vectors of one type");
    }
    stack.push(first == OperandStack.BOTTOM ? second : first);
  }

  private static boolean isReference(int type) {
    return type != OperandStack.BOTTOM && new ValType(type).isReference();
  }

  private void typedSelect() throws CompileError {
    int count = in.count(ModuleLimits.RESULTS, "types of select");
    int type = OperandStack.BOTTOM;
    for (int i = 0; i < count; i++) {
      type = types.valueType().code();
    }
    if (count != 1) {
      throw new CompileError(Kind.INVALID, "invalid result arity", stack.at());
    }
    stack.pop(I32);
    stack.pop(type);
    stack.pop(type);
    stack.push(type);
  }

  private void global(Opcode opcode) throws CompileError {
    int index = in.u32();
    context.needGlobal(index, stack.at());
    GlobalType global = context.globals[index];
    if (opcode == Opcode.GLOBAL_GET) {
      stack.push(global.value().code());
      return;
    }
    if (!global.mutable()) {
      throw new CompileError(Kind.INVALID, "immutable global", stack.at());
    }
    stack.pop(global.value().code());
  }

  private void refFunc() throws CompileError {
    int function = in.u32();
    context.needFunction(function, stack.at());
    if (!context.declared.get(function)) {
      throw new CompileError(Kind.INVALID, "undeclared function reference", stack.at());
    }
    stack.push(context.reference(context.functions[function]));
  }

  private void bulk(Opcode opcode) throws CompileError {
    switch (opcode) {
      case TABLE_GET -> {
        TableType table = table();
        stack.pop(table.address().code());
        stack.push(table.element().code());
      }
      case TABLE_SET -> {
        TableType table = table();
        stack.pop(table.element().code());
        stack.pop(table.address().code());
      }
      case TABLE_GROW -> {
        TableType table = table();
        stack.pop(table.address().code());
        stack.pop(table.element().code());
        stack.push(table.address().code());
      }
      case TABLE_FILL -> {
        TableType table = table();
        stack.pop(table.address().code());
        stack.pop(table.element().code());
        stack.pop(table.address().code());
      }
      case TABLE_SIZE -> stack.push(table().address().code());
      case TABLE_COPY -> {
        TableType target = table();
        TableType source = table();
        if (!source.element().matches(target.element())) {
          throw mismatch("table.copy between tables of different types");
        }
        popCopied(target.address().code(), source.address().code());
      }
      case TABLE_INIT -> {
        int segment = elementSegment();
        TableType table = table();
        if (!ValType.matches(segment, table.element().code())) {
          throw mismatch("table.init from a segment of another type");
        }
        popInitialized(table.address().code());
      }
      case ELEM_DROP -> elementSegment();
      case MEMORY_SIZE -> stack.push(memory());
      case MEMORY_GROW -> {
        int address = memory();
        stack.pop(address);
        stack.push(address);
      }
      case MEMORY_FILL -> {
        int address = memory();
        stack.pop(address);
        stack.pop(I32);
        stack.pop(address);
      }
      case MEMORY_COPY -> {
        int target = memory();
        popCopied(target, memory());
      }
      case MEMORY_INIT -> {
        dataSegment();
        popInitialized(memory());
      }
      case DATA_DROP -> dataSegment();
      default -> throw new AssertionError(opcode);
    }
  }

  /** The operands of a copy; its length has the narrower of the two address types. */
  private void popCopied(int target, int source) throws CompileError {
    stack.pop(target == source ? target : I32);
    stack.pop(source);
    stack.pop(target);
  }

  private void popInitialized(int target) throws CompileError {
    stack.pop(I32);
    stack.pop(I32);
    stack.pop(target);
  }

  private TableType table() throws CompileError {
    int index = in.u32();
    context.needTable(index, stack.at());
    return context.tables[index];
  }

  /** Reads a memory index; the type of the memory's addresses. */
  private int memory() throws CompileError {
    int index = in.u32();
    context.needMemory(index, stack.at());
    return context.memories[index].address().code();
  }

  private int elementSegment() throws CompileError {
    int index = in.u32();
    ModuleContext.need(index, context.elements.length, "elem segment", stack.at());
    return context.elements[index].code();
  }

  private void dataSegment() throws CompileError {
    int index = in.u32();
    if (context.dataCount < 0) {
      throw new CompileError(Kind.MALFORMED, "data count section required", stack.at());
    }
    ModuleContext.need(index, context.dataCount, "data segment", stack.at());
  }

  private CompileError mismatch(String detail) {
    return new CompileError(Kind.INVALID, "type mismatch: " + detail, stack.at());
  }
}
