package dev.skerry.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Undoes one content coding, chunk by chunk. Used by one thread at a time. */
sealed interface ContentDecoder extends AutoCloseable permits InflateDecoder, BrotliDecoder {

  int CHUNK = 16 << 10;

  /** Takes the next coded bytes; all earlier ones have been decoded. */
  void input(ByteBuffer coded);

  /** Says that no coded bytes follow. */
  void endOfInput();

  /** The next decoded bytes; null where there are none until more comes in, or at the end. */
  ByteBuffer decode() throws IOException;

  /** Whether what came in is a whole coded body. */
  boolean isComplete();

  @Override
  void close();
}
