package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Handles content codings (Fetch §2.2.4): gzip, deflate and br, within a limit of size and of expansion. */
final class ContentCoding implements ByteStream {

  /** No honest text or module is that much smaller when it is compressed; a bomb is. */
  private static final int MAX_RATIO = 200;
  /** Below this size the ratio does not matter. */
  private static final long RATIO_FREE_BYTES = 4L << 20;
  private static final int MAX_CODINGS = 2;

  private final ByteStream source;
  private final String coding;
  private final ContentDecoder decoder;
  private final String url;
  private final long maxBytes;
  /** What the decoder has collected. */
  private final MemoryShare memory;
  private long received;
  private long produced;
  private boolean sourceEnded;
  private boolean outOfMemory;

  private ContentCoding(ByteStream source, String coding, String url, long maxBytes, MemoryBudget budget) {
    this.memory = new MemoryShare(budget);
    this.source = source;
    this.coding = coding;
    this.url = url;
    this.maxBytes = maxBytes;
    this.decoder = coding.equals("br") ? new BrotliDecoder() : new InflateDecoder(!coding.equals("deflate"));
  }

  /**
   * The body as it was before the codings that Content-Encoding names; unknown codings leave it as it is.
   *
   * @param url for the message of an error
   * @param budget what is collected before it can be decoded is counted against that
   */
  static ByteStream decode(NetworkResponse head, ByteStream body, Url url, long maxBytes, MemoryBudget budget)
      throws FetchError {
    Optional<String> header = head.header("content-encoding");
    if (header.isEmpty()) {
      return body;
    }
    List<String> codings = HeaderList.split(header.get().toLowerCase(Locale.ROOT));
    if (!codings.stream().allMatch(ContentCoding::isSupported)) {
      return body;
    }
    String shown = Excerpt.of(url.href());
    if (codings.size() > MAX_CODINGS) {
      throw new FetchError(Reason.TOO_LARGE, shown, "the body is compressed " + codings.size() + " times over", null);
    }
    ByteStream decoded = body;
    for (int i = codings.size() - 1; i >= 0; i--) {
      decoded = codings.get(i).equals("identity") ? decoded
          : new ContentCoding(decoded, codings.get(i), shown, maxBytes, budget);
    }
    return decoded;
  }

  private static boolean isSupported(String coding) {
    return switch (coding) {
      case "gzip", "x-gzip", "deflate", "br", "identity" -> true;
      default -> false;
    };
  }

  @Override
  public CompletableFuture<ByteBuffer> read() {
    CompletableFuture<ByteBuffer> decoded = new CompletableFuture<>();
    advance(decoded);
    return decoded;
  }

  /** Reads on until there is a decoded chunk, the end, or a failure. */
  private void advance(CompletableFuture<ByteBuffer> decoded) {
    boolean more = true;
    while (more && !produce(decoded)) {
      CompletableFuture<ByteBuffer> next = source.read();
      more = next.isDone() && !next.isCompletedExceptionally();
      if (more) {
        take(next.join());
      } else {
        next.whenComplete((chunk, failure) -> {
          if (failure != null) {
            close();
            decoded.completeExceptionally(failure);
          } else {
            take(chunk);
            advance(decoded);
          }
        });
      }
    }
  }

  private void take(ByteBuffer chunk) {
    if (chunk == null) {
      sourceEnded = true;
      decoder.endOfInput();
    } else {
      received += chunk.remaining();
      outOfMemory = coding.equals("br") && !memory.take(chunk.remaining());
      if (!outOfMemory) {
        decoder.input(chunk);
      }
    }
  }

  /** Whether the read is done, with a chunk, with the end, or with a failure. */
  private boolean produce(CompletableFuture<ByteBuffer> decoded) {
    if (outOfMemory) {
      fail(decoded, Reason.TOO_LARGE, "the memory for bodies of responses in flight is used up", null);
      return true;
    }
    try {
      ByteBuffer chunk = decoder.decode();
      if (chunk != null) {
        produced += chunk.remaining();
        long limit = Math.min(maxBytes, Math.max(RATIO_FREE_BYTES, received * MAX_RATIO));
        if (produced > limit) {
          fail(decoded, Reason.TOO_LARGE, "the body of " + received + " bytes unpacks to more than " + limit
              + " bytes", null);
        }
        decoded.complete(chunk);
        return true;
      }
      if (!sourceEnded) {
        return false;
      }
      if (received > 0 && !decoder.isComplete()) {
        throw new IOException("Unexpected end of the compressed data");
      }
      close();
      decoded.complete(null);
    } catch (IOException e) {
      fail(decoded, Reason.PROTOCOL, "the body is not what its Content-Encoding \"" + coding + "\" says: "
          + Excerpt.of(String.valueOf(e.getMessage())), e);
    }
    return true;
  }

  private void fail(CompletableFuture<ByteBuffer> decoded, Reason reason, String detail, Throwable cause) {
    cancel();
    decoded.completeExceptionally(new FetchError(reason, url, detail, cause));
  }

  @Override
  public void cancel() {
    source.cancel();
    close();
  }

  private void close() {
    decoder.close();
    memory.close();
  }
}
