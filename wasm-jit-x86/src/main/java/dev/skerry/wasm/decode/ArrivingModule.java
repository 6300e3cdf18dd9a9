package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ByteReader;
import java.util.Arrays;

/**
 * The bytes of a module as they come, and the reader that follows them. Its buffer is exactly as long as the module
 * where the length is known from the start; else it doubles, and is cut in the end. For one thread at a time.
 */
public final class ArrivingModule {

  private static final int FIRST_BYTES = 1 << 12;
  private static final byte[] NOTHING = {};

  private final Allowance allowance;
  private final ByteReader in = new ByteReader(NOTHING);
  private final ModuleReader reader;

  /** A module of which nobody knows anything yet. */
  public ArrivingModule(Allowance allowance) {
    this(allowance, false);
  }

  /** @param isKnown whether the module was found valid before, so that bodies may be validated when they are needed */
  public ArrivingModule(Allowance allowance, boolean isKnown) {
    this.allowance = allowance;
    reader = new ModuleReader(allowance, in, isKnown);
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
    reader.advance();
  }

  /** The module, now that all of it has come. */
  public ModuleInfo finish() throws CompileError {
    if (in.available() < in.bytes().length) {
      resize(in.available());
    }
    return reader.finish();
  }

  private void resize(int length) throws CompileError {
    allowance.take(length, in.available());
    byte[] former = in.bytes();
    in.bytes(Arrays.copyOf(former, length), in.available());
    allowance.memory().giveBack(former.length);
  }
}
