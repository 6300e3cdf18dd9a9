package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Statements of random programs that throw and catch, of both encodings. */
final class RandomExceptions {

  /** Tags of their own index, with the values that they carry. */
  private final List<List<ValType>> tags;

  RandomExceptions(List<List<ValType>> tags) {
    this.tags = tags;
  }

  /** A block that catches, by one tag or all that comes, or something that throws. */
  void statement(RandomProgram program) {
    Random random = program.random();
    int tag = random.nextInt(tags.size() + 1) - 1;
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> guarded(program, tag);
      case 3, 4 -> legacy(program, tag);
      default -> raise(program, random.nextInt(tags.size()));
    }
  }

  private List<ValType> values(int tag) {
    return tag < 0 ? List.of() : tags.get(tag);
  }

  /** The values stay on the stack; the exception itself, if it is caught too, may be thrown again. */
  private void guarded(RandomProgram program, int tag) {
    Random random = program.random();
    boolean withReference = random.nextInt(3) == 0;
    List<ValType> values = values(tag);
    List<ValType> caught = new ArrayList<>(values);
    if (withReference) {
      caught.add(ValType.EXNREF);
    }
    program.emit("block %d", type(program, caught));
    program.enter(withReference ? null : values);
    int kind = (tag < 0 ? 2 : 0) + (withReference ? 1 : 0);
    program.emit("try_table %d %s", type(program, List.of()), kind + (tag < 0 ? ",0" : "," + tag + ",0"));
    program.enter(List.of());
    program.body(List.of());
    program.emit("end");
    program.leave(List.of());
    values.forEach(program::push);
    if (withReference) {
      program.emit("ref.null exn");
    }
    program.emit("end");
    program.leave(values);
    if (withReference) {
      int local = program.local(ValType.EXNREF);
      program.emit("local.set %d", local);
      program.openCondition();
      program.emit("local.get %d", local);
      program.emit("throw_ref");
      program.deadCode();
      program.closeCondition();
    }
  }

  /** The older encoding: what is caught may be thrown again, or is left to a block around. */
  private void legacy(RandomProgram program, int tag) {
    Random random = program.random();
    List<ValType> values = values(tag);
    program.emit("try %d", type(program, values));
    program.enter(values);
    program.body(values);
    if (random.nextInt(4) == 0) {
      program.leave(values);
      program.emit("delegate %d", random.nextInt(program.depth()));
      return;
    }
    if (tag >= 0) {
      program.emit("catch %d", tag);
      again(program);
    }
    if (tag < 0 || random.nextBoolean()) {
      program.emit("catch_all");
      again(program);
      values.forEach(program::value);
    }
    program.emit("end");
    program.leave(values);
  }

  private void again(RandomProgram program) {
    if (program.random().nextBoolean()) {
      program.openCondition();
      program.emit("rethrow 1");
      program.deadCode();
      program.closeCondition();
    }
  }

  /** An exception that is thrown on a condition. */
  private void raise(RandomProgram program, int tag) {
    program.openCondition();
    tags.get(tag).forEach(program::value);
    program.emit("throw %d", tag);
    program.deadCode();
    program.closeCondition();
  }

  private static int type(RandomProgram program, List<ValType> results) {
    return program.scope().module().type(new FuncType(List.of(), results).toString());
  }
}
