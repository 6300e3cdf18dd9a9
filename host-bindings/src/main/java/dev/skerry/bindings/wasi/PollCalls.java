package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;
import dev.skerry.wasm.Trap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;

/** The function {@code poll_oneoff}: waits for clocks and descriptors. */
public final class PollCalls {

  private static final int CLOCK = 0;
  private static final int FD_READ = 1;
  private static final int FD_WRITE = 2;
  private static final int ABSTIME = 1;

  /** How many subscriptions one call may have. */
  private static final int MAX_SUBSCRIPTIONS = 4096;

  /** A timer may be due a little before a coarse clock shows it. */
  private static final int SPARE_MILLIS = 1;

  private final Descriptors descriptors;
  private final Clocks clocks;
  private final ObjLongConsumer<Runnable> alarms;

  /** @param alarms runs something after so many milliseconds; null where a guest that waits may hold its thread */
  public PollCalls(Descriptors descriptors, Clocks clocks, ObjLongConsumer<Runnable> alarms) {
    this.descriptors = descriptors;
    this.clocks = clocks;
    this.alarms = alarms;
  }

  /** Something waited for. */
  private interface Subscription {

    /** The event, once it has happened; null before. */
    byte[] event() throws IOException;

    /** How long it will be until then; {@link Long#MAX_VALUE} where nobody knows. */
    default long nanosLeft() throws Errno.Failure {
      return Long.MAX_VALUE;
    }
  }

  /** A time of a clock in nanoseconds. */
  private final class Alarm implements Subscription {

    private final long userdata;
    private final int clock;
    private final long end;

    Alarm(long userdata, int clock, long end) {
      this.userdata = userdata;
      this.clock = clock;
      this.end = end;
    }

    @Override
    public byte[] event() throws IOException {
      return nanosLeft() <= 0 ? PollCalls.event(userdata, Errno.SUCCESS, CLOCK, 0) : null;
    }

    @Override
    public long nanosLeft() throws Errno.Failure {
      long now = clocks.time(clock);
      return Long.compareUnsigned(now, end) >= 0 ? 0 : end < 0 ? Long.MAX_VALUE : end - now;
    }
  }

  /** {@code (in, out, nsubscriptions, nevents)}. */
  public void pollOneoff(Call call) throws IOException {
    GuestMemory memory = call.memory();
    long count = call.u32(2);
    long in = memory.checkArray("in", call.u32(0), count, Layout.SUBSCRIPTION);
    memory.checkArray("out", call.u32(1), count, Layout.EVENT);
    memory.check("nevents", call.u32(3), Integer.BYTES);
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
    List<byte[]> events = events(subscriptions);
    if (!events.isEmpty() || alarms == null || awaited != null || !suspend(call, subscriptions)) {
      write(call, events.isEmpty() ? wait(call, subscriptions, awaited) : events);
    }
  }

  private static void write(Call call, List<byte[]> events) {
    GuestMemory memory = call.memory();
    long out = call.u32(1);
    for (byte[] event : events) {
      memory.write("out", out, event, 0, event.length);
      out += event.length;
    }
    memory.putInt("nevents", call.u32(3), events.size());
  }

  private static List<byte[]> events(List<Subscription> subscriptions) throws IOException {
    List<byte[]> events = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      byte[] event = subscription.event();
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }

  private static List<byte[]> wait(Call call, List<Subscription> subscriptions, Input awaited) throws IOException {
    Object pause = new Object();
    while (true) {
      call.poll();
      List<byte[]> events = events(subscriptions);
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

  /** Suspends the guest until the first alarm; false where it cannot wait, and must hold its thread. */
  private boolean suspend(Call call, List<Subscription> subscriptions) throws IOException {
    long nanos = Long.MAX_VALUE;
    for (Subscription subscription : subscriptions) {
      nanos = Math.min(nanos, subscription.nanosLeft());
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + SPARE_MILLIS;
    CompletableFuture<Void> due = new CompletableFuture<>();
    try {
      call.await(() -> {
        try {
          alarms.accept(() -> due.complete(null), millis);
        } catch (Trap refused) {
          due.completeExceptionally(refused);
        }
        return due;
      }, (again, nothing) -> woken(again, subscriptions));
      return true;
    } catch (Trap cannotWait) {
      return false;
    }
  }

  private static void woken(Call call, List<Subscription> subscriptions) {
    Errno errno = Errno.SUCCESS;
    try {
      write(call, wait(call, subscriptions, null));
    } catch (Errno.Failure failed) {
      errno = failed.errno();
    } catch (IOException failed) {
      errno = Errno.of(failed);
    }
    call.result(errno.number());
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
      return new Alarm(userdata, id, absolute || Long.compareUnsigned(timeout, Long.MAX_VALUE - now) < 0
          ? (absolute ? 0 : now) + timeout : Long.MAX_VALUE);
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
