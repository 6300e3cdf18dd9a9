package dev.skerry.wasm.tier;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.Rip;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at finished machine code for indexes and callees that nothing but a branch keeps in bounds: follows all ways
 * through a function, whatever its branches depend on, as a processor may, and demands that what addresses are made of
 * comes from a conditional move, a mask or a constant, or is a byte where there is something for each. It shares
 * nothing with the verifier.
 */
final class ClampedPlaces {

  /** What a register or slot of the frame holds. Where ways with different ones meet it is anything. */
  private enum Kind {
    ANY, CONSTANT, CLAMPED, MASK, MASKED,
    /** A pointer that the instance's context holds for life. */
    POINTER
  }

  /** A kind, and how many bits the number has at most, by arithmetic. */
  private record Value(Kind kind, int bits) {
    static final Value ANY = new Value(Kind.ANY, Long.SIZE);
  }


  private static final int REGISTERS = Gpr.values().length;
  /** Bytes of the widest access. */
  private static final int WIDEST = 16;

  private final CompiledFunction code;
  private final MemoryStrategy memory;
  private final long leastLength;
  private final Instruction[] at;
  private final Map<Integer, Map<Integer, Value>> states = new HashMap<>();
  private final Deque<Integer> work = new ArrayDeque<>();
  private final List<String> found = new ArrayList<>();
  /** Places that were looked at. */
  private int looked;
  private boolean reports;

  private ClampedPlaces(CompiledFunction code, MemoryStrategy memory, long leastLength) {
    this.code = code;
    this.memory = memory;
    this.leastLength = leastLength;
    at = new Instruction[code.codeBytes()];
    Decoder decoder = new Decoder(code.code(), code.codeBytes());
    for (int offset = 0; offset < at.length; offset += at[offset].length()) {
      at[offset] = decoder.at(offset);
    }
  }

  /** What was found: what is not clamped, and how many places there were. */
  record Findings(List<String> unclamped, int places) {
  }

  /**
   * Looks at a function's code.
   *
   * @param leastLength bytes that each memory has at least
   */
  static Findings of(CompiledFunction code, MemoryStrategy memory, long leastLength) {
    ClampedPlaces places = new ClampedPlaces(code, memory, leastLength);
    places.follow();
    return new Findings(places.found, places.looked);
  }

  private void follow() {
    reach(code.entry(), new HashMap<>());
    for (int row = 0; row < code.callSites().length; row += CompiledFunction.CALL_SITE_FIELDS) {
      if (code.callSites()[row + CompiledFunction.CALL_LANDING] >= 0) {
        reach(code.callSites()[row + CompiledFunction.CALL_LANDING], new HashMap<>());
      }
    }
    while (!work.isEmpty()) {
      int offset = work.pop();
      step(offset, new HashMap<>(states.get(offset)));
    }
    reports = true;
    states.forEach((offset, state) -> step(offset, new HashMap<>(state)));
  }

  private void reach(int offset, Map<Integer, Value> state) {
    Map<Integer, Value> known = states.get(offset);
    if (known == null) {
      states.put(offset, new HashMap<>(state));
      work.push(offset);
    } else if (meet(known, state)) {
      work.push(offset);
    }
  }

  /** Leaves of what is known what holds on another way too; says whether that is less. */
  private static boolean meet(Map<Integer, Value> known, Map<Integer, Value> state) {
    boolean less = false;
    for (int place : List.copyOf(known.keySet())) {
      Value before = known.get(place);
      Value other = state.getOrDefault(place, Value.ANY);
      Value both = new Value(before.kind == other.kind ? before.kind : Kind.ANY, Math.max(before.bits, other.bits));
      put(known, place, both);
      less |= !both.equals(before);
    }
    return less;
  }

  private static boolean isGpr(Operand operand) {
    return operand instanceof Gpr;
  }

  private void step(int offset, Map<Integer, Value> state) {
    Instruction instruction = at[offset];
    String name = instruction.row().mnemonic();
    int behind = offset + instruction.length();
    look(offset, instruction, name, state);
    boolean goesOn = effect(offset, instruction, name, state);
    if (reports) {
      return;
    }
    Operand first = instruction.operands().isEmpty() ? null : instruction.operands().get(0);
    if (name.startsWith("j")) {
      if (first instanceof Rel rel && relocation(behind) == null) {
        reach(behind + rel.displacement(), state);
      } else if (first instanceof Gpr) {
        tableTargets(offset).forEach(target -> reach(target, state));
      }
      goesOn = !name.equals("jmp");
    }
    if (goesOn && behind < at.length) {
      reach(behind, state);
    }
  }

