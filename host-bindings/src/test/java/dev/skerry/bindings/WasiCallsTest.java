package dev.skerry.bindings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.wasi.Descriptors;
import dev.skerry.bindings.wasi.Errno;
import dev.skerry.wasm.Trap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WASI functions one by one, where a C program would not come. Scratch space in guest memory is from 1000 on. */
class WasiCallsTest {

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int FOLDER = 3;
  private static final int RESULT = 1000;
  private static final int IOVECS = 2000;
  private static final int DATA = 10_000;
  private static final long ALL = -1L;
  private static final int CREAT = 1;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @TempDir
  private Path folder;

  /** A guest and its WASI object. */
  private final class Session implements AutoCloseable {
    private final WasiPreview1 wasi;
    private final Guest guest;

    Session(WasiPreview1.Config config) throws Exception {
      wasi = new WasiPreview1(config);
      guest = Guest.of(wasi);
    }

    int call(String function, Object... arguments) {
      return guest.call("wasi_snapshot_preview1." + function, arguments);
    }

    void expect(Errno errno, String function, Object... arguments) {
      assertEquals(errno.number(), call(function, arguments), () -> function + " should be " + errno);
    }

    int open(String path, int oflags, long rights) {
      expect(Errno.SUCCESS, "path_open", FOLDER, 0, 0, guest.put(0, path), oflags, rights, ALL, 0, RESULT);
      return guest.memory().getInt(RESULT);
    }

    void iovecs(int... addressesAndSizes) {
      for (int i = 0; i < addressesAndSizes.length; i++) {
        guest.memory().putInt(IOVECS + 4L * i, addressesAndSizes[i]);
      }
    }

    int result() {
      return guest.memory().getInt(RESULT);
    }

    void subscribeClock(int at, long userdata, int clock, long timeout, int flags) {
      guest.memory().putLong(at, userdata);
      guest.memory().putLong(at + 8, 0);
      guest.memory().putInt(at + 16, clock);
      guest.memory().putLong(at + 24, timeout);
      guest.memory().putLong(at + 40, flags);
    }

    void subscribe(int at, long userdata, int type, int fd) {
      guest.memory().putLong(at, userdata);
      guest.memory().putLong(at + 8, type);
      guest.memory().putInt(at + 16, fd);
    }

    @Override
    public void close() throws IOException {
      guest.close();
      wasi.close();
    }
  }

  private Session session(InputStream in) throws Exception {
    return new Session(new WasiPreview1.Config(List.of("p"), Map.of(), in, out, out, Map.of("/", folder)));
  }

  @Test
  void thereAreAllFunctionsOfPreview1() throws Exception {
    try (Session session = session(null)) {
      assertEquals(46, session.wasi.functions().size());
      assertEquals(46, new TreeSet<>(session.wasi.functions().stream().map(row -> row.name()).toList()).size());
      assertTrue(session.wasi.functions().stream().allMatch(row -> row.documentation().endsWith(".")));
    }
  }

  @Test
  void buffersMayOverlapAndBeEmpty() throws Exception {
    try (Session session = session(null)) {
      session.guest.put(DATA, "abcdef");
      session.iovecs(DATA, 4, DATA + 2, 4, Guest.END, 0, DATA, 0, DATA, 1);
      session.expect(Errno.SUCCESS, "fd_write", STDOUT, IOVECS, 5, RESULT);
      assertEquals("abcdcdefa", out.toString(UTF_8));
      assertEquals(9, session.result());
      Files.writeString(folder.resolve("f"), "0123456789");
      int fd = session.open("f", 0, ALL);
      session.iovecs(DATA, 4, DATA + 2, 4);
      session.expect(Errno.SUCCESS, "fd_read", fd, IOVECS, 2, RESULT);
      assertEquals("014567", session.guest.get(DATA, 6));
    }
  }

