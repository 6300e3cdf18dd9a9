package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.io.InputStream;

/**
 * Standard input. What is there already is read directly; where a read might block, a daemon thread does it, and the
 * guest's thread waits in slices, so that an interrupt ends the wait. At most one such read is under way; closing
 * leaves it to end by itself, because a blocked read of a stream cannot be ended in Java.
 */
final class Input extends Descriptor {

  /** How long a wait lasts before the next poll, in milliseconds. */
  private static final long SLICE = 1;

  private final InputStream stream;
  private final FileType type;
  private final Object lock = new Object();
  private final byte[] ahead = new byte[1 << 13];
  private int from;
  private int to;
  private boolean reading;
  private boolean ended;
  private IOException error;

  /** @param stream null when there is nothing to read */
  Input(InputStream stream, FileType type) {
    super(Rights.STREAM | Rights.FD_READ, 0, 0);
    this.stream = stream;
    this.type = type;
    this.ended = stream == null;
  }

  @Override
  FileStat stat() {
    return FileStat.ofStream(type);
  }

  @Override
  int read(byte[] target, int size, Runnable poll) throws IOException {
    while (true) {
      synchronized (lock) {
        if (from < to) {
          int count = Math.min(size, to - from);
          System.arraycopy(ahead, from, target, 0, count);
          from += count;
          return count;
        }
        if (ended) {
          return -1;
        }
        if (error != null) {
          throw takeError();
        }
        if (!reading) {
          int available = available();
          if (available > 0) {
            return stream.read(target, 0, Math.min(size, available));
          }
          startReading();
        }
        if (has(NONBLOCK)) {
          throw Errno.AGAIN.failure();
        }
        pause(lock);
      }
      poll.run();
    }
  }

  /** How many bytes can be read at once: at least 1 at the end or after an error, too, because a read answers then. */
  int ready() {
    synchronized (lock) {
      if (from < to) {
        return to - from;
      }
      if (ended || error != null) {
        return 1;
      }
      int available = reading ? 0 : available();
      if (available == 0 && !reading) {
        startReading();
      }
      return available;
    }
  }

  /** Waits for input, or for a slice of time; whoever waits longer polls in between. */
  void await() throws IOException {
    synchronized (lock) {
      if (ready() == 0) {
        pause(lock);
      }
    }
  }

  static void pause(Object lock) throws IOException {
    try {
      lock.wait(SLICE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Errno.INTR.failure();
    }
  }

  private IOException takeError() {
    IOException thrown = error;
    error = null;
    return thrown;
  }

  private int available() {
    try {
      return stream.available();
    } catch (IOException unknown) {
      return 0;
    }
  }

  private void startReading() {
    reading = true;
    Thread thread = new Thread(this::readAhead, "wasi-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  private void readAhead() {
    int count = -1;
    IOException thrown = null;
    try {
      count = stream.read(ahead);
    } catch (IOException failed) {
      thrown = failed;
    }
    synchronized (lock) {
      reading = false;
      error = thrown;
      ended = thrown == null && count < 0;
      from = 0;
      to = Math.max(0, count);
      lock.notifyAll();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      ended = true;
    }
  }
}
