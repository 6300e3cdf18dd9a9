package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getLong;

/**
 * Walks the frames of machine code that stopped, from the innermost one out, up to the entry thunk of the run. A frame
 * is found by its return address; how large it is, its code says.
 */
final class MachineFrames {

  private static final int SLOT = 8;

  private final CodeRegion region;
  /** The current frame: its code, where that goes on, and the stack pointer there. */
  private NativeFunction function;
  private NativeFunction.Site site;
  private long pc;
  private long stackPointer;
  /** Where the return address of the next frame is, and what that frame's callee pops. */
  private long next;
  private int calleeBytes;

  /** @param stopped the stack pointer where the code stopped */
  MachineFrames(StoreState store, long stopped) {
    this.region = store.region();
    long goesOn = getLong(stopped);
    CodeObject code = region.find(goesOn);
    if (code instanceof Thunk thunk) {
      next = stopped + SLOT;
      calleeBytes = thunk.stackParameterBytes();
    } else if (code instanceof Stubs stubs) {
      next = stopped + SLOT + Stubs.KEPT_BYTES;
      calleeBytes = stubs.isLink(goesOn)
          ? store.functions().at(Stubs.keptDescriptor(stopped)).type().thunks().stackParameterBytes() : 0;
    } else {
      next = stopped;
    }
  }

  /** Goes to the next frame out; false if there is none more. */
  boolean advance() {
    long at = getLong(next);
    if (!(region.find(at) instanceof NativeFunction found)) {
      return false;
    }
    function = found;
    pc = at;
    site = found.site(at);
    stackPointer = next + SLOT + calleeBytes;
    next = stackPointer + site.remaining();
    calleeBytes = found.parameterBytes();
    return true;
  }

  NativeFunction function() {
    return function;
  }

  NativeFunction.Site site() {
    return site;
  }

  /** The address that the frame's code goes on at, or of an access that faulted. */
  long pc() {
    return pc;
  }

  /** The instance context that the frame keeps, of a function that calls: below its return address. */
  long context() {
    return getLong(next - SLOT);
  }

  /** The frame's stack pointer at that place. */
  long stackPointer() {
    return stackPointer;
  }
}
