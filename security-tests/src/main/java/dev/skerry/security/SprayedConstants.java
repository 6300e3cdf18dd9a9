package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.runtime.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Constants that are machine code stand in executable pages as the guest wrote them. The guest calls whatever its table
 * may be talked into, and code from the disk jumps into the middle of a constant: neither may run it. The control is
 * the harness, which enters the constant, and it runs.
 */
final class SprayedConstants implements Attack {

  /** What the sprayed code leaves: {@code mov eax, POISON; ret}. */
  private static final int POISON = 0x5ec2e7;
  private static final long SPRAYED = 0xc3_005e_c2e7_b8L;
  private static final long SPRAYED_MASK = 0xffff_ffff_ffffL;
  private static final int REACH = 4096;
  private static final int RANDOM_INDICES = 20_000;
  private static final int JMP = 0xe9;
  private static final int JMP_BYTES = 5;

  @Override
  public Card card() {
    return new Card("sprayed-constants", Target.PROCESSOR,
        "run constants of the guest's choice as machine code",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "code is entered at functions alone, which references lead to by number, and jumps lead to instructions alone, "
            + "which the verifier proves",
        AttackClass.SPRAYED_CONSTANTS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    if (CacheTimer.whyNot() != null) {
      return Outcome.unshown("no machine code of ours runs here: " + CacheTimer.whyNot());
    }
    return setting.isUp() ? attack(setting.engine()) : control(setting.engine().withTier(Tier.JIT));
  }

  private static Outcome attack(EngineOptions options) throws Exception {
    int calls = 0;
    try (Store store = Engine.create(options).newStore()) {
      Instance instance = instantiate(store);
      Func call = instance.func("call").orElseThrow();
      int[] indices = new Random(24).ints(RANDOM_INDICES).toArray();
      for (int i = 0; i < indices.length; i++) {
        // Every small index, every power of two and its neighbours, then any.
        int index = i < 4096 ? i - 2048 : i < 4192 ? (1 << (i - 4096) / 3) + i % 3 - 1 : indices[i];
        long[] slots = {Integer.toUnsignedLong(index)};
        try {
          call.invoke(slots);
          if ((int) slots[0] == POISON) {
            return Outcome.reached("a call through index " + index + " ran the constant");
          }
        } catch (Trap trap) {
          calls++;
        }
      }
    }
    String cached = fromDisk(options);
    return cached.isEmpty() ? Outcome.stopped(calls + " calls led nowhere, and code from disk that jumps into a "
        + "constant was refused") : Outcome.reached(cached);
  }

  /** Code under a right MAC that jumps into the middle of its constant: what came of it, empty if it was refused. */
  private static String fromDisk(EngineOptions options) throws Exception {
    try (CacheVictim victim = new CacheVictim(options)) {
      victim.run(CachePartition.NONE);
      Path place = victim.entry();
      CacheEntry entry = CacheEntry.parse(Files.readAllBytes(place));
      CacheEntry.Piece piece = entry.pieces().get(0);
      ByteBuffer code = ByteBuffer.wrap(piece.bytes().clone()).order(ByteOrder.LITTLE_ENDIAN);
      int constant = piece.codeAt();
      while (code.getInt(constant) != CacheVictim.ANSWER) {
        constant++;
      }
      int last = code.capacity() - JMP_BYTES;
      code.put(last, (byte) JMP).putInt(last + 1, constant - last - JMP_BYTES);
      Files.write(place, entry.with(0, code.array()).forge(victim.key()));
      CacheVictim.Run run = victim.run(CachePartition.NONE);
      return run.wasMiss() ? "" : "code from disk that jumps into a constant was not refused: " + run;
    }
  }

  private static Outcome control(EngineOptions options) throws LinkError {
    try (Store store = Engine.create(options).newStore()) {
      Instance instance = instantiate(store);
      Func spray = instance.func("spray").orElseThrow();
      spray.call();
      long entry = CacheTimer.peek(EngineInsides.descriptor(spray) + Layout.FUNCTION_ENTRY);
      for (long at = entry; at < entry + REACH; at++) {
        if ((CacheTimer.peek(at) & SPRAYED_MASK) == SPRAYED) {
          int left = CacheTimer.enter(at);
          return new Outcome(left == POISON, "a constant stands " + (at - entry) + " bytes into the code; entered by "
              + "the harness it left " + Integer.toHexString(left));
        }
      }
      return Outcome.stopped("no constant stands in the code as it was written");
    }
  }

  private static Instance instantiate(Store store) throws LinkError {
    return new Linker(store).instantiate(Guests.module(store.engine(), "sprayed-constants"));
  }
}