  @Test
  void aBufferListHasLimits() throws Exception {
    try (Session session = session(null)) {
      session.expect(Errno.SUCCESS, "fd_write", STDOUT, 16_384, 1024, RESULT);
      session.expect(Errno.INVAL, "fd_write", STDOUT, 16_384, 1025, RESULT);
      session.guest.memory().grow(1024);
      int[] whole = new int[2 * 33];
      for (int i = 1; i < whole.length; i += 2) {
        whole[i] = 64 << 20;
      }
      session.iovecs(whole);
      session.expect(Errno.INVAL, "fd_write", STDOUT, IOVECS, 33, RESULT);
      assertEquals(0, out.size());
    }
  }

  @Test
  void oneBadBufferStopsTheCallBeforeAnythingMoves() throws Exception {
    try (Session session = session(null)) {
      session.iovecs(DATA, 4, Guest.END - 1, 2);
      session.guest.traps("iovs[1] (2 bytes at address 65535)", "wasi_snapshot_preview1.fd_write", STDOUT, IOVECS, 2,
          RESULT);
      session.iovecs(DATA, 4, 0x8000_0000, 0x8000_0000);
      session.guest.traps("iovs[1]", "wasi_snapshot_preview1.fd_write", STDOUT, IOVECS, 2, RESULT);
      assertEquals(0, out.size());
    }
  }

