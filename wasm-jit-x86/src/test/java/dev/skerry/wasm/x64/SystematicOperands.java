package dev.skerry.wasm.x64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** For a row: every register in every place, every special case of addresses, and the edges of each immediate. */
final class SystematicOperands {

  private static final int[] DISPLACEMENTS =
      {0, 1, -1, 127, -128, 128, -129, 0x1234_5678, Integer.MAX_VALUE, Integer.MIN_VALUE};
  private static final List<Operand> ADDRESSES = addresses();

  private SystematicOperands() {
  }

  /** Lists of operands for the row: each choice of one operand once, while the others walk along. */
  static List<List<Operand>> of(Row row) {
    List<List<Operand>> choices = new ArrayList<>();
    for (int i = 0; i < row.operandCount(); i++) {
      choices.add(choices(row.operand(i)));
    }
    int most = choices.stream().mapToInt(List::size).max().orElse(1);
    List<List<Operand>> lists = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      List<Operand> operands = new ArrayList<>();
      for (int place = 0; place < choices.size(); place++) {
        List<Operand> choice = choices.get(place);
        operands.add(choice.get((i + place * (i / choice.size() + 5)) % choice.size()));
      }
      lists.add(operands);
    }
    return lists;
  }

  private static List<Operand> choices(OperandForm form) {
    List<Operand> choices = new ArrayList<>();
    if (form.kind().takesGpr()) {
      choices.addAll(Arrays.asList(Gpr.values()));
    } else if (form.kind().takesVector()) {
      choices.addAll(Arrays.asList(Xmm.values()));
    }
    if (form.kind().takesMemory()) {
      ADDRESSES.stream()
          .filter(address -> form.memoryBits() > 0 || !(address instanceof Mem mem) || mem.segment() == Segment.NONE)
          .forEach(choices::add);
    }
    long highest = form.bits() == 0 ? 0 : -1L >>> Long.SIZE - form.bits();
    switch (form.kind()) {
      case SIGNED -> List.of(0L, 1L, -1L, highest >>> 1, ~(highest >>> 1), 0x5AL).forEach(v -> choices.add(new Imm(v)));
      case UNSIGNED -> List.of(0L, 1L, 31L, highest >>> 1, highest).forEach(value -> choices.add(new Imm(value)));
      case TARGET -> List.of(0L, 1L, -2L, highest >>> 1, ~(highest >>> 1))
          .forEach(value -> choices.add(new Rel(value.intValue())));
      default -> {
      }
    }
    return choices;
  }

  private static List<Operand> addresses() {
    List<Operand> addresses = new ArrayList<>();
    for (int displacement : DISPLACEMENTS) {
      addresses.add(new Rip(displacement));
      addresses.add(new Mem(Segment.NONE, null, null, 1, displacement));
      addresses.add(new Mem(Segment.GS, null, null, 1, displacement));
      for (Gpr base : Gpr.values()) {
        addresses.add(Mem.at(base, displacement));
      }
      for (Gpr base : List.of(Gpr.RAX, Gpr.RSP, Gpr.RBP, Gpr.R12, Gpr.R13)) {
        addresses.add(Mem.at(base, Gpr.RCX, 4, displacement).in(Segment.GS));
        addresses.add(Mem.at(base, displacement).in(Segment.FS));
      }
    }
    for (Gpr index : Gpr.values()) {
      for (int scale = 1; scale <= 8 && index != Gpr.RSP; scale *= 2) {
        addresses.add(Mem.at(null, index, scale, 0x40));
        addresses.add(Mem.at(Gpr.of(16 - index.ordinal() & 15), index, scale, 0));
        addresses.add(Mem.at(Gpr.RBP, index, scale, -8));
        addresses.add(Mem.at(Gpr.R13, index, scale, 0));
      }
    }
    return addresses;
  }
}
