package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.wasi.Clocks;
import dev.skerry.bindings.wasi.Descriptors;
import dev.skerry.bindings.wasi.Errno;
import dev.skerry.bindings.wasi.FileCalls;
import dev.skerry.bindings.wasi.PathCalls;
import dev.skerry.bindings.wasi.PollCalls;
import dev.skerry.bindings.wasi.SystemCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code wasi_snapshot_preview1}: every function of it, for the guests of one agent. The descriptors belong to this
 * object; closing it closes the files, not the standard streams. A pointer outside the guest's memory is a host trap,
 * everything else that fails is an {@code errno}. One thread at a time uses it.
 */
public final class WasiPreview1 implements HostModule, AutoCloseable {

  /**
   * Everything that one guest may reach.
   *
   * @param args the program's name first; no NUL characters
   * @param environment names without {@code =}; no NUL characters
   * @param stdin read from as the guest does; null when there is nothing to read. It is never closed
   * @param stdout written to and flushed for each write of the guest. Failures reach the guest, so it should be a
   *     stream that reports them, not a {@link java.io.PrintStream}. It is never closed
   * @param stderr as {@code stdout}
   * @param preopens guest path to host folder, in the order of the file descriptors from 3 on
   * @param clocks the clocks that the guest reads
   * @param terminal whether the standard streams are a terminal; a C program then writes line by line
   * @param timers what wakes a guest that waits for a clock, so that it holds no thread meanwhile; null where it may
   *     hold the one that it runs on
   */
  public record Config(List<String> args, Map<String, String> environment, InputStream stdin, OutputStream stdout,
                       OutputStream stderr, Map<String, Path> preopens, Clocks clocks, boolean terminal,
                       TimerService timers) {

    /** With the host's precise clocks, and standard streams that are no terminal. */
    public Config(List<String> args, Map<String, String> environment, InputStream stdin, OutputStream stdout,
                  OutputStream stderr, Map<String, Path> preopens) {
      this(args, environment, stdin, stdout, stderr, preopens, Clocks.precise(), false, null);
    }

    /**
     * What a guest in a page gets: no arguments, environment, input or folders, clocks in the timers' steps, and its
     * output as console messages, a line each: standard output as {@code log}, standard error as {@code error}. While
     * it sleeps, other tasks of its agent run, as with {@code web:timers.sleep}.
     */
    public static Config inPage(ConsoleSink sink, TimerService timers) {
      return new Config(List.of(), Map.of(), null, new ConsoleLines(sink, ConsoleSink.Level.LOG),
          new ConsoleLines(sink, ConsoleSink.Level.ERROR), Map.of(), Clocks.coarse(timers.step()), false, timers);
    }

    /** The same, with standard streams that are a terminal or are none. */
    public Config withTerminal(boolean isTerminal) {
      return new Config(args, environment, stdin, stdout, stderr, preopens, clocks, isTerminal, timers);
    }
  }

  /** A function that answers with an error number. */
  @FunctionalInterface
  private interface Body {
    void run(Call call) throws IOException;
  }

  private final Config config;
  private final Descriptors descriptors = new Descriptors();
  private final SystemCalls system;
  private final FileCalls files;
  private final PathCalls paths;
  private final PollCalls polls;

  /** @throws IllegalArgumentException when an argument or variable cannot be passed on, or a folder not be opened */
  public WasiPreview1(Config config) {
    this.config = config;
    List<String> environment = new ArrayList<>();
    config.environment().forEach((name, value) -> environment.add(variable(name, value)));
    config.args().forEach(argument -> refuseNul(argument, "argument"));
    system = new SystemCalls(config.args(), environment, config.clocks());
    files = new FileCalls(descriptors);
    paths = new PathCalls(descriptors);
    polls = new PollCalls(descriptors, config.clocks(), config.timers() == null ? null : this::wake);
    openDescriptors();
  }

  private void wake(Runnable action, long millis) {
    config.timers().start(millis, false, then -> {
      action.run();
      then.run();
    });
  }