  @Test
  void bigReadsAndWritesMoveInOneCall() throws Exception {
    try (Session session = session(null)) {
      session.guest.memory().grow(64);
      int size = 3_000_000;
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) (i * 31 >> 3);
      }
      session.guest.memory().write(DATA, bytes, 0, size);
      int fd = session.open("big", CREAT, ALL);
      session.iovecs(DATA, 1_000_000, DATA + 1_000_000, 2_000_000);
      session.expect(Errno.SUCCESS, "fd_write", fd, IOVECS, 2, RESULT);
      assertEquals(size, session.result());
      assertEquals(0, java.util.Arrays.compare(bytes, Files.readAllBytes(folder.resolve("big"))));
      session.iovecs(DATA + 1, 1, DATA + 7, size);
      session.expect(Errno.SUCCESS, "fd_pread", fd, IOVECS, 2, 1L, RESULT);
      assertEquals(size - 1, session.result());
      assertEquals(bytes[size - 1], session.guest.memory().getByte(DATA + 7 + size - 3));
    }
  }

  @Test
  void offsetsAtTheEdgesAreErrorsNotAccidents() throws Exception {
    try (Session session = session(null)) {
      int fd = session.open("f", CREAT, ALL);
      session.iovecs(DATA, 4);
      session.expect(Errno.SUCCESS, "fd_seek", fd, Long.MAX_VALUE, 0, RESULT);
      session.expect(Errno.FBIG, "fd_write", fd, IOVECS, 1, RESULT);
      session.expect(Errno.INVAL, "fd_seek", fd, 1L, 1, RESULT);
      session.expect(Errno.INVAL, "fd_seek", fd, -1L, 0, RESULT);
      session.expect(Errno.INVAL, "fd_seek", fd, 0L, 3, RESULT);
      session.expect(Errno.INVAL, "fd_pread", fd, IOVECS, 1, -1L, RESULT);
      session.expect(Errno.INVAL, "fd_pwrite", fd, IOVECS, 1, Long.MAX_VALUE, RESULT);
      session.expect(Errno.INVAL, "fd_filestat_set_size", fd, -1L);
      session.expect(Errno.INVAL, "fd_allocate", fd, Long.MAX_VALUE, Long.MAX_VALUE);
      session.expect(Errno.INVAL, "fd_allocate", fd, 0L, 0L);
      assertEquals(0, Files.size(folder.resolve("f")));
      session.expect(Errno.SUCCESS, "fd_allocate", fd, 10L, 90L);
      assertEquals(100, Files.size(folder.resolve("f")));
    }
  }

  @Test
  void unknownDescriptorsAreBad() throws Exception {
    try (Session session = session(null)) {
      for (int fd : new int[] {4, 1023, 1024, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        session.expect(Errno.BADF, "fd_close", fd);
        session.expect(Errno.BADF, "fd_read", fd, IOVECS, 0, RESULT);
        session.expect(Errno.BADF, "fd_renumber", fd, STDOUT);
        session.expect(Errno.BADF, "fd_renumber", STDOUT, fd);
        session.expect(Errno.BADF, "fd_prestat_get", fd, RESULT);
        session.expect(Errno.BADF, "path_unlink_file", fd, 0, 1);
        session.expect(Errno.BADF, "sock_shutdown", fd, 0);
      }
      session.expect(Errno.NOTSOCK, "sock_shutdown", STDOUT, 0);
      session.expect(Errno.NOTDIR, "path_unlink_file", STDOUT, 0, 1);
    }
  }

  @Test
  void descriptorsRunOutInGoodTimeAndComeBack() throws Exception {
    try (Session session = session(null)) {
      int last = 0;
      for (int i = 4; i < Descriptors.MAX; i++) {
        last = session.open("f", CREAT, ALL);
      }
      assertEquals(Descriptors.MAX - 1, last);
      session.expect(Errno.MFILE, "path_open", FOLDER, 0, 0, 1, 0, ALL, ALL, 0, RESULT);
      session.expect(Errno.SUCCESS, "fd_close", 77);
      assertEquals(77, session.open("f", 0, ALL));
      session.expect(Errno.SUCCESS, "fd_renumber", 77, 5);
      assertEquals(77, session.open("f", 0, ALL));
    }
  }

  @Test
  void closingTheObjectClosesTheFiles() throws Exception {
    Session session = session(null);
    int fd = session.open("f", CREAT, ALL);
    session.iovecs(DATA, 4);
    session.wasi.close();
    session.expect(Errno.BADF, "fd_write", fd, IOVECS, 1, RESULT);
    session.close();
  }

  @Test
  void rightsOnlyShrinkAndBind() throws Exception {
    try (Session session = session(null)) {
      long readSeek = 1 << 1 | 1 << 2;
      int fd = session.open("f", CREAT, ALL);
      session.expect(Errno.SUCCESS, "fd_fdstat_set_rights", fd, readSeek, 0L);
      session.expect(Errno.NOTCAPABLE, "fd_fdstat_set_rights", fd, ALL, 0L);
      session.expect(Errno.BADF, "fd_write", fd, IOVECS, 0, RESULT);
      session.expect(Errno.NOTCAPABLE, "fd_filestat_set_size", fd, 0L);
      session.expect(Errno.SUCCESS, "fd_fdstat_set_rights", FOLDER, 1L << 13, readSeek);
      session.expect(Errno.NOTCAPABLE, "path_unlink_file", FOLDER, 0, session.guest.put(0, "f"));
      session.expect(Errno.NOTCAPABLE, "path_open", FOLDER, 0, 0, 1, CREAT, readSeek, 0L, 0, RESULT);
      session.expect(Errno.NOTCAPABLE, "path_open", FOLDER, 0, 0, 1, 0, 1L << 6, 0L, 0, RESULT);
      session.expect(Errno.SUCCESS, "path_open", FOLDER, 0, 0, 1, 0, readSeek, ALL, 0, RESULT);
    }
  }

  @Test
  void pathsThatAreNoPathsAreRefused() throws Exception {
    try (Session session = session(null)) {
      session.expect(Errno.NOENT, "path_create_directory", FOLDER, 0, 0);
      session.expect(Errno.INVAL, "path_create_directory", FOLDER, 0, session.guest.put(0, "a\0b"));
      session.guest.memory().putByte(0, (byte) 0xff);
      session.expect(Errno.ILSEQ, "path_create_directory", FOLDER, 0, 1);
      session.expect(Errno.NAMETOOLONG, "path_create_directory", FOLDER, 0, 4097);
      session.expect(Errno.NAMETOOLONG, "path_create_directory", FOLDER, 0, session.guest.put(0, "x".repeat(300)));
      session.expect(Errno.PERM, "path_create_directory", FOLDER, 0, session.guest.put(0, "/"));
      session.expect(Errno.PERM, "path_create_directory", FOLDER, 0, session.guest.put(0, "./../b"));
      session.expect(Errno.EXIST, "path_create_directory", FOLDER, 0, session.guest.put(0, "."));
      session.expect(Errno.INVAL, "path_remove_directory", FOLDER, 0, session.guest.put(0, "./."));
      try (var left = Files.list(folder)) {
        assertEquals(0, left.count());
      }
    }
  }

  @Test
  void listingsContinueWhereTheBufferEnded() throws Exception {
    TreeSet<String> expected = new TreeSet<>(List.of(".", ".."));
    for (int i = 0; i < 100; i++) {
      expected.add("file-" + i);
      Files.createFile(folder.resolve("file-" + i));
    }
    try (Session session = session(null)) {
      TreeSet<String> seen = new TreeSet<>();
      long cookie = 0;
      int used;
      do {
        session.expect(Errno.SUCCESS, "fd_readdir", FOLDER, DATA, 200, cookie, RESULT);
        used = session.result();
        for (int at = 0; at + 24 <= used;) {
          int length = session.guest.memory().getInt(DATA + at + 16);
          if (at + 24 + length <= used) {
            seen.add(session.guest.get(DATA + at + 24, length));
            cookie = session.guest.memory().getLong(DATA + at);
          }
          at += 24 + length;
        }
      } while (used == 200);
      assertEquals(expected, seen);
      session.expect(Errno.SUCCESS, "fd_readdir", FOLDER, DATA, 200, -1L, RESULT);
      assertEquals(0, session.result());
    }
  }

  @Test
  void whatIsOpenIsNotMistakenForALinkThatSomebodyElsePutInItsPlace() throws Exception {
    Path granted = Files.createDirectory(folder.resolve("granted"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret"), "secret");
    Path sub = Files.createDirectory(granted.resolve("sub"));
    Files.createFile(sub.resolve("secret"));
    try (Session session = new Session(
        new WasiPreview1.Config(List.of(), Map.of(), null, out, out, Map.of("/", granted)))) {
      int directory = session.open("sub", 2, ALL & ~(1L << 6));
      int file = session.open("sub/secret", 0, ALL);
      Files.move(sub, granted.resolve("moved"));
      Files.createSymbolicLink(sub, outside);
      FileTime before = Files.getLastModifiedTime(secret);
      int name = session.guest.put(0, "secret");
      session.expect(Errno.NOENT, "path_open", directory, 0, 0, name, 0, 2L, 0L, 0, RESULT);
      session.expect(Errno.NOENT, "path_unlink_file", directory, 0, name);
      session.expect(Errno.NOENT, "fd_readdir", directory, DATA, 200, 0L, RESULT);
      session.expect(Errno.NOENT, "fd_filestat_set_times", directory, 0L, 0L, 5);
      session.expect(Errno.NOENT, "fd_filestat_set_times", file, 0L, 0L, 5);
      session.expect(Errno.SUCCESS, "fd_filestat_get", file, DATA);
      assertEquals(0, session.guest.memory().getLong(DATA + 32), "the open file's size, not the secret's");
      assertEquals(before, Files.getLastModifiedTime(secret));
    }
    assertEquals("secret", Files.readString(secret));
  }

  @Test
  void specialFilesAreNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo here");
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor());
    try (Session session = session(null)) {
      session.expect(Errno.NOTSUP, "path_open", FOLDER, 0, 0, session.guest.put(0, "pipe"), 0, ALL, ALL, 0, RESULT);
    }
  }

  /** Java sets times through a descriptor, and opening a pipe waits until somebody opens its other end. */
  @Test
  void settingTheTimesOfAPipeDoesNotWaitForItsOtherEnd() throws Exception {
    Path pipe = folder.resolve("pipe");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo here");
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor());
    try (Session session = session(null)) {
      int length = session.guest.put(0, "pipe");
      assertTimeoutPreemptively(Duration.ofSeconds(60), () ->
          session.expect(Errno.NOTSUP, "path_filestat_set_times", FOLDER, 0, 0, length, 0L, 0L, 5));
    }
  }

  @Test
  void listingsThatAreHeldHaveALimitTogether() throws Exception {
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < 400; i++) {
      Files.createFile(many.resolve(i + "x".repeat(240)));
    }
    try (Session session = session(null)) {
      List<Integer> listed = new ArrayList<>();
      int errno = 0;
      while (errno == 0) {
        listed.add(session.open("many", 2, ALL & ~(1L << 6)));
        errno = session.call("fd_readdir", listed.get(listed.size() - 1), DATA, 100, 0L, RESULT);
      }
      assertEquals(Errno.OVERFLOW.number(), errno);
      assertTrue(listed.size() > 100 && listed.size() < 1000, () -> listed.size() + " folders");
      session.expect(Errno.SUCCESS, "fd_close", listed.get(0));
      session.expect(Errno.SUCCESS, "fd_readdir", listed.get(listed.size() - 1), DATA, 100, 0L, RESULT);
    }
  }

  @Test
  void pollAnswersWhatIsDueAndWaitsForTheRest() throws Exception {
    try (Session session = session(new ByteArrayInputStream("input".getBytes(UTF_8)))) {
      session.subscribeClock(DATA, 1, 1, Long.MAX_VALUE, 0);
      session.subscribe(DATA + 48, 2, 1, STDIN);
      session.subscribe(DATA + 96, 3, 2, STDOUT);
      session.subscribe(DATA + 144, 4, 1, 99);
      session.expect(Errno.SUCCESS, "poll_oneoff", DATA, DATA + 1000, 4, RESULT);
      assertEquals(3, session.result());
      List<String> events = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int at = DATA + 1000 + 32 * i;
        events.add(session.guest.memory().getLong(at) + " " + (session.guest.memory().getInt(at + 8) & 0xffff) + " "
            + session.guest.memory().getLong(at + 16));
      }
      assertEquals(List.of("2 0 5", "3 0 1", "4 8 0"), events);
      session.subscribeClock(DATA, 5, 1, 3_000_000, 0);
      long before = System.nanoTime();
      session.expect(Errno.SUCCESS, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      assertTrue(System.nanoTime() - before >= 3_000_000);
      session.subscribeClock(DATA, 6, 0, 1, 1);
      session.expect(Errno.SUCCESS, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      session.subscribeClock(DATA, 7, 9, 1, 0);
      session.expect(Errno.SUCCESS, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      assertEquals(Errno.INVAL.number(), session.guest.memory().getInt(DATA + 1008) & 0xffff);
      session.expect(Errno.INVAL, "poll_oneoff", DATA, DATA + 1000, 0, RESULT);
    }
  }

  @Test
  void pollWakesWhenInputComes() throws Exception {
    PipedInputStream in = new PipedInputStream();
    PipedOutputStream pipe = new PipedOutputStream(in);
    try (Session session = session(in)) {
      session.subscribe(DATA, 2, 1, STDIN);
      Thread writer = new Thread(() -> {
        try {
          pipe.write('x');
          pipe.flush();
        } catch (IOException closed) {
          throw new java.io.UncheckedIOException(closed);
        }
      });
      writer.start();
      session.expect(Errno.SUCCESS, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      writer.join();
      assertEquals(1, session.result());
      session.iovecs(DATA, 10);
      session.expect(Errno.SUCCESS, "fd_read", STDIN, IOVECS, 1, RESULT);
      assertEquals(1, session.result());
      assertEquals("x", session.guest.get(DATA, 1));
    }
  }

  /** Interrupts a call that would wait for ever. */
  private void interrupted(Session session, String function, Object... arguments) throws Exception {
    Thread interrupter = new Thread(session.guest.store::interrupt);
    interrupter.start();
    Trap trap = assertTimeoutPreemptively(Duration.ofSeconds(120),
        () -> assertThrows(Trap.class, () -> session.call(function, arguments)));
    interrupter.join();
    assertEquals(Trap.Kind.INTERRUPTED, trap.kind());
    session.guest.store.clearInterrupt();
  }

  @Test
  void everyWaitCanBeInterrupted() throws Exception {
    PipedInputStream silent = new PipedInputStream();
    try (PipedOutputStream pipe = new PipedOutputStream(silent); Session session = session(silent)) {
      session.subscribeClock(DATA, 1, 1, -1L, 0);
      interrupted(session, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      session.subscribe(DATA, 1, 1, STDIN);
      interrupted(session, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      session.iovecs(DATA, 10);
      interrupted(session, "fd_read", STDIN, IOVECS, 1, RESULT);
      pipe.write("late".getBytes(UTF_8));
      session.expect(Errno.SUCCESS, "fd_read", STDIN, IOVECS, 1, RESULT);
      assertEquals("late", session.guest.get(DATA, session.result()), "nothing was lost by the interrupted read");
    }
  }

  @Test
  void inputThatIsNotToBlockSaysSo() throws Exception {
    PipedInputStream silent = new PipedInputStream();
    try (PipedOutputStream pipe = new PipedOutputStream(silent); Session session = session(silent)) {
      session.expect(Errno.SUCCESS, "fd_fdstat_set_flags", STDIN, 4);
      session.iovecs(DATA, 10);
      session.expect(Errno.AGAIN, "fd_read", STDIN, IOVECS, 1, RESULT);
      pipe.write('x');
      pipe.flush();
      session.subscribe(DATA, 1, 1, STDIN);
      session.expect(Errno.SUCCESS, "poll_oneoff", DATA, DATA + 1000, 1, RESULT);
      session.expect(Errno.SUCCESS, "fd_read", STDIN, IOVECS, 1, RESULT);
      assertEquals(1, session.result());
    }
  }

  @Test
  void aStreamThatFailsIsAnError() throws Exception {
    InputStream failing = new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("gone");
      }
    };
    OutputStream broken = new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
    try (Session session = new Session(
        new WasiPreview1.Config(List.of(), Map.of(), failing, broken, broken, Map.of()))) {
      session.iovecs(DATA, 10);
      session.expect(Errno.IO, "fd_read", STDIN, IOVECS, 1, RESULT);
      session.expect(Errno.PIPE, "fd_write", STDOUT, IOVECS, 1, RESULT);
    }
  }

  @Test
  void pagesSeeCoarseClocksOnly() throws Exception {
    try (Session session = new Session(WasiPreview1.Config.inPage((level, text) -> { }, new Timers()))) {
      for (int clock = 0; clock < 4; clock++) {
        session.expect(Errno.SUCCESS, "clock_res_get", clock, RESULT);
        assertEquals(100_000, session.guest.memory().getLong(RESULT));
        session.expect(Errno.SUCCESS, "clock_time_get", clock, 1L, RESULT);
        assertEquals(0, session.guest.memory().getLong(RESULT) % 100_000);
      }
      session.expect(Errno.INVAL, "clock_time_get", 4, 1L, RESULT);
      session.expect(Errno.BADF, "fd_prestat_get", 3, RESULT);
    }
  }

  @Test
  void aConsoleLineIsCutBetweenCharactersWhenItIsTooLong() throws Exception {
    List<String> lines = new ArrayList<>();
    try (Session session = new Session(WasiPreview1.Config.inPage((level, text) -> lines.add(text), new Timers()))) {
      session.guest.memory().grow(4);
      String text = "\u20ac".repeat(30_000) + "\nnext";
      int length = session.guest.put(DATA, text);
      session.iovecs(DATA, length);
      session.expect(Errno.SUCCESS, "fd_write", STDOUT, IOVECS, 1, RESULT);
      assertEquals(2, lines.size());
    }
    assertEquals("\u20ac".repeat(30_000) + "next", String.join("", lines));
    assertEquals(3, lines.size());
  }

  @Test
  void whatCannotBePassedOnIsRefusedAtOnce() {
    Path missing = folder.resolve("missing");
    assertThrows(IllegalArgumentException.class, () -> session(Map.of("a=b", "c"), Map.of()));
    assertThrows(IllegalArgumentException.class, () -> session(Map.of("a", "c\0"), Map.of()));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> session(Map.of(), Map.of("/", missing)));
    assertTrue(refused.getMessage().contains(missing.toString()));
  }

  private WasiPreview1 session(Map<String, String> environment, Map<String, Path> folders) {
    return new WasiPreview1(new WasiPreview1.Config(List.of(), environment, null, out, out, folders));
  }
}
