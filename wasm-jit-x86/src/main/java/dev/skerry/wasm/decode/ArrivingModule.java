package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ByteReader;
import java.util.Arrays;

/**
 * The bytes of a module as they come, and the reader that follows them, at once or later. Its buffer is exactly as long
 * as the module where the length is known from the start; else it doubles, and is cut in the end. For one thread at a
 * time.
 */
public final class ArrivingModule {

  private static final int FIRST_BYTES = 1 << 12;
  private static final byte[] NOTHING = {};

  private final Allowance allowance;
  private final ByteReader in = new ByteReader(NOTHING);
  /** What was taken for the module when the reader began. */
  private long taken;
  /** Null as long as bytes are only kept. */
  private ModuleReader reader;

  /** A module that is read while it comes. */
  public ArrivingModule(Allowance allowance) {
    this(allowance, true);
  }

  /** @param atOnce whether it is read while it comes; else from {@link #begin} on, which must come before the end */
  public ArrivingModule(Allowance allowance, boolean atOnce) {
    this.allowance = allowance;
    reader = atOnce ? new ModuleReader(allowance, in, false) : null;
  }

  /**
   * Reads what has come, and what will; anew if something was read before.
   *
   * @param isKnown whether the module was found valid before, so that bodies may be validated when they are needed
   */
  public void begin(boolean isKnown) throws CompileError {
    if (reader == null) {
      taken = allowance.memory().bytes();
    } else {
      allowance.finished();
      allowance.memory().giveBack(allowance.memory().bytes() - taken);
      in.position(0);
    }
    reader = new ModuleReader(allowance, in, isKnown);
    reader.advance();
  }

  /**
   * As {@link #begin} of a whole module that was found valid before, while nobody knows whether it was: if it was not,
   * that has to follow.
   *
   * @return false if the module is not valid, so that it has to follow in any case
   */
  public boolean beginEarly() {
    try {
      whole();
      begin(true);
      return true;
    } catch (CompileError toldByBegin) {
      return false;
    }
  }

  /** Makes room for a module of that length, which is not relied on. */
  public void expect(int length) throws CompileError {
    ModuleReader.checkSize(length);
    if (length > in.bytes().length) {
      resize(length);
    }
  }

  /** Takes the next bytes, and reads what has become whole by them. */
  public void feed(byte[] source, int from, int length) throws CompileError {
    long needed = (long) in.available() + length;
    ModuleReader.checkSize(needed);
    if (needed > in.bytes().length) {
      resize((int) Math.max(needed, Math.max(FIRST_BYTES, Math.min(2L * in.bytes().length, Integer.MAX_VALUE >> 1))));
    }
    System.arraycopy(source, from, in.bytes(), in.available(), length);
    in.bytes(in.bytes(), (int) needed);
    if (reader != null) {
      reader.advance();
    }
  }

  /** All bytes of the module, now that they have come; not to be changed. */
  public byte[] whole() throws CompileError {
    if (in.available() < in.bytes().length) {
      resize(in.available());
    }
    return in.bytes();
  }

  /** The module, now that all of it has come. */
  public ModuleInfo finish() throws CompileError {
    whole();
    return reader.finish();
  }

  private void resize(int length) throws CompileError {
    allowance.take(length, in.available());
    byte[] former = in.bytes();
    in.bytes(Arrays.copyOf(former, length), in.available());
    allowance.memory().giveBack(former.length);
  }
}
