package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.skerry.origin.PageHost;
import dev.skerry.security.CacheVictim.Run;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.cache.CacheStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Whatever lies in the folder of the code cache, it is never run unless it is this user's own and proved: each wrong
 * entry is a miss and one warning, and is gone afterwards.
 */
class CodeCacheAttackTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 27);
  /** The most bytes from one that is changed to the next. */
  private static final int STRIDE = 5;
  /** What the program of many parts answers, here and elsewhere. */
  private static final int MANY_PARTS_ANSWER = 16_990_113;

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("skerry.cache");

  private final ListAppender<ILoggingEvent> warnings = new ListAppender<>();
  private CacheVictim victim;
  private Path place;
  private byte[] honest;

  @BeforeEach
  void aVictimWithAnEntry() throws Exception {
    Assumptions.assumeTrue(PageHost.usualEngine().withTier(Tier.JIT).supported().tier() == Tier.JIT,
        "no machine code runs here");
    victim = new CacheVictim(PageHost.usualEngine());
    assertEquals(CacheVictim.ANSWER, victim.run().answer());
    place = victim.entry();
    honest = Files.readAllBytes(place);
    LOG.setAdditive(false);
    warnings.start();
    LOG.addAppender(warnings);
  }

  @AfterEach
  void theVictimLeaves() {
    LOG.detachAppender(warnings);
    LOG.setAdditive(true);
    if (victim != null) {
      victim.close();
    }
  }

  private void assertMiss(String what) throws Exception {
    assertMiss(what, CachePartition.NONE, place);
  }

  private void assertMiss(String what, CachePartition partition, Path place) throws Exception {
    warnings.list.clear();
    Run run = victim.run(partition);
    assertTrue(run.wasMiss(), () -> what + ": " + run);
    List<String> told = warnings.list.stream().filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(1, told.size(), () -> what + ": " + told);
    assertTrue(told.get(0).contains(place.toString()), told.get(0));
  }

  /** The victim compiled anew, and what it wrote is as before. */
  private void assertMended() throws Exception {
    assertArrayEquals(honest, Files.readAllBytes(place));
    Run run = victim.run();
    assertEquals(List.of(CacheVictim.ANSWER, 0, 1L), List.of(run.answer(), run.compiled(), run.cache().hits()));
  }

  private void put(byte[] bytes) throws IOException {
    Files.write(place, bytes);
  }

  @Test
  void theHonestEntryIsUsed() throws Exception {
    assertMended();
    assertEquals(List.of(), warnings.list);
  }

  @Test
  void everyByteFlippedInTurnIsAMiss() throws Exception {
    for (int i = 0; i < honest.length; i++) {
      byte[] flipped = honest.clone();
      flipped[i] ^= (byte) (1 << i % Byte.SIZE);
      put(flipped);
      assertMiss("byte " + i);
    }
    assertMended();
  }

  @Test
  void everyLengthIsAMiss() throws Exception {
    for (int length = 0; length < honest.length; length++) {
      put(Arrays.copyOf(honest, length));
      assertMiss(length + " bytes");
    }
    put(Arrays.copyOf(honest, honest.length + 1));
    assertMiss("a byte more");
    try (FileChannel file = FileChannel.open(place, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1]), 1L << 33);
    }
    assertMiss("eight gigabytes of nothing");
    assertMended();
  }

  @Test
  void whatIsNoFileIsAMissAndIsNotFollowed() throws Exception {
    Path elsewhere = victim.home().resolve("elsewhere");
    Files.write(elsewhere, honest);
    Files.delete(place);
    Files.createSymbolicLink(place, elsewhere);
    assertMiss("a link to an honest entry");
    assertFalse(Files.isSymbolicLink(place));
    assertTrue(Files.exists(elsewhere), "only the link went");
    Files.delete(place);
    Files.createSymbolicLink(place, victim.home().resolve("nowhere"));
    assertMiss("a link to nothing");
    assertFalse(Files.exists(victim.home().resolve("nowhere"), LinkOption.NOFOLLOW_LINKS));
    Files.delete(place);
    Files.createDirectory(place);
    assertMiss("a folder");
    assertMended();
  }

  /** Each is authentic, complete and this user's own, and the code of the same module: but another partition's. */
  @Test
  void entriesOfTwoPartitionsSwappedAreMissesInBoth() throws Exception {
    CachePartition bank = CachePartition.of("https://bank.example");
    CachePartition evil = CachePartition.of("https://evil.example");
    assertEquals(1, victim.run(bank).compiled());
    Path banks = victim.entries().stream().filter(entry -> !entry.equals(place)).findFirst().orElseThrow();
    assertEquals(1, victim.run(evil).compiled(), "a hit in another partition");
    Path evils = victim.entries().stream().filter(entry -> !entry.equals(place) && !entry.equals(banks)).findFirst()
        .orElseThrow();
    byte[] ofBank = Files.readAllBytes(banks);
    byte[] ofEvil = Files.readAllBytes(evils);
    Files.write(banks, ofEvil);
    Files.write(evils, ofBank);
    assertMiss("the entry of the evil partition in the bank's place", bank, banks);
    assertMiss("the entry of the bank's in the evil partition's place", evil, evils);
    assertArrayEquals(ofBank, Files.readAllBytes(banks));
    assertArrayEquals(ofEvil, Files.readAllBytes(evils));
    put(ofBank);
    assertMiss("the entry of a partition in the place of what belongs to none");
    assertMended();
  }

  @Test
  void aFileThatOthersCanWriteIsAMiss() throws Exception {
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertMiss("mode 666");
    assertMended();
  }

  /** The control: whoever knows the key forges, and every byte of code, tables and numbers is changed in turn. */
  @Test
  void withTheKeyKnownHostileEntriesAreRefusedOrConfined() throws Exception {
    CacheEntry entry = CacheEntry.parse(honest);
    byte[] piece = entry.pieces().get(0).bytes();
    int refused = 0;
    for (int i = 0; i < piece.length; i++) {
      for (int change : new int[] {1 << i % Byte.SIZE, 0xff, 0x80}) {
        byte[] changed = piece.clone();
        changed[i] ^= (byte) change;
        put(entry.with(0, changed).forge(victim.key()));
        Run run = victim.run();
        boolean miss = run.wasMiss();
        refused += miss ? 1 : 0;
        int at = i;
        assertTrue(miss || run.cache().loadedFunctions() == 1, () -> "byte " + at + ": " + run);
      }
    }
    assertTrue(refused > piece.length, "refused " + refused + " of " + 3 * piece.length);
  }

  /** The same with a program that has a table, a memory, divisions, choices and calls: what it does may be anything. */
  @Test
  void withTheKeyKnownAProgramOfManyPartsIsRefusedOrConfinedWhateverIsChanged() throws Exception {
    try (CacheVictim other = new CacheVictim(PageHost.usualEngine(), Guests.bytes("kept-code"))) {
      assertEquals(MANY_PARTS_ANSWER, other.run().answer());
      Path file = other.entry();
      CacheEntry entry = CacheEntry.parse(Files.readAllBytes(file));
      assertTrue(entry.pieces().size() >= 3, "pieces: " + entry.pieces().size());
      Random random = new Random(SEED);
      int refused = 0;
      int confined = 0;
      for (int piece = 0; piece < entry.pieces().size(); piece++) {
        byte[] bytes = entry.pieces().get(piece).bytes();
        for (int i = random.nextInt(STRIDE); i < bytes.length; i += 1 + random.nextInt(STRIDE)) {
          byte[] changed = bytes.clone();
          changed[i] ^= (byte) (random.nextBoolean() ? 1 << random.nextInt(Byte.SIZE) : 1 + random.nextInt(255));
          Files.write(file, entry.with(piece, changed).forge(other.key()));
          CacheStatistics run = other.runConfined();
          assertTrue(run.rejected() <= 1, () -> "seed " + SEED + ": " + run);
          refused += (int) run.rejected();
          confined += run.rejected() == 0 && run.loadedFunctions() > 0 ? 1 : 0;
        }
      }
      assertTrue(refused > 200 && confined > 50, "refused " + refused + ", confined " + confined);
      Files.write(file, entry.forge(other.key()));
      Run run = other.run();
      assertEquals(List.of(MANY_PARTS_ANSWER, 0, 1L), List.of(run.answer(), run.compiled(), run.cache().hits()));
    }
  }

  /** Machine code that would do harm, each in place of the first instructions. */
  @Test
  void hostileMachineCodeWithARightMacIsRefused() throws Exception {
    int[][] hostile = {
        {0xf4}, // hlt
        {0x0f, 0x0b}, // ud2
        {0x0f, 0x05}, // syscall
        {0xcc}, // int3
        {0xff, 0xe0}, // jmp rax
        {0xff, 0xd0}, // call rax
        {0xeb, 0x7f}, // jmp out of the function
        {0xeb, 0xfe}, // a loop without end
        {0xc6, 0x00, 0x00}, // mov byte [rax], 0
        {0x8b, 0x00}, // mov eax, [rax]
        {0x41, 0xc7, 0x07, 0, 0, 0, 0}, // mov dword [r15], 0: the instance's context
        {0x48, 0x89, 0x04, 0x24}, // mov [rsp], rax: the return address
        {0x5c}, // pop rsp
        {0x48, 0x83, 0xec, 0x08}, // sub rsp, 8
        {0x65, 0x8b, 0x00}, // mov eax, gs:[rax]
        {0x4d, 0x31, 0xff}, // xor r15, r15
    };
    CacheEntry entry = CacheEntry.parse(honest);
    CacheEntry.Piece piece = entry.pieces().get(0);
    for (int[] code : hostile) {
      byte[] changed = piece.bytes().clone();
      for (int i = 0; i < code.length && piece.codeAt() + i < changed.length; i++) {
        changed[piece.codeAt() + i] = (byte) code[i];
      }
      put(entry.with(0, changed).forge(victim.key()));
      Run run = victim.run();
      assertTrue(run.wasMiss(), () -> Arrays.toString(code) + ": " + run);
    }
    assertMended();
  }

  /** Lengths, offsets and indices that no compiler writes, in each place of a piece where there is a number. */
  @Test
  void hostileNumbersWithARightMacAreRefusedOrConfined() throws Exception {
    CacheEntry entry = CacheEntry.parse(honest);
    CacheEntry.Piece piece = entry.pieces().get(0);
    int[] numbers = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 30, 0x7fff_fffc, 1, 0};
    for (int at = 0; at + Integer.BYTES <= piece.codeAt(); at += Integer.BYTES) {
      for (int number : numbers) {
        byte[] changed = piece.bytes().clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
        put(entry.with(0, changed).forge(victim.key()));
        Run run = victim.run();
        int place = at;
        assertTrue(run.wasMiss() || run.answer() == CacheVictim.ANSWER,
            () -> number + " at " + place + ": " + run);
      }
    }
  }
}
