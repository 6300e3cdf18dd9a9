package dev.skerry.fetch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.brotli.dec.BrotliInputStream;

/**
 * The coding br (RFC 7932). The decoder behind it cannot pause for more input, so the coded body is collected first,
 * within the limit of a body, and decoded as it is read.
 */
final class BrotliDecoder implements ContentDecoder {

  private final ByteArrayOutputStream coded = new ByteArrayOutputStream();
  private BrotliInputStream decoding;
  private boolean ended;
  private boolean complete;

  @Override
  public void input(ByteBuffer bytes) {
    coded.writeBytes(ByteStream.array(bytes));
  }

  @Override
  public void endOfInput() {
    ended = true;
  }

  @Override
  public ByteBuffer decode() throws IOException {
    if (!ended || complete) {
      return null;
    }
    try {
      if (decoding == null) {
        decoding = new BrotliInputStream(new ByteArrayInputStream(coded.toByteArray()));
      }
      byte[] output = new byte[CHUNK];
      int length = decoding.read(output);
      complete = length < 0;
      return length <= 0 ? null : ByteBuffer.wrap(output, 0, length);
    } catch (IllegalStateException | IndexOutOfBoundsException e) {
      throw new IOException("corrupt brotli data", e);
    }
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public void close() {
    coded.reset();
    complete = true;
  }
}
