package dev.skerry.wasm.interp;

import dev.skerry.wasm.decode.FuelPlan;
import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.semantics.FloatArithmetic;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Makes register code from one validated function body in one walk. Locals and constants stay where they are until an
 * instruction needs them, results go straight to the local that they are assigned to, and comparisons melt into the
 * branches that use them. Values are in their own slots wherever control flow joins.
 */
public final class Translator {

  private static final FuncType EMPTY = new FuncType(List.of(), List.of());
  private static final int EMPTY_BLOCK = -64;
  /** One instruction may take time in the number of its operands, of which there may be thousands. */
  private static final int INSTRUCTIONS_PER_POLL = 64;

  private final ModuleInfo module;
  private final ModuleLayout layout;
  private final IntUnaryOperator typeIds;
  private final boolean canonicalNaN;
  private final InstructionReader reader;
  /** Byte offset of the body in the module. */
  private final int begin;
  private final FuncType type;
  private final CodeBuffer code = new CodeBuffer();
  private final Handlers handlers = new Handlers();
  private final FramePlan plan;
  private final Locals locals;
  private final OperandStack stack;
  private final Emitter emit;
  private final ControlFlow control;
  private final VectorTranslator vectors;
  private final FuelPlan fuel;

  private Translator(ModuleInfo module, ModuleLayout layout, IntUnaryOperator typeIds, boolean canonicalNaN,
                     boolean counted, int function, Runnable poll) {
    this.module = module;
    this.canonicalNaN = canonicalNaN;
    this.layout = layout;
    this.typeIds = typeIds;
    ModuleInfo.FunctionBody body = module.bodies().get(function - module.importedFunctions());
    type = module.types()[module.functions()[function]];
    begin = body.offset();
    reader = new InstructionReader(module.bytes(), begin);
    fuel = counted ? FuelPlan.of(module, body, poll) : FuelPlan.NONE;
    locals = new Locals(type, body);
    plan = new FramePlan(type.paramSlots(), locals.slots());
    stack = new OperandStack(locals.count(), plan);
    emit = new Emitter(code, stack, plan, locals);
    control = new ControlFlow(
        type, code, stack, emit, handlers, tag -> module.types()[module.tags()[tag]].params());
    vectors = new VectorTranslator(code, stack, emit, layout);
    code.at(begin);
  }

  /**
   * Translates one function that the module defines.
   *
   * @param typeIds canonical numbers of function types, by type index
   * @param canonicalNaN whether arithmetic yields no other NaN than the canonical one
   * @param fuel whether the code counts what it does
   * @param function index in the function index space
   * @param poll called every fraction of a millisecond; what it throws ends the translation
   */
  public static TranslatedFunction translate(
      ModuleInfo module, ModuleLayout layout, IntUnaryOperator typeIds, boolean canonicalNaN, boolean fuel,
      int function, Runnable poll) {
    return new Translator(module, layout, typeIds, canonicalNaN, fuel, function, poll).translate(poll);
  }

  private TranslatedFunction translate(Runnable poll) {
    for (int count = 0; control.isOpen(); count++) {
      if (count % INSTRUCTIONS_PER_POLL == 0) {
        poll.run();
      }
      Opcode opcode = reader.next();
      code.at(reader.offset);
      boolean begins = fuel.beginsAt(reader.offset);
      if (control.isReachable()) {
        if (begins) {
          code.emit(Op.FUEL, fuel.cost(), fuel.looks() ? 1 : 0, 0);
        }
        instruction(opcode);
      } else {
        control.skip(opcode, reader.index);
      }
    }
    return prologue(code.finish(plan), code.offsets());
  }

  /** Puts the entry in front: what the frame needs is known only now. */
  private TranslatedFunction prologue(int[] body, int[] offsets) {
    CodeBuffer head = new CodeBuffer();
    head.at(begin);
    head.emit(Op.ENTER, plan.frameBytes(), plan.declaredSlots(), plan.constantCount());
    for (int i = 0; i < plan.constantCount(); i++) {
      head.emitConstant(Op.DATA, 0, plan.constantValue(i));
    }
    return new TranslatedFunction(join(head.finish(plan), body), join(head.offsets(), offsets),
        handlers.table(plan, head.size()), control.loops().finish(head.size(), plan.offset(FramePlan.operand(0))));
  }

