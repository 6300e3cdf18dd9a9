package dev.skerry.wasm.interp;

import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.semantics.Operators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs validated bodies as the standard words them, instruction by instruction, on an operand stack. For tests. */
public final class ReferenceInterpreter {

  /** Is told of each time that a loop begins another round, the first included. */
  public interface LoopListener {

    /**
     * @param loop byte offset of the instruction
     * @param operands all that are on the operand stack, the loop's own last
     */
    void arrives(int function, int loop, long[] locals, long[] operands);
  }

  private final ModuleInfo module;
  public final long[] globals;
  private LoopListener listener = (function, loop, locals, operands) -> { };

  public ReferenceInterpreter(ModuleInfo module, long... globals) {
    this.module = module;
    this.globals = globals;
  }

  public void listener(LoopListener told) {
    listener = told;
  }

  private static final class Block {
    Opcode opcode;
    FuncType type;
    int height;
    int start;
    int offset;
  }

  public long[] call(int function, long[] args) {
    FuncType type = module.types()[module.functions()[function]];
    ModuleInfo.FunctionBody body = module.bodies().get(function);
    long[] locals = Arrays.copyOf(args, args.length + Arrays.stream(body.localCounts()).sum());
    return new Run(function, type, locals, body.offset()).run();
  }

  private final class Run {
    private final int function;
    private final long[] locals;
    private final List<Long> stack = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private InstructionReader reader;

    Run(int function, FuncType type, long[] locals, int offset) {
      this.function = function;
      this.locals = locals;
      reader = new InstructionReader(module.bytes(), offset);
      open(Opcode.BLOCK, new FuncType(List.of(), type.results()));
    }

    private long pop() {
      return stack.remove(stack.size() - 1);
    }

    private void open(Opcode opcode, FuncType type) {
      Block block = new Block();
      block.opcode = opcode;
      block.type = type;
      block.height = stack.size() - type.params().size();
      block.start = reader.position();
      block.offset = reader.offset;
      blocks.add(block);
      arrives(block);
    }

    private FuncType blockType(int index) {
      return index >= 0 ? module.types()[index] : new FuncType(List.of(),
          index == -64 ? List.of() : List.of(new ValType(index & 0x7f)));
    }

    private void arrives(Block block) {
      if (block.opcode == Opcode.LOOP) {
        listener.arrives(function, block.offset, locals.clone(), stack.stream().mapToLong(Long::longValue).toArray());
      }
    }

    /** Reads on behind the end of the innermost block, or behind its else. */
    private boolean skip(boolean stopAtElse) {
      int depth = 0;
      for (;;) {
        Opcode opcode = reader.next();
        if (opcode == Opcode.BLOCK || opcode == Opcode.LOOP || opcode == Opcode.IF) {
          depth++;
        } else if (opcode == Opcode.END && depth-- == 0) {
          return false;
        } else if (opcode == Opcode.ELSE && depth == 0 && stopAtElse) {
          return true;
        }
      }
    }

    private void branch(int depth) {
      Block target = blocks.get(blocks.size() - 1 - depth);
      boolean loop = target.opcode == Opcode.LOOP;
      int arity = (loop ? target.type.params() : target.type.results()).size();
      List<Long> values = new ArrayList<>(stack.subList(stack.size() - arity, stack.size()));
      stack.subList(target.height, stack.size()).clear();
      stack.addAll(values);
      for (int i = 0; i <= depth; i++) {
        if (i == depth && loop) {
          reader = new InstructionReader(module.bytes(), target.start);
          arrives(target);
        } else {
          if (blocks.size() > 1) {
            skip(false);
          }
          blocks.remove(blocks.size() - 1);
        }
      }
    }

    long[] run() {
      while (!blocks.isEmpty()) {
        step(reader.next());
      }
      return stack.stream().mapToLong(Long::longValue).toArray();
    }

    private void invoke(int function) {
      long[] args = new long[module.types()[module.functions()[function]].params().size()];
      for (int i = args.length - 1; i >= 0; i--) {
        args[i] = pop();
      }
      for (long result : ReferenceInterpreter.this.call(function, args)) {
        stack.add(result);
      }
    }

    private void step(Opcode opcode) {
      switch (opcode) {
        case NOP -> { }
        case BLOCK, LOOP -> open(opcode, blockType(reader.index));
        case IF -> {
          boolean taken = pop() != 0;
          open(opcode, blockType(reader.index));
          if (!taken && !skip(true)) {
            blocks.remove(blocks.size() - 1);
          }
        }
        case ELSE -> branch(0);
        case END -> blocks.remove(blocks.size() - 1);
        case BR -> branch(reader.index);
        case BR_IF -> {
          int depth = reader.index;
          if (pop() != 0) {
            branch(depth);
          }
        }
        case BR_TABLE -> {
          int[] labels = reader.labels;
          long index = pop();
          branch(labels[index >= 0 && index < labels.length - 1 ? (int) index : labels.length - 1]);
        }
        case RETURN -> branch(blocks.size() - 1);
        case CALL -> invoke(reader.index);
        case RETURN_CALL -> {
          invoke(reader.index);
          branch(blocks.size() - 1);
        }
        case DROP -> pop();
        case SELECT, SELECT_T -> {
          boolean first = pop() != 0;
          long other = pop();
          long chosen = pop();
          stack.add(first ? chosen : other);
        }
        case LOCAL_GET -> stack.add(locals[reader.index]);
        case LOCAL_SET -> locals[reader.index] = pop();
        case LOCAL_TEE -> locals[reader.index] = stack.get(stack.size() - 1);
        case GLOBAL_GET -> stack.add(globals[reader.index]);
        case GLOBAL_SET -> globals[reader.index] = pop();
        case I32_CONST, I64_CONST, F32_CONST, F64_CONST -> stack.add(reader.value);
        default -> {
          int operands = opcode.signature.indexOf(':');
          long second = operands == 2 ? pop() : 0;
          long first = pop();
          stack.add(Operators.evaluate(opcode, first, second));
        }
      }
    }
  }
}
