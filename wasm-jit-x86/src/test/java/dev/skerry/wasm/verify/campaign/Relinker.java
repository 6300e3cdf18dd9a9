package dev.skerry.wasm.verify.campaign;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.Rel;
import dev.skerry.wasm.x64.Rip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A compiled function as a list of instructions, each of which can be replaced by others of any length: branches,
 * tables and the pool are made to fit. What names an instruction goes on naming the first one in its place.
 */
final class Relinker {

  private static final int POOL_ALIGNMENT = 64;
  private static final byte INT3 = (byte) 0xCC;

  private final CompiledFunction code;
  private final List<Integer> offsets = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<List<Instruction>> replacements = new ArrayList<>();

  Relinker(CompiledFunction code) {
    this.code = code;
    Decoder decoder = new Decoder(code.code(), code.codeBytes());
    for (int at = 0; at < code.codeBytes();) {
      Instruction instruction = decoder.at(at);
      offsets.add(at);
      instructions.add(instruction);
      replacements.add(null);
      at += instruction.length();
    }
  }

  int count() {
    return instructions.size();
  }

  Instruction instruction(int index) {
    return instructions.get(index);
  }

  int offset(int index) {
    return offsets.get(index);
  }

  int after(int index) {
    return offsets.get(index) + instructions.get(index).length();
  }

  /** The instruction that starts at the offset, or -1. */
  int indexOf(int offset) {
    int index = Collections.binarySearch(offsets, offset);
    return index < 0 ? -1 : index;
  }

  /** The row of the relocation that fills in the instruction's displacement, or -1. */
  int relocation(int index) {
    return CompiledFunction.find(code.relocations(), CompiledFunction.RELOCATION_FIELDS,
        after(index) - Integer.BYTES);
  }

  /** Puts other instructions in the place of one; displacements of branches count from the end of that one. */
  Relinker replace(int index, Instruction... by) {
    replacements.set(index, List.of(by));
    return this;
  }

  /** Puts instructions before one, which branches to that one reach too. */
  Relinker insert(int index, Instruction... before) {
    List<Instruction> all = new ArrayList<>(Arrays.asList(before));
    all.add(instructions.get(index));
    replacements.set(index, all);
    return this;
  }

  private static byte[] encode(Instruction instruction) {
    Assembler one = new Assembler();
    one.emit(instruction);
    return one.finish();
  }

