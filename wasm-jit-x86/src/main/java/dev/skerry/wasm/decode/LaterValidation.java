package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.validate.ModuleContext;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Validates the bodies of a module, which was found valid by an earlier process, one by one when they are first needed:
 * so nobody relies on what that process said. Thread-safe.
 */
final class LaterValidation {

  /** What the types of a module take longer than the reading, each. */
  private static final int TYPE_BYTES = 48;

  private final ReentrantLock lock = new ReentrantLock();
  private final BitSet valid = new BitSet();
  private ModuleContext context;
  private int imported;
  private int[] starts;
  private ByteReader in;
  private CodeReader reader;
  /** Of whoever validates just now. */
  private Runnable poll = () -> { };

  /** The module has been read. */
  void begin(ModuleContext read, byte[] bytes, int[] bodies, int importedFunctions) throws CompileError {
    read.allowance.take((long) TYPE_BYTES * read.types.length, 0);
    context = read;
    imported = importedFunctions;
    starts = bodies;
    in = new ByteReader(bytes);
    context.allowance.pollWith(() -> poll.run());
    reader = new CodeReader(context, in, false);
  }

  /**
   * Makes sure that a body is valid.
   *
   * @param function counted from the module's first own one
   * @param whileWaiting called every few milliseconds; what it throws ends the validation
   * @throws Trap if the body is not valid, or takes more memory than the module may
   */
  void require(int function, Runnable whileWaiting) {
    lock(whileWaiting);
    try {
      if (!valid.get(function)) {
        poll = whileWaiting;
        validate(function);
        valid.set(function);
      }
    } catch (CompileError invalid) {
      throw Trap.host("function " + (imported + function) + " of a module that was said to be valid is not: "
          + invalid.getMessage());
    } finally {
      poll = () -> { };
      lock.unlock();
    }
  }

  private void lock(Runnable whileWaiting) {
    boolean interrupted = false;
    while (!lock.tryLock()) {
      whileWaiting.run();
      try {
        if (lock.tryLock(1, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void validate(int function) throws CompileError {
    in.limit(in.available());
    in.position(starts[function]);
    int size = in.u32();
    in.limit(in.position() + size);
    try {
      reader.body(context.functions[imported + function]);
    } finally {
      context.allowance.finished();
    }
  }
}
