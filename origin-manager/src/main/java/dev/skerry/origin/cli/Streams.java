package dev.skerry.origin.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The standard streams of one run of the command line. Text is UTF-8; a guest gets the bare streams, so that what it
 * writes arrives at once and as it is.
 */
final class Streams {

  private final InputStream in;
  private final OutputStream out;
  private final OutputStream err;
  private final String terminals;
  private PrintWriter outText;
  private PrintWriter errText;
  private IOException lost;

  /** Keeps what writing text fails with, of which a {@link PrintWriter} tells no more than that it did. */
  private final class Kept extends FilterOutputStream {

    Kept() {
      super(Streams.this.out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException failed) {
        lost = failed;
        throw failed;
      }
    }
  }

  /** @param terminals which of them are terminals: {@code out}, {@code err}, both with a comma between, or empty */
  Streams(InputStream in, OutputStream out, OutputStream err, String terminals) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.terminals = terminals;
  }

  /** Those of the process; the launcher says which are terminals. */
  static Streams ofProcess() {
    return new Streams(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err), System.getProperty("skerry.terminals", ""));
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  OutputStream err() {
    return err;
  }

  /** Standard output for text; {@link #flush} sends it on its way. */
  PrintWriter outText() {
    if (outText == null) {
      outText = new PrintWriter(new OutputStreamWriter(new Kept(), StandardCharsets.UTF_8));
    }
    return outText;
  }

  /** Standard error for text, sent at each line's end. */
  PrintWriter errText() {
    if (errText == null) {
      errText = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
    }
    return errText;
  }

  /**
   * Standard output for one JSON value, laid out for reading and all in ASCII, so that a terminal may show it; closing
   * the generator ends the line and no stream.
   */
  JsonGenerator outJson() throws IOException {
    PrintWriter text = outText();
    JsonFactory ascii = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    JsonGenerator json = ascii.createGenerator(new FilterWriter(text) {
      @Override
      public void close() {
        text.println();
      }
    });
    return json.useDefaultPrettyPrinter();
  }

  /** Whether standard output is a terminal. */
  boolean outIsTerminal() {
    return terminals.contains("out");
  }

  /** Whether standard error is a terminal. */
  boolean errIsTerminal() {
    return terminals.contains("err");
  }

  /** Colours are for people who look at a terminal and have not said no (no-color.org). */
  boolean wantsColours() {
    return outIsTerminal() && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
  }

  /** Why not all text reached standard output, as far as it was sent on its way; null if it did. */
  IOException lost() {
    return lost;
  }

  void flush() {
    if (outText != null) {
      outText.flush();
    }
    if (errText != null) {
      errText.flush();
    }
  }
}