  private static int[] join(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private void instruction(Opcode opcode) {
    switch (opcode) {
      case NOP -> { }
      case UNREACHABLE -> {
        code.emit(Op.UNREACHABLE, 0, 0, 0);
        control.leave();
      }
      case BLOCK, LOOP, IF -> control.open(opcode, blockType(reader.index));
      case TRY -> control.openGuarded(opcode, blockType(reader.index));
      case TRY_TABLE -> control.openTryTable(blockType(reader.index), reader.clauses);
      case CATCH, CATCH_ALL -> control.catches(opcode, reader.index);
      case DELEGATE -> control.delegate(reader.index);
      case THROW -> raise();
      case THROW_REF -> raise(emit.use(stack.size() - 1));
      case RETHROW -> raise(control.caught(reader.index));
      case ELSE -> control.otherwise();
      case END -> control.end();
      case BR -> control.branch(reader.index);
      case BR_IF -> control.branchIf(reader.index);
      case BR_TABLE -> control.branchTable(reader.labels);
      case RETURN -> control.returns();
      case CALL -> call();
      case CALL_INDIRECT -> callIndirect();
      case RETURN_CALL -> returnCall();
      case RETURN_CALL_INDIRECT -> returnCallIndirect();
      case CALL_REF -> callRef();
      case RETURN_CALL_REF -> returnCallRef();
      case BR_ON_NULL -> control.branchOnNull(reader.index);
      case BR_ON_NON_NULL -> control.branchOnNonNull(reader.index);
      case REF_AS_NON_NULL -> code.emit(Op.REF_AS_NON_NULL, emit.use(stack.size() - 1), 0, 0);
      case DROP -> stack.pop();
      case SELECT, SELECT_T -> select();
      case LOCAL_GET -> stack.pushLocal(reader.index, locals.width(reader.index));
      case LOCAL_SET -> emit.setLocal(reader.index);
      case LOCAL_TEE -> {
        emit.setLocal(reader.index);
        stack.pushLocal(reader.index, locals.width(reader.index));
      }
      case GLOBAL_GET -> globalGet(reader.index);
      case GLOBAL_SET -> globalSet(reader.index);
      case I32_CONST, I64_CONST, F32_CONST, F64_CONST -> stack.pushConstant(reader.value);
      case REF_NULL -> stack.pushConstant(0);
      case REF_FUNC -> code.emit(Op.REF_FUNC, stack.push(1), layout.function(reader.index), 0);
      default -> {
        if (VectorOp.isVector(opcode)) {
          vectors.instruction(opcode, reader);
        } else {
          other(opcode);
        }
        if (canonicalNaN && FloatArithmetic.contains(opcode)) {
          emit.again(CanonicalNaN.op(opcode));
        }
      }
    }
  }

  private void other(Opcode opcode) {
    switch (opcode) {
      case I64_EXTEND_I32_U, I32_REINTERPRET_F32, I64_REINTERPRET_F64, F32_REINTERPRET_I32, F64_REINTERPRET_I64 -> {
        // Slots hold 32-bit values zero-extended and floats as their bits: the same bits are the result.
      }
      case I32_EQZ, I64_EQZ -> emit.isZero(opcode);
      case TABLE_GET -> emit.unary(Op.TABLE_GET, layout.table(reader.index));
      case TABLE_SET -> emit.store(Op.TABLE_SET, layout.table(reader.index));
      case TABLE_SIZE -> code.emit(Op.TABLE_SIZE, stack.push(1), layout.table(reader.index), 0);
      case MEMORY_SIZE -> code.emit(Op.MEMORY_SIZE, stack.push(1), layout.memory(reader.index), 0);
      case MEMORY_GROW -> emit.runtime(Op.MEMORY_GROW, 1, true, reader.index, 0);
      case MEMORY_INIT -> emit.runtime(Op.MEMORY_INIT, 3, false, reader.index, reader.index2);
      case MEMORY_COPY -> emit.runtime(Op.MEMORY_COPY, 3, false, reader.index, reader.index2);
      case MEMORY_FILL -> emit.runtime(Op.MEMORY_FILL, 3, false, reader.index, 0);
      case DATA_DROP -> emit.runtime(Op.DATA_DROP, 0, false, reader.index, 0);
      case TABLE_INIT -> emit.runtime(Op.TABLE_INIT, 3, false, reader.index, reader.index2);
      case ELEM_DROP -> emit.runtime(Op.ELEM_DROP, 0, false, reader.index, 0);
      case TABLE_COPY -> emit.runtime(Op.TABLE_COPY, 3, false, reader.index, reader.index2);
      case TABLE_GROW -> emit.runtime(Op.TABLE_GROW, 2, true, reader.index, 0);
      case TABLE_FILL -> emit.runtime(Op.TABLE_FILL, 3, false, reader.index, 0);
      default -> numeric(opcode);
    }
  }

  private void numeric(Opcode opcode) {
    if (Comparisons.isInteger(opcode) || Comparisons.isFloat(opcode)) {
      emit.compare(opcode);
      return;
    }
    if (opcode.feature == Feature.THREADS) {
      atomic(opcode);
      return;
    }
    int plain = Selection.plain(opcode);
    switch (opcode.immediate) {
      case MEMARG -> access(opcode, plain);
      default -> {
        if (Op.shape(plain).equals("ds-")) {
          emit.unary(plain, 0);
        } else {
          emit.binary(opcode);
        }
      }
    }
  }

  private void access(Opcode opcode, int plain) {
    boolean store = opcode.signature.endsWith(":");
    if (module.memories()[reader.index].address().equals(ValType.I64)) {
      wideAccess(store, plain);
      return;
    }
    boolean far = reader.index != 0;
    if (store) {
      emit.store(far ? Op.FAR_STORE : plain, (int) reader.value);
    } else {
      emit.unary(far ? Op.FAR_LOAD : plain, (int) reader.value);
    }
    if (far) {
      code.emit(Op.DATA, layout.memory(reader.index), plain, 0);
    }
  }

  private void atomic(Opcode opcode) {
    int operands = opcode.signature.indexOf(':') + 1;
    if (opcode != Opcode.ATOMIC_FENCE) {
      stack.pushConstant(reader.value);
    }
    switch (opcode) {
      case ATOMIC_FENCE -> code.emit(Op.FENCE, 0, 0, 0);
      case MEMORY_ATOMIC_NOTIFY -> emit.runtime(Op.ATOMIC_NOTIFY, operands, true, reader.index, 0);
      case MEMORY_ATOMIC_WAIT32 -> emit.runtime(Op.ATOMIC_WAIT32, operands, true, reader.index, 0);
      case MEMORY_ATOMIC_WAIT64 -> emit.runtime(Op.ATOMIC_WAIT64, operands, true, reader.index, 0);
      default -> emit.runtime(Op.ATOMIC, operands, !opcode.signature.endsWith(":"), opcode.code & 0xff,
          layout.memory(reader.index));
    }
  }

  private void wideAccess(boolean store, int plain) {
    if (store) {
      emit.store(Op.WIDE_STORE, plain);
    } else {
      emit.unary(Op.WIDE_LOAD, plain);
    }
    code.emitConstant(Op.DATA, layout.memory(reader.index), reader.value);
  }

  private FuncType blockType(int index) {
    if (index >= 0) {
      return module.types()[index];
    }
    return index == EMPTY_BLOCK ? EMPTY : new FuncType(List.of(), List.of(new ValType(index & 0x7f)));
  }

  private void call() {
    FuncType callee = module.types()[module.functions()[reader.index]];
    emit.settleTop(callee.params().size());
    code.emit(Op.CALL, FramePlan.operand(stack.position()), layout.function(reader.index), 0);
    emit.exchange(callee.params().size(), callee.results());
  }

  private void callIndirect() {
    FuncType callee = module.types()[reader.index];
    int element = emit.use(stack.size() - 1);
    stack.pop();
    emit.settleTop(callee.params().size());
    code.emit(Op.CALL_INDIRECT, FramePlan.operand(stack.position()), element, typeIds.applyAsInt(reader.index));
    code.emit(Op.DATA, layout.table(reader.index2), 0, 0);
    emit.exchange(callee.params().size(), callee.results());
  }

  private void raise() {
    FuncType values = module.types()[module.tags()[reader.index]];
    emit.settleTop(values.params().size());
    code.emit(Op.THROW, FramePlan.operand(stack.position() - values.paramSlots()), reader.index, 0);
    control.leave();
  }

  private void raise(int exception) {
    code.emit(Op.THROW_REF, exception, 0, 0);
    control.leave();
  }

  private void callRef() {
    FuncType callee = module.types()[reader.index];
    int reference = emit.use(stack.size() - 1);
    stack.pop();
    emit.settleTop(callee.params().size());
    code.emit(Op.CALL_REF, FramePlan.operand(stack.position()), reference, typeIds.applyAsInt(reader.index));
    emit.exchange(callee.params().size(), callee.results());
  }

  private void returnCallRef() {
    FuncType callee = module.types()[reader.index];
    int reference = emit.use(stack.size() - 1);
    stack.pop();
    emit.settleTop(callee.params().size());
    code.emit(Op.RETURN_CALL_REF, FramePlan.RESULTS, reference, typeIds.applyAsInt(reader.index));
    tail(callee, 0);
  }

  private void returnCall() {
    FuncType callee = module.types()[module.functions()[reader.index]];
    emit.settleTop(callee.params().size());
    code.emit(Op.RETURN_CALL, FramePlan.RESULTS, layout.function(reader.index), 0);
    tail(callee, 0);
  }

  private void returnCallIndirect() {
    FuncType callee = module.types()[reader.index];
    int element = emit.use(stack.size() - 1);
    stack.pop();
    emit.settleTop(callee.params().size());
    code.emit(Op.RETURN_CALL_INDIRECT, FramePlan.RESULTS, element, typeIds.applyAsInt(reader.index));
    tail(callee, layout.table(reader.index2));
  }

  private void tail(FuncType callee, int table) {
    int slots = callee.paramSlots();
    code.emit(Op.TAIL, table, FramePlan.operand(stack.position() - slots), slots * Long.BYTES);
    control.leave();
  }

  private void select() {
    int top = stack.size() - 1;
    int condition = emit.use(top);
    int otherwise = emit.use(top - 1);
    int chosen = emit.use(top - 2);
    int width = stack.width(top - 2);
    stack.truncate(top - 2);
    code.emit(width == 1 ? Op.SELECT : VectorOp.SELECT, stack.push(width), chosen, otherwise);
    code.emit(Op.EXT, condition, 0, 0);
  }

  private void globalGet(int index) {
    int width = module.globals()[index].value().slots();
    boolean far = layout.globalIsImported(index);
    int op = width == 1 ? far ? Op.GLOBAL_GET_FAR : Op.GLOBAL_GET
        : far ? VectorOp.GLOBAL_GET_FAR : VectorOp.GLOBAL_GET;
    code.emit(op, stack.push(width), layout.global(index), 0);
  }

  private void globalSet(int index) {
    int width = stack.width(stack.size() - 1);
    boolean far = layout.globalIsImported(index);
    int op = width == 1 ? far ? Op.GLOBAL_SET_FAR : Op.GLOBAL_SET
        : far ? VectorOp.GLOBAL_SET_FAR : VectorOp.GLOBAL_SET;
    int value = emit.use(stack.size() - 1);
    stack.pop();
    code.emit(op, value, layout.global(index), 0);
  }
}
