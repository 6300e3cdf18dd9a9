package dev.skerry.wasm.verify;

/** What is proved of every function's machine code; each is broken by name. */
public enum Rule {
  /** Only instructions that are on the list and that the processor has, and nothing between them. */
  INSTRUCTIONS("only instructions that are on the list"),
  /** No instruction faults but accesses that are said to: no division does. */
  FAULTS("no instruction but a guarded access faults"),
  /** Every access is to a place of a context, the own frame, own parameters, linear memory in bounds, or a constant. */
  MEMORY("every access is justified"),
  /** Branches reach instructions of the function; calls and jumps out reach entries and stubs. */
  BRANCHES("control goes to known places only"),
  /** The stack is checked, moves as the frame says, and is as it was at the return. */
  STACK("the stack is checked and balanced"),
  /** Every cycle looks for interrupts. */
  POLLS("every loop can be interrupted"),
  /** Context and memory base are the instance's own wherever others rely on it. */
  CONTEXT("the context is the running instance's"),
  /** What is passed has the type that the other side was promised. */
  TYPES("values have the type that was promised"),
  /** What bounds and checks keep apart stays so where the processor expects them to hold: indices are clamped. */
  SPECULATION("indices are clamped by arithmetic");

  private final String text;

  Rule(String text) {
    this.text = text;
  }

  /** The rule as one phrase. */
  public String text() {
    return text;
  }
}