  /** The function with all replacements, or null if a short branch no longer reaches. */
  CompiledFunction link() {
    int[] placed = new int[count() + 1];
    byte[][][] pieces = new byte[count()][][];
    int at = 0;
    for (int i = 0; i < count(); i++) {
      placed[i] = at;
      List<Instruction> here = replacements.get(i) == null ? List.of(instructions.get(i)) : replacements.get(i);
      pieces[i] = new byte[here.size()][];
      for (int k = 0; k < here.size(); k++) {
        pieces[i][k] = replacements.get(i) == null
            ? Arrays.copyOfRange(code.code(), offset(i), after(i)) : encode(here.get(k));
        at += pieces[i][k].length;
      }
    }
    placed[count()] = at;
    int grown = at - code.codeBytes() + POOL_ALIGNMENT - 1 & -POOL_ALIGNMENT;
    int end = code.codeBytes() + grown;
    byte[] bytes = new byte[code.code().length + grown];
    Arrays.fill(bytes, at, end, INT3);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count(); i++) {
      int place = placed[i];
      List<Instruction> here = replacements.get(i) == null ? List.of(instructions.get(i)) : replacements.get(i);
      for (int k = 0; k < here.size(); k++) {
        byte[] piece = pieces[i][k];
        System.arraycopy(piece, 0, bytes, place, piece.length);
        place += piece.length;
        if (!fix(here.get(k), i, place, piece, placed, grown, buffer)) {
          return null;
        }
      }
    }
    System.arraycopy(code.code(), code.codeBytes(), bytes, end, code.code().length - code.codeBytes());
    moveJumpTables(bytes, placed, grown, buffer);
    return new CompiledFunction(bytes, at, moved(code.entry(), placed), code.frameBytes(), code.parameterBytes(),
        relocations(placed), code.typeSites(), sites(code.callSites(), CompiledFunction.CALL_SITE_FIELDS, placed, true),
        sites(code.trapSites(), CompiledFunction.TRAP_SITE_FIELDS, placed, true),
        sites(code.faultSites(), CompiledFunction.FAULT_SITE_FIELDS, placed, false), code.guards(), code.inlined(),
        code.blockCount(), code.spillSlots());
  }

  /** Fills in what counts from the end of the instruction. */
  private boolean fix(Instruction instruction, int index, int after, byte[] piece, int[] placed, int grown,
      ByteBuffer buffer) {
    for (Operand operand : instruction.operands()) {
      if (operand instanceof Rel rel && relocation(index) < 0) {
        int distance = moved(after(index) + rel.displacement(), placed) - after;
        boolean isShort = piece.length == 2;
        if (isShort && distance != (byte) distance) {
          return false;
        }
        if (isShort) {
          buffer.put(after - 1, (byte) distance);
        } else {
          buffer.putInt(after - Integer.BYTES, distance);
        }
      } else if (operand instanceof Rip rip) {
        int shift = after(index) + grown - after;
        int field = displacementOf(piece, rip.displacement());
        buffer.putInt(after - piece.length + field, rip.displacement() + shift);
      }
    }
    return true;
  }

  /** Where in an instruction the displacement from its end is. */
  private static int displacementOf(byte[] piece, int displacement) {
    ByteBuffer buffer = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = piece.length - Integer.BYTES; i >= 0; i--) {
      if (buffer.getInt(i) == displacement && (piece[i - 1] & 0xC7) == 0x05) {
        return i;
      }
    }
    throw new IllegalStateException("an instruction without its displacement");
  }

  /** Where what was at an offset is now: of offsets in the middle of instructions as far behind their start. */
  private int moved(int offset, int[] placed) {
    int index = Collections.binarySearch(offsets, offset);
    if (index >= 0) {
      return placed[index];
    }
    if (offset >= code.codeBytes()) {
      return placed[count()] + offset - code.codeBytes();
    }
    return placed[-index - 2] + offset - offsets.get(-index - 2);
  }

  /** Entries of jump tables count from the start of their table, which an instruction of address arithmetic names. */
  private void moveJumpTables(byte[] bytes, int[] placed, int grown, ByteBuffer buffer) {
    ByteBuffer old = ByteBuffer.wrap(code.code()).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> starts = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      boolean isLea = instructions.get(i).row().mnemonic().equals("lea");
      if (isLea && instructions.get(i).operands().get(1) instanceof Rip rip) {
        starts.add(after(i) + rip.displacement());
      }
    }
    starts.add(bytes.length - grown);
    List<Integer> sorted = starts.stream().distinct().sorted().toList();
    for (int t = 0; t + 1 < sorted.size(); t++) {
      int table = sorted.get(t);
      for (int at = table; at + Integer.BYTES <= sorted.get(t + 1); at += Integer.BYTES) {
        int target = table + old.getInt(at);
        if (target < 0 || target >= code.codeBytes() || indexOf(target) < 0) {
          break;
        }
        buffer.putInt(at + grown, moved(target, placed) - table - grown);
      }
    }
  }

  private int[] relocations(int[] placed) {
    int[] moved = code.relocations().clone();
    for (int row = 0; row < moved.length; row += CompiledFunction.RELOCATION_FIELDS) {
      moved[row] = moved(moved[row] + Integer.BYTES, placed) - Integer.BYTES;
    }
    return moved;
  }

  private int[] sites(int[] table, int fields, int[] placed, boolean returns) {
    int[] moved = table.clone();
    for (int row = 0; row < moved.length; row += fields) {
      moved[row] = returns && moved[row] == code.codeBytes() ? placed[count()] : moved(moved[row], placed);
      if (fields == CompiledFunction.CALL_SITE_FIELDS && moved[row + CompiledFunction.CALL_LANDING] >= 0) {
        moved[row + CompiledFunction.CALL_LANDING] = moved(moved[row + CompiledFunction.CALL_LANDING], placed);
      }
    }
    return moved;
  }
}
