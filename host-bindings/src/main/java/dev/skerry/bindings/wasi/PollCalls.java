package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The function {@code poll_oneoff}: waits for clocks and descriptors. */
public final class PollCalls {

  private static final int CLOCK = 0;
  private static final int FD_READ = 1;
  private static final int FD_WRITE = 2;
  private static final int ABSTIME = 1;

  /** How many subscriptions one call may have. */
  private static final int MAX_SUBSCRIPTIONS = 4096;

  private final Descriptors descriptors;
  private final Clocks clocks;

  public PollCalls(Descriptors descriptors, Clocks clocks) {
    this.descriptors = descriptors;
    this.clocks = clocks;
  }

  /** Something waited for; answers with its event once it has happened. */
  @FunctionalInterface
  private interface Subscription {
    byte[] event() throws IOException;
  }

  /** {@code (in, out, nsubscriptions, nevents)}. */
  public void pollOneoff(Call call) throws IOException {
    GuestMemory memory = call.memory();
    long count = call.u32(2);
    long in = memory.checkArray("in", call.u32(0), count, Layout.SUBSCRIPTION);
    long out = memory.checkArray("out", call.u32(1), count, Layout.EVENT);
    long result = memory.check("nevents", call.u32(3), Integer.BYTES);
    if (count == 0 || count > MAX_SUBSCRIPTIONS) {
      throw Errno.INVAL.failure();
    }
    ByteBuffer copy = Layout.view(memory.bytes("in", in, count * Layout.SUBSCRIPTION));
    List<Subscription> subscriptions = new ArrayList<>();
    Input awaited = null;
    for (int i = 0; i < count; i++) {
      int at = i * Layout.SUBSCRIPTION;
      subscriptions.add(subscription(copy, at));
      if (copy.get(at + 8) == FD_READ && input(copy.getInt(at + 16)) != null) {
        awaited = input(copy.getInt(at + 16));
      }
    }
    List<byte[]> events = wait(call, subscriptions, awaited);
    for (byte[] event : events) {
      memory.write("out", out, event, 0, event.length);
      out += event.length;
    }
    memory.putInt("nevents", result, events.size());
  }

  private static List<byte[]> wait(Call call, List<Subscription> subscriptions, Input awaited) throws IOException {
    Object pause = new Object();
    List<byte[]> events = new ArrayList<>();
    while (true) {
      call.poll();
      for (Subscription subscription : subscriptions) {
        byte[] event = subscription.event();
        if (event != null) {
          events.add(event);
        }
      }
      if (!events.isEmpty()) {
        return events;
      }
      if (awaited != null) {
        awaited.await();
      } else {
        synchronized (pause) {
          Input.pause(pause);
        }
      }
    }
  }

  private Subscription subscription(ByteBuffer copy, int at) {
    long userdata = copy.getLong(at);
    int type = copy.get(at + 8) & 0xff;
    return switch (type) {
      case CLOCK -> clock(userdata, copy.getInt(at + 16), copy.getLong(at + 24), copy.getShort(at + 40));
      case FD_READ, FD_WRITE -> {
        int fd = copy.getInt(at + 16);
        yield () -> descriptor(userdata, type, fd);
      }
      default -> () -> event(userdata, Errno.INVAL, type, 0);
    };
  }

  private Subscription clock(long userdata, int id, long timeout, int flags) {
    if (id == Clocks.PROCESS_CPUTIME || id == Clocks.THREAD_CPUTIME) {
      return () -> event(userdata, Errno.NOTSUP, CLOCK, 0);
    }
    try {
      long now = clocks.time(id);
      boolean absolute = (flags & ABSTIME) != 0;
      long end = absolute || Long.compareUnsigned(timeout, Long.MAX_VALUE - now) < 0
          ? (absolute ? 0 : now) + timeout : Long.MAX_VALUE;
      return () -> Long.compareUnsigned(clocks.time(id), end) >= 0 ? event(userdata, Errno.SUCCESS, CLOCK, 0) : null;
    } catch (Errno.Failure unknown) {
      return () -> event(userdata, unknown.errno(), CLOCK, 0);
    }
  }

  private byte[] descriptor(long userdata, int type, int fd) throws IOException {
    try {
      Descriptor found = descriptors.get(fd);
      found.need(Rights.POLL_FD_READWRITE | (type == FD_READ ? Rights.FD_READ : Rights.FD_WRITE));
      long bytes = 1;
      if (found instanceof Input input && type == FD_READ) {
        bytes = input.ready();
        if (bytes == 0) {
          return null;
        }
      } else if (found instanceof OpenFile file && type == FD_READ) {
        bytes = Math.max(0, file.size() - file.offset());
      }
      return event(userdata, Errno.SUCCESS, type, bytes);
    } catch (Errno.Failure failed) {
      return event(userdata, failed.errno(), type, 0);
    }
  }

  private Input input(int fd) {
    try {
      return descriptors.get(fd) instanceof Input input ? input : null;
    } catch (Errno.Failure closed) {
      return null;
    }
  }

  private static byte[] event(long userdata, Errno errno, int type, long bytes) {
    ByteBuffer event = Layout.structure(Layout.EVENT);
    event.putLong(0, userdata).putShort(8, (short) errno.number()).put(10, (byte) type).putLong(16, bytes);
    return event.array();
  }
}