  /** The stub or function that a call or jump that ends there leads to, or null. */
  private Symbol relocation(int behind) {
    int row = CompiledFunction.find(code.relocations(), CompiledFunction.RELOCATION_FIELDS, behind - Integer.BYTES);
    return row < 0 ? null : Symbol.of(code.relocations()[row + 1]);
  }

  /** The targets of the jump table whose address was loaded last before an offset, and perhaps others behind. */
  private List<Integer> tableTargets(int jump) {
    int table = -1;
    for (int offset = 0; offset < jump; offset += at[offset].length()) {
      if (at[offset].row().mnemonic().equals("lea") && at[offset].operands().get(1) instanceof Rip rip) {
        table = offset + at[offset].length() + rip.displacement();
      }
    }
    List<Integer> targets = new ArrayList<>();
    for (int entry = table; entry + Integer.BYTES <= code.code().length; entry += Integer.BYTES) {
      int distance = 0;
      for (int i = Integer.BYTES - 1; i >= 0; i--) {
        distance = distance << Byte.SIZE | code.code()[entry + i] & 0xff;
      }
      int target = table + distance;
      if (target < 0 || target >= at.length || at[target] == null) {
        break;
      }
      targets.add(target);
    }
    return targets;
  }

  private void look(int offset, Instruction instruction, String name, Map<Integer, Value> state) {
    if (!reports) {
      return;
    }
    boolean indirect = name.equals("call") || name.equals("jmp");
    for (Operand operand : instruction.operands()) {
      if (!(operand instanceof Mem place) || name.equals("lea")) {
        continue;
      }
      if (indirect) {
        Kind callee = kind(state, place.base());
        demand(offset, instruction, callee == Kind.CLAMPED || callee == Kind.POINTER, "callee");
      } else if (place.index() != null) {
        Kind index = kind(state, place.index());
        boolean linear = place.base() == Gpr.R14 || place.scale() == 1;
        int bits = value(state, place.index()).bits;
        boolean small = linear && bits < Integer.SIZE
            && ((1L << bits) - 1) * place.scale() + place.displacement() + WIDEST <= leastLength;
        boolean inTable = !linear && name.equals("movsxd") && bits <= Byte.SIZE
            && tableTargets(offset).size() >= 1 << bits;
        demand(offset, instruction, small || inTable || index == Kind.CONSTANT || (!linear ? index == Kind.CLAMPED
            : memory == MemoryStrategy.MASK ? index == Kind.MASKED || index == Kind.CLAMPED
            : memory != MemoryStrategy.HARDENED || index == Kind.CLAMPED), "index");
      }
    }
  }

  private void demand(int offset, Instruction instruction, boolean holds, String what) {
    looked++;
    if (!holds) {
      found.add("the " + what + " at " + Integer.toHexString(offset) + ": " + instruction.toString(offset));
    }
  }

  private static Value value(Map<Integer, Value> state, Operand register) {
    return register instanceof Gpr gpr ? state.getOrDefault(gpr.ordinal(), Value.ANY) : Value.ANY;
  }

  private static Kind kind(Map<Integer, Value> state, Gpr register) {
    return value(state, register).kind;
  }

  private static void put(Map<Integer, Value> state, int place, Value value) {
    if (value.equals(Value.ANY)) {
      state.remove(place);
    } else {
      state.put(place, value);
    }
  }

  /** Does what an instruction does to the state; says whether the next one may follow. */
  private boolean effect(int offset, Instruction instruction, String name, Map<Integer, Value> state) {
    List<Operand> operands = instruction.operands();
    Operand first = operands.isEmpty() ? null : operands.get(0);
    Operand second = operands.size() < 2 ? null : operands.get(1);
    if (name.equals("call")) {
      Symbol symbol = relocation(offset + instruction.length());
      if (symbol != Symbol.STACK && symbol != Symbol.INTERRUPT) {
        state.keySet().removeIf(place -> place >= 0 && place < REGISTERS);
      }
      return symbol != Symbol.TRAP;
    }
    if (name.equals("ret") || name.equals("ud2")) {
      return false;
    }
    Value made = new Value(made(name, first, second, state), bits(instruction, name, state));
    if (first instanceof Mem slot && slot.base() == Gpr.RSP && name.startsWith("mov")) {
      put(state, slot(slot), made);
      return true;
    }
    for (int i = 0; i < instruction.row().operandCount(); i++) {
      OperandForm form = instruction.row().operand(i);
      Operand written = form.explicit() ? i < operands.size() ? operands.get(i) : null : form.fixed();
      if (form.role().writes() && isGpr(written)) {
        state.remove(((Gpr) written).ordinal());
      }
    }
    boolean writes = first instanceof Gpr && instruction.row().operand(0).role().writes();
    if (first instanceof Gpr register && writes) {
      put(state, register.ordinal(), made);
    }
    return true;
  }

