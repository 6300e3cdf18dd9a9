package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.io.OutputStream;

/** Standard output or error: flushed after every write, because the guest's own library buffers. */
final class Output extends Descriptor {

  private final OutputStream stream;
  private final FileType type;

  Output(OutputStream stream, FileType type) {
    super(Rights.STREAM | Rights.FD_WRITE, 0, APPEND);
    this.stream = stream;
    this.type = type;
  }

  @Override
  FileStat stat() {
    return FileStat.ofStream(type);
  }

  @Override
  void write(byte[] source, int size) throws IOException {
    stream.write(source, 0, size);
  }

  @Override
  void flush() throws IOException {
    stream.flush();
  }

  /** Flushes; the stream belongs to whoever made it. */
  @Override
  public void close() throws IOException {
    stream.flush();
  }
}