  private static String variable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException("the environment variable name '" + name + "' is empty or contains '='");
    }
    refuseNul(name + value, "environment variable");
    return name + "=" + value;
  }

  private static void refuseNul(String text, String kind) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an " + kind + " contains a NUL character");
    }
  }

  private void openDescriptors() {
    try {
      SystemCalls.standardStreams(descriptors, config.stdin(), config.stdout(), config.stderr(), config.terminal());
    } catch (IOException full) {
      throw new IllegalArgumentException("no room for the standard streams", full);
    }
    config.preopens().forEach((name, folder) -> {
      try {
        SystemCalls.preopen(descriptors, name, folder);
      } catch (IOException refused) {
        throw new IllegalArgumentException("the folder " + folder + " cannot be opened: it is missing, no folder, or "
            + "not accessible", refused);
      }
    });
  }

  @Override
  public String name() {
    return "wasi_snapshot_preview1";
  }

  @Override
  public Capability capability() {
    return Capability.SYSTEM;
  }

  @Override
  public List<Binding> functions() {
    return List.of(
        row("args_get", "i32 argv, i32 argv_buf", "Copies the arguments.", system::argsGet),
        row("args_sizes_get", "i32 argc, i32 argv_buf_size", "Sizes of the arguments.", system::argsSizesGet),
        row("environ_get", "i32 environ, i32 environ_buf", "Copies the environment.", system::environGet),
        row("environ_sizes_get", "i32 count, i32 environ_buf_size", "Sizes of the environment.",
            system::environSizesGet),
        row("clock_res_get", "i32 id, i32 resolution", "The length of a clock's steps.", system::clockResGet),
        row("clock_time_get", "i32 id, i64 precision, i32 time", "A clock's time.", system::clockTimeGet),
        row("random_get", "i32 buf, i32 buf_len", "Fills a buffer with random bytes.", system::randomGet),
        row("sched_yield", "", "Lets others run.", system::schedYield),
        row("proc_raise", "i32 sig", "Raises a signal; there are none.", system::procRaise),
        Binding.of("proc_exit", "i32 rval ->", "Ends the guest.", this::exit),
        row("poll_oneoff", "i32 in, i32 out, i32 nsubscriptions, i32 nevents", "Waits for clocks and descriptors.",
            polls::pollOneoff),
        row("fd_advise", "i32 fd, i64 offset, i64 len, i32 advice", "Says how a file will be used.", files::advise),
        row("fd_allocate", "i32 fd, i64 offset, i64 len", "Makes a file at least that long.", files::allocate),
        row("fd_close", "i32 fd", "Closes a descriptor.", files::close),
        row("fd_datasync", "i32 fd", "Makes a file's data durable.", files::datasync),
        row("fd_fdstat_get", "i32 fd, i32 stat", "A descriptor's kind, flags and rights.", files::fdstatGet),
        row("fd_fdstat_set_flags", "i32 fd, i32 flags", "Changes a descriptor's flags.", files::fdstatSetFlags),
        row("fd_fdstat_set_rights", "i32 fd, i64 rights, i64 inheriting", "Gives rights up.", files::fdstatSetRights),
        row("fd_filestat_get", "i32 fd, i32 stat", "An open file's attributes.", files::filestatGet),
        row("fd_filestat_set_size", "i32 fd, i64 size", "Cuts or extends an open file.", files::filestatSetSize),
        row("fd_filestat_set_times", "i32 fd, i64 atim, i64 mtim, i32 fst_flags", "Sets an open file's times.",
            files::filestatSetTimes),
        row("fd_pread", "i32 fd, i32 iovs, i32 iovs_len, i64 offset, i32 nread", "Reads at an offset.", files::pread),
        row("fd_prestat_get", "i32 fd, i32 prestat", "Describes a preopened folder.", files::prestatGet),
        row("fd_prestat_dir_name", "i32 fd, i32 path, i32 path_len", "A preopened folder's name.",
            files::prestatDirName),
        row("fd_pwrite", "i32 fd, i32 iovs, i32 iovs_len, i64 offset, i32 nwritten", "Writes at an offset.",
            files::pwrite),
        row("fd_read", "i32 fd, i32 iovs, i32 iovs_len, i32 nread", "Reads.", files::read),
        row("fd_readdir", "i32 fd, i32 buf, i32 buf_len, i64 cookie, i32 bufused", "Lists a folder.", files::readdir),
        row("fd_renumber", "i32 fd, i32 to", "Gives a descriptor the number of another.", files::renumber),
        row("fd_seek", "i32 fd, i64 offset, i32 whence, i32 newoffset", "Moves a file's offset.", files::seek),
        row("fd_sync", "i32 fd", "Makes a file durable.", files::sync),
        row("fd_tell", "i32 fd, i32 offset", "A file's offset.", files::tell),
        row("fd_write", "i32 fd, i32 iovs, i32 iovs_len, i32 nwritten", "Writes.", files::write),
        row("path_create_directory", "i32 fd, i32 path, i32 path_len", "Makes a folder.", paths::createDirectory),
        row("path_filestat_get", "i32 fd, i32 flags, i32 path, i32 path_len, i32 stat", "A file's attributes.",
            paths::filestatGet),
        row("path_filestat_set_times",
            "i32 fd, i32 flags, i32 path, i32 path_len, i64 atim, i64 mtim, i32 fst_flags", "Sets a file's times.",
            paths::filestatSetTimes),
        row("path_link",
            "i32 old_fd, i32 old_flags, i32 old_path, i32 old_path_len, i32 new_fd, i32 new_path, i32 new_path_len",
            "Gives a file another name.", paths::link),
        row("path_open",
            "i32 fd, i32 dirflags, i32 path, i32 path_len, i32 oflags, i64 rights, i64 inheriting, i32 fdflags, "
                + "i32 opened", "Opens a file or folder.", paths::open),
        row("path_readlink", "i32 fd, i32 path, i32 path_len, i32 buf, i32 buf_len, i32 size",
            "A symbolic link's content.", paths::readlink),
        row("path_remove_directory", "i32 fd, i32 path, i32 path_len", "Removes an empty folder.",
            paths::removeDirectory),
        row("path_rename", "i32 fd, i32 old_path, i32 old_path_len, i32 new_fd, i32 new_path, i32 new_path_len",
            "Renames a file or folder.", paths::rename),
        row("path_symlink", "i32 old_path, i32 old_path_len, i32 fd, i32 new_path, i32 new_path_len",
            "Makes a symbolic link.", paths::symlink),
        row("path_unlink_file", "i32 fd, i32 path, i32 path_len", "Removes a file's name.", paths::unlinkFile),
        row("sock_accept", "i32 fd, i32 flags, i32 accepted", "Accepts a connection.", files::socket),
        row("sock_recv", "i32 fd, i32 ri_data, i32 ri_data_len, i32 ri_flags, i32 size, i32 ro_flags",
            "Receives from a socket.", files::socket),
        row("sock_send", "i32 fd, i32 si_data, i32 si_data_len, i32 si_flags, i32 size", "Sends to a socket.",
            files::socket),
        row("sock_shutdown", "i32 fd, i32 how", "Shuts a socket down.", files::socket));
  }

  private static Binding row(String name, String parameters, String documentation, Body body) {
    return Binding.of(name, parameters + " -> i32", documentation, call -> {
      Errno errno = Errno.SUCCESS;
      try {
        body.run(call);
      } catch (Errno.Failure failed) {
        errno = failed.errno();
      } catch (IOException | UnsupportedOperationException | SecurityException | IllegalStateException failed) {
        errno = Errno.of(failed);
      }
      call.result(errno.number());
    });
  }

  private void exit(Call call) {
    finishLines();
    throw new GuestExit(call.i32(0));
  }

  /** Logs what a page wrote without a line end, for when control comes back to the host. */
  public void finishLines() {
    for (OutputStream stream : List.of(config.stdout(), config.stderr())) {
      if (stream instanceof ConsoleLines lines) {
        lines.close();
      }
    }
  }

  /** Closes every file, flushes the standard streams, and logs what a page wrote without a line end. Idempotent. */
  @Override
  public void close() throws IOException {
    finishLines();
    descriptors.close();
  }
}
