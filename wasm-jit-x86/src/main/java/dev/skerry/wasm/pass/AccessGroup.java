package dev.skerry.wasm.pass;

import java.util.ArrayList;
import java.util.List;

/** Accesses in a loop whose addresses are a constant apart in each turn, and grow by the same from turn to turn. */
final class AccessGroup {

  /** The address of one of them: of the others only the constant differs. */
  final LinearForm form;
  /** What addresses grow by in a turn, 0 or more. */
  final long stride;
  final List<LoopAccess> accesses = new ArrayList<>();
  /** The least constant of all addresses, without static offsets, as a signed number. */
  long lowest;
  boolean stores;
  boolean loads;

  AccessGroup(LinearForm form, long stride) {
    this.form = form;
    this.stride = stride;
    lowest = form.constant();
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
