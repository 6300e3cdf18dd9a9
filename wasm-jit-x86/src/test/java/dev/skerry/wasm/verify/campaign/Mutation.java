package dev.skerry.wasm.verify.campaign;

/** What is changed in finished code, one change at a time. */
enum Mutation {
  BIT("one bit of an instruction flipped"),
  BYTE("one byte of an instruction replaced"),
  POOL("one bit of a constant or jump table flipped"),
  DROP("an instruction left out"),
  REPEAT("an instruction done twice"),
  SWAP("two neighbours swapped"),
  OPCODE("another instruction with the same operands"),
  WIDEN("a wider access"),
  WIDE_OPERATION("an operation of 32 bits made one of 64"),
  NARROW_OPERATION("an operation of 64 bits made one of 32"),
  SIGN("zero extension made sign extension"),
  DISPLACEMENT("a displacement changed"),
  SCALE("the scale of an index changed"),
  BASE("the base of an address changed"),
  INDEX("the index of an address changed"),
  ABSOLUTE("an address without base and index"),
  REGISTER("a register operand changed"),
  IMMEDIATE("an immediate changed"),
  CONDITION("a condition changed"),
  TARGET("a branch to another instruction"),
  INTO("a branch into an instruction"),
  CHECK("a compare, branch, conditional move or mask left out"),
  ALWAYS("a branch taken always"),
  POLL("a poll left out or turned round"),
  STACK_CHECK("a check of the stack left out or turned round"),
  TYPE_CHECK("a check of a callee's type left out or of another type"),
  FRAME("the frame's size or what is popped changed"),
  SYMBOL("a call led elsewhere"),
  SITES("a row of the tables changed or left out");

  private final String text;

  Mutation(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
