package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Accesses in a loop whose addresses are a constant apart in each turn, and grow by the same from turn to turn. */
final class AccessGroup {

  /** Bytes between accesses that are not of one array. */
  private static final long FAR = 1024;

  /** The address of one of them: of the others only the constant differs. */
  final LinearForm form;
  /** What addresses grow by in a turn, 0 or more; 0 if there is a step. */
  final long stride;
  /** An invariant i32 that addresses grow by in a turn, {@code factor} times, or NONE. */
  final int step;
  final long factor;
  final List<LoopAccess> accesses = new ArrayList<>();
  /** The least constant of all addresses, without static offsets, as a signed number. */
  long lowest;
  boolean stores;
  boolean loads;

  AccessGroup(LinearForm form, Stride stride) {
    this.form = form;
    this.stride = stride.constant();
    step = stride.step();
    factor = stride.factor();
    lowest = form.constant();
  }

  boolean hasStep() {
    return step != Graph.NONE;
  }

  /** Says whether all turns access the same. */
  boolean isUniform() {
    return stride == 0 && !hasStep();
  }

  /** Bytes that are accessed in one turn, above the lowest address: those far from all others by themselves. */
  List<AccessSpan> spans() {
    List<LoopAccess> all = new ArrayList<>(accesses);
    all.removeIf(LoopAccess::isCheck);
    all.sort(Comparator.comparingLong(LoopAccess::offset));
    List<AccessSpan> spans = new ArrayList<>();
    for (LoopAccess access : all) {
      AccessSpan next = AccessSpan.of(access);
      AccessSpan last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
      if (last == null || next.begin() - last.end() > FAR) {
        spans.add(next);
      } else {
        spans.set(spans.size() - 1, last.with(next));
      }
    }
    return spans;
  }

  /** The first byte of all accesses of one turn, above the lowest address. */
  long begin() {
    return accesses.stream().filter(access -> !access.isCheck()).mapToLong(LoopAccess::offset).min().orElse(0);
  }

  /** Behind the last byte of all accesses and checks of one turn, above the lowest address. */
  long end() {
    return accesses.stream().mapToLong(access -> access.offset() + access.bytes()).max().orElse(0);
  }
}
