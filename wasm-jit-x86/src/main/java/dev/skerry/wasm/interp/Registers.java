package dev.skerry.wasm.interp;

/** The registers of a stopped activation: addresses of the next instruction, the frame, and the instance context. */
public final class Registers {

  public long pc;
  public long fp;
  public long context;

  void save(long newPc, long newFp, long newContext) {
    pc = newPc;
    fp = newFp;
    context = newContext;
  }
}
