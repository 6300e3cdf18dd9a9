package dev.skerry.wasm.ir;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.InstructionReader;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.interp.Op;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an instance of a module without imports holds, on Java's heap, for {@link GraphEvaluator}: memory 0, globals,
 * tables. The reference of function n is n + 1.
 */
final class GuestState {

  static final int PAGE = 1 << 16;
  private static final int MAX_PAGES = 256;

  final ModuleInfo module;
  /** Two slots for each global. */
  final long[] globals;
  final int[][] tables;
  /** Exceptions that have a reference, the number of which is one more than the place. */
  final List<Thrown> exceptions = new ArrayList<>();
  ByteBuffer memory = ByteBuffer.allocate(0);

  /** An exception on its way. */
  static final class Thrown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int tag;
    final transient long[] payload;

    Thrown(int tag, long[] payload) {
      super("tag " + tag + " " + Arrays.toString(payload), null, false, false);
      this.tag = tag;
      this.payload = payload;
    }
  }

  GuestState(ModuleInfo module) {
    this.module = module;
    globals = new long[2 * module.globals().length];
    tables = new int[module.tables().length][];
    for (int i = 0; i < module.globals().length; i++) {
      InstructionReader reader = constant(module.globalInits()[i]);
      globals[2 * i] = reader.value;
      globals[2 * i + 1] = reader.value2;
    }
    if (module.memories().length > 0) {
      resize((int) module.memories()[0].limits().min());
    }
    for (int i = 0; i < tables.length; i++) {
      tables[i] = new int[(int) module.tables()[i].limits().min()];
    }
    for (ModuleInfo.ElementSegment segment : module.elements()) {
      if (segment.mode() == ModuleInfo.SegmentMode.ACTIVE) {
        int at = (int) constant(segment.offset()).value;
        for (int function : segment.inits().functions()) {
          tables[segment.target()][at++] = function + 1;
        }
      }
    }
    for (ModuleInfo.DataSegment segment : module.data()) {
      if (segment.mode() == ModuleInfo.SegmentMode.ACTIVE) {
        memory.put((int) constant(segment.offset()).value, module.bytes(), segment.from(), segment.length());
      }
    }
  }

  private InstructionReader constant(ModuleInfo.ConstExpr expression) {
    InstructionReader reader = new InstructionReader(module.bytes(), expression.offset());
    Opcode opcode = reader.next();
    if (opcode == Opcode.REF_FUNC) {
      reader.value = reader.index + 1;
    }
    return reader;
  }

  private void resize(int pages) {
    memory = ByteBuffer.wrap(Arrays.copyOf(memory.array(), pages * PAGE)).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }

  int element(int table, long index) {
    if (index < 0 || index >= tables[table].length) {
      return -1;
    }
    return tables[table][(int) index];
  }

  /** Does an instruction of the runtime; its result. */
  long runtime(int operation, int index, int index2, long[] operands) {
    switch (operation) {
      case Op.MEMORY_GROW -> {
        int pages = memory.capacity() / PAGE;
        if (operands[0] < 0 || operands[0] + pages > MAX_PAGES) {
          return 0xffff_ffffL;
        }
        resize(pages + (int) operands[0]);
        return pages;
      }
      case Op.MEMORY_FILL -> {
        range(operands[0], operands[2], memory.capacity());
        Arrays.fill(memory.array(), (int) operands[0], (int) (operands[0] + operands[2]), (byte) operands[1]);
        return 0;
      }
      case Op.MEMORY_COPY -> {
        range(operands[0], operands[2], memory.capacity());
        range(operands[1], operands[2], memory.capacity());
        System.arraycopy(memory.array(), (int) operands[1], memory.array(), (int) operands[0], (int) operands[2]);
        return 0;
      }
      default -> throw new IllegalArgumentException("operation " + operation + " " + index + " " + index2);
    }
  }

  private static void range(long from, long length, long size) {
    if (from < 0 || length < 0 || from + length > size) {
      throw trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }
  }
}