  /** Slots of the frame are told apart by displacement, below 0; arguments of calls are pushed in between. */
  private static int slot(Mem place) {
    return -1 - place.displacement();
  }

  private Kind made(String name, Operand first, Operand second, Map<Integer, Value> state) {
    if (name.startsWith("cmov")) {
      boolean chooses = first instanceof Gpr register && kind(state, register) == Kind.CONSTANT
          || second instanceof Gpr source && kind(state, source) == Kind.CONSTANT;
      return chooses ? Kind.CLAMPED : Kind.ANY;
    }
    if (name.equals("xor") && first.equals(second)) {
      return Kind.CONSTANT;
    }
    if (name.equals("and") && first instanceof Gpr register) {
      boolean masks = isMask(second, state) || kind(state, register) == Kind.MASK;
      return masks ? Kind.MASKED : Kind.ANY;
    }
    if (!name.startsWith("mov") || name.startsWith("movs") || name.startsWith("movz")) {
      return Kind.ANY;
    }
    if (second instanceof Imm) {
      return Kind.CONSTANT;
    }
    if (second instanceof Gpr source) {
      return kind(state, source);
    }
    if (second instanceof Mem place && first instanceof Gpr) {
      return place.base() == Gpr.RSP && place.index() == null ? state.getOrDefault(slot(place), Value.ANY).kind
          : place.base() == Gpr.R15 ? Kind.POINTER : isMask(second, state) ? Kind.MASK : Kind.ANY;
    }
    return Kind.ANY;
  }

  /** How many bits the first operand has at most behind an instruction. */
  private int bits(Instruction instruction, String name, Map<Integer, Value> state) {
    List<Operand> operands = instruction.operands();
    if (operands.size() < 2 || !isGpr(operands.get(0)) && !name.equals("mov")) {
      return Long.SIZE;
    }
    int width = instruction.row().operand(0).bits();
    int most = width < Integer.SIZE ? Long.SIZE : width;
    Operand source = operands.get(1);
    int before = Math.min(most, value(state, operands.get(0)).bits);
    int from = Math.min(most, source instanceof Mem place && place.base() == Gpr.RSP && place.index() == null
        ? state.getOrDefault(slot(place), Value.ANY).bits : source instanceof Imm imm ? bits(imm.value())
        : value(state, source).bits);
    return switch (name) {
      case "mov" -> from;
      case "movzx" -> Math.min(from, instruction.row().operand(1).bits());
      case "and" -> Math.min(before, from);
      case "xor" -> operands.get(0).equals(source) ? 0 : most;
      case "shr" -> source instanceof Imm imm ? Math.max(0, before - (int) imm.value()) : most;
      case "shl" -> source instanceof Imm imm ? Math.min(most, before + (int) imm.value()) : most;
      case "add" -> Math.min(most, 1 + Math.max(before, from));
      case "lea" -> source instanceof Mem place ? Math.min(most, sum(place, state)) : most;
      default -> most;
    };
  }

  private static int bits(long value) {
    return Long.SIZE - Long.numberOfLeadingZeros(value);
  }

  private static int sum(Mem place, Map<Integer, Value> state) {
    int base = place.base() == null ? 0 : value(state, place.base()).bits;
    int index = place.index() == null ? 0 : value(state, place.index()).bits + bits(place.scale()) - 1;
    int all = Math.max(Math.max(base, index), bits(place.displacement()));
    return Math.min(Long.SIZE, all + (base > 0 && index > 0 ? 2 : 1));
  }

  private static boolean isMask(Operand operand, Map<Integer, Value> state) {
    return operand instanceof Gpr register ? kind(state, register) == Kind.MASK
        : operand instanceof Mem place && place.index() == null && place.displacement() == Layout.RECORD_MASK
            && kind(state, place.base()) == Kind.POINTER;
  }
}
