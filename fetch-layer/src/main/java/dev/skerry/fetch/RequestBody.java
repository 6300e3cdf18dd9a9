package dev.skerry.fetch;

import java.nio.ByteBuffer;

/**
 * A request's body (Fetch §2.2.4). What has a source can be sent again after a redirect or on a new connection; a
 * stream can be sent once.
 */
public final class RequestBody {

  /** Null for a body that is a stream alone. */
  private final byte[] source;
  private final ByteStream stream;
  private final String type;

  private RequestBody(byte[] source, ByteStream stream, String type) {
    this.source = source;
    this.stream = stream;
    this.type = type;
  }

  /**
   * A body of those bytes.
   *
   * @param type the MIME type for {@code Content-Type}; empty for none
   */
  public static RequestBody of(byte[] bytes, String type) {
    return new RequestBody(bytes.clone(), null, type);
  }

  /** A body that is read from a stream while it is sent, no faster than the server takes it. */
  public static RequestBody of(ByteStream stream, String type) {
    return new RequestBody(null, stream, type);
  }

  /** The MIME type; empty for none. */
  public String type() {
    return type;
  }

  /** Whether it can be sent more than once. */
  boolean hasSource() {
    return source != null;
  }

  /** In bytes; -1 where it is not known. */
  long length() {
    return source == null ? -1 : source.length;
  }

  /** The bytes to send. */
  ByteStream stream() {
    return source == null ? stream : ByteStream.of(ByteBuffer.wrap(source).asReadOnlyBuffer());
  }
}
