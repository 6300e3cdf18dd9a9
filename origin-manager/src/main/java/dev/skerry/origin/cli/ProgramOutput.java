package dev.skerry.origin.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A program's output on a stream of the process. Nothing is held back: what the program has written is out, as with a
 * native program, whatever happens next. Once nobody reads any more, writing ends the program, as SIGPIPE would.
 */
final class ProgramOutput extends OutputStream {

  /** Nobody reads the output any more. */
  static final class Closed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Closed(IOException cause) {
      super(cause.getMessage(), cause, false, false);
    }
  }

  private final OutputStream out;

  ProgramOutput(OutputStream out) {
    this.out = out;
  }

  /** Whether writing failed because nobody reads any more. */
  static boolean isClosed(IOException error) {
    return "Broken pipe".equals(error.getMessage());
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException error) {
      if (isClosed(error)) {
        throw new Closed(error);
      }
      throw error;
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
