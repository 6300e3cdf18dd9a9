package dev.skerry.wasm.runtime;

import dev.skerry.memory.CodeBlock;
import dev.skerry.wasm.lower.CallingConvention;
import java.util.ArrayList;
import java.util.List;

/** The thunks of one canonical type, made when they are first needed and freed with it. Thread-safe. */
final class Thunks implements Runnable {

  private final CallingConvention convention;
  private final int stackParameterBytes;
  private final List<CodeBlock> blocks = new ArrayList<>();
  private volatile long entry;
  private volatile long loopEntry;
  private volatile long exit;

  Thunks(CallingConvention convention) {
    this.convention = convention;
    this.stackParameterBytes = convention.stackParameterBytes();
  }

  /** Bytes of stack parameters of functions of the type, which they pop. */
  int stackParameterBytes() {
    return stackParameterBytes;
  }

  /** Address of the way into functions of the type. */
  long entry() {
    return entry != 0 ? entry : makeEntry();
  }

  /** Address of the way into loops of functions with the results of the type. */
  long loopEntry() {
    return loopEntry != 0 ? loopEntry : makeLoopEntry();
  }

  /** Address of what compiled code calls in place of a function of the type that is not compiled. */
  long exit() {
    return exit != 0 ? exit : makeExit();
  }

  private synchronized long makeEntry() {
    if (entry == 0) {
      entry = keep(new ThunkWriter(CodeRegion.current(), convention).entry());
    }
    return entry;
  }

  private synchronized long makeLoopEntry() {
    if (loopEntry == 0) {
      loopEntry = keep(new ThunkWriter(CodeRegion.current(), convention).loopEntry());
    }
    return loopEntry;
  }

  private synchronized long makeExit() {
    if (exit == 0) {
      exit = keep(new ThunkWriter(CodeRegion.current(), convention).exit());
    }
    return exit;
  }

  private long keep(CodeBlock block) {
    blocks.add(block);
    return block.address();
  }

  /** Frees them; nobody has the type any more. */
  @Override
  public synchronized void run() {
    blocks.forEach(CodeRegion.current()::free);
    blocks.clear();
  }
}
