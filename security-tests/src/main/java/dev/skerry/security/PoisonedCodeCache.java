package dev.skerry.security;

import dev.skerry.wasm.cache.CachePartition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An attacker who can write to the folder of the code cache puts code of his own where the victim's was. The control
 * takes away what each poison has to get past; then the victim's program answers what the attacker wrote.
 */
final class PoisonedCodeCache implements Attack {

  private static final int POISON = 0x5ec2e7;
  private static final CachePartition BANK = CachePartition.of("https://bank.example");
  private static final CachePartition EVIL = CachePartition.of("https://evil.example");

  private final Way way;

  /** How the code gets there. */
  enum Way {
    CHANGED("poisoned-cache", "change the code of an entry of the code cache",
        "the digests and the HMAC of an entry under the user's key"),
    FOREIGN_KEY("forged-cache", "forge an entry of the code cache with a key of the attacker's own",
        "the HMAC of an entry under the user's key"),
    SWAPPED("swapped-cache", "put the code that one partition has in the place of another's",
        "the partition in the key that an entry's HMAC covers"),
    LINKED("linked-cache", "let a link lead from the code cache to a file of the attacker's",
        "that no link is followed"),
    HOSTILE("hostile-cache", "run hostile code from an entry with a right HMAC",
        "the verifier, which proves all code from disk");

    private final String attack;
    private final String goal;
    private final String barrier;

    Way(String attack, String goal, String barrier) {
      this.attack = attack;
      this.goal = goal;
      this.barrier = barrier;
    }
  }

  PoisonedCodeCache(Way way) {
    this.way = way;
  }

  @Override
  public Card card() {
    return new Card(way.attack, Target.PAGE, way.goal, Invariant.CONTROL_FLOW_STAYS_INSIDE, way.barrier,
        AttackClass.POISONED_CODE_CACHE);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (CacheVictim victim = new CacheVictim(setting.engine())) {
      CachePartition partition = way == Way.SWAPPED ? BANK : CachePartition.NONE;
      victim.run(partition);
      Path place = victim.entry();
      byte[] honest = Files.readAllBytes(place);
      CacheEntry entry = CacheEntry.parse(honest);
      byte[] answering = withAnswer(entry.pieces().get(0), POISON);
      byte[] poisoned = entry.with(0, answering).forge(victim.key());
      switch (way) {
        case CHANGED -> Files.write(place, setting.isDown() ? poisoned : changedOnly(honest, poisoned));
        case FOREIGN_KEY ->
            Files.write(place, setting.isDown() ? poisoned : entry.with(0, answering).forge(new byte[32]));
        case SWAPPED -> swap(victim, place, poisoned, setting.isDown());
        case LINKED -> link(victim, place, poisoned, setting.isDown());
        case HOSTILE -> Files.write(place, setting.isDown() ? poisoned
            : entry.with(0, withCode(entry.pieces().get(0), 0xf4)).forge(victim.key()));
      }
      CacheVictim.Run run = victim.run(partition);
      if (run.answer() == CacheVictim.ANSWER && !run.wasMiss()) {
        throw new IllegalStateException("the poison was neither used nor told of once: " + run);
      }
      return new Outcome(run.answer() == POISON, "the victim's program answered " + run.answer() + "; " + run.cache());
    }
  }

  /** The code as the attacker wants it, under the head that was there. */
  private static byte[] changedOnly(byte[] honest, byte[] poisoned) {
    int head = honest.length - CacheEntry.parse(honest).pieces().get(0).bytes().length;
    byte[] mixed = poisoned.clone();
    System.arraycopy(honest, 0, mixed, 0, head);
    return mixed;
  }

  /** The entry of the evil partition, authentic there, under the name of the bank's. */
  private static void swap(CacheVictim victim, Path bank, byte[] poisoned, boolean isShared) throws Exception {
    if (isShared) {
      Files.write(bank, poisoned);
      return;
    }
    victim.run(EVIL);
    List<Path> both = victim.entries();
    Path evil = both.get(0).equals(bank) ? both.get(1) : both.get(0);
    CacheEntry theirs = CacheEntry.parse(Files.readAllBytes(evil));
    Files.write(bank, theirs.with(0, withAnswer(theirs.pieces().get(0), POISON)).forge(victim.key()));
  }

  private static void link(CacheVictim victim, Path place, byte[] poisoned, boolean isCopied) throws Exception {
    if (isCopied) {
      Files.write(place, poisoned);
      return;
    }
    Path elsewhere = victim.home().resolve("elsewhere");
    Files.write(elsewhere, poisoned);
    Files.delete(place);
    Files.createSymbolicLink(place, elsewhere);
  }

  /** A piece whose code answers another number. */
  private static byte[] withAnswer(CacheEntry.Piece piece, int answer) {
    byte[] bytes = piece.bytes().clone();
    ByteBuffer code = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = piece.codeAt(); at + Integer.BYTES <= bytes.length; at++) {
      if (code.getInt(at) == CacheVictim.ANSWER) {
        code.putInt(at, answer);
        return bytes;
      }
    }
    throw new IllegalStateException("the code holds its answer nowhere");
  }

  /** A piece whose first instruction is another one, of one byte. */
  private static byte[] withCode(CacheEntry.Piece piece, int instruction) {
    byte[] bytes = piece.bytes().clone();
    bytes[piece.codeAt()] = (byte) instruction;
    return bytes;
  }
}
