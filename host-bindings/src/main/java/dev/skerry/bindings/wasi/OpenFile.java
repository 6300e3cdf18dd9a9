package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open regular file, with its offset. */
final class OpenFile extends Descriptor {

  private final FileChannel channel;
  private final Location location;
  private FileStat known;
  private long offset;

  OpenFile(FileChannel channel, Location location, FileStat known, long rights, long inheriting, int flags) {
    super(rights, inheriting, flags);
    this.channel = channel;
    this.location = location;
    this.known = known;
  }

  Location location() {
    return location;
  }

  FileStat known() {
    return known;
  }

  long size() throws IOException {
    return channel.size();
  }

  /** The file's state; what only its name tells stays as it was once the name means another file. */
  @Override
  FileStat stat() throws IOException {
    FileStat now = location.stat();
    if (known.sameFile(now)) {
      known = now;
    }
    return known.withSize(channel.size());
  }

  @Override
  void sync(boolean metadata) throws IOException {
    channel.force(metadata);
  }

  @Override
  int read(byte[] target, int size, Runnable poll) throws IOException {
    int count = readAt(offset, target, size);
    offset += Math.max(0, count);
    return count;
  }

  @Override
  void write(byte[] source, int size) throws IOException {
    if (has(APPEND)) {
      offset = channel.size();
    }
    writeAt(offset, source, size);
    offset += size;
  }

  int readAt(long position, byte[] target, int size) throws IOException {
    return channel.read(ByteBuffer.wrap(target, 0, size), position);
  }

  void writeAt(long position, byte[] source, int size) throws IOException {
    if (position > Long.MAX_VALUE - size) {
      throw Errno.FBIG.failure();
    }
    ByteBuffer bytes = ByteBuffer.wrap(source, 0, size);
    while (bytes.hasRemaining()) {
      channel.write(bytes, position + bytes.position());
    }
  }

  long offset() {
    return offset;
  }

  void seek(long newOffset) {
    offset = newOffset;
  }

  /** Cuts the file, or extends it with zeros. */
  void resize(long newSize) throws IOException {
    long size = channel.size();
    if (newSize > size) {
      channel.write(ByteBuffer.allocate(1), newSize - 1);
    } else {
      channel.truncate(newSize);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
