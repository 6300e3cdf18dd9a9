package dev.skerry.security;

import dev.skerry.wasm.cache.CachePartition;

/**
 * A page of the bank runs a program; then a page of the attacker runs the same one, and watches whether it has to be
 * compiled: if not, somebody had run it. The control puts both into one partition.
 */
final class CodeCacheOracle implements Attack {

  private static final CachePartition BANK = CachePartition.of("https://bank.example https://bank.example");
  private static final CachePartition EVIL = CachePartition.of("https://evil.example https://evil.example");

  @Override
  public Card card() {
    return new Card("code-cache-oracle", Target.PAGE, "learn which programs pages of another site have run",
        Invariant.NOTHING_IS_LEARNT, "the partition in the key of compiled code", AttackClass.CACHE_ORACLES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    try (CacheVictim host = new CacheVictim(setting.engine())) {
      host.run(BANK);
      CacheVictim.Run again = host.run(setting.isDown() ? BANK : EVIL);
      return new Outcome(again.compiled() == 0, "the second program was compiled " + again.compiled() + " times");
    }
  }
}
