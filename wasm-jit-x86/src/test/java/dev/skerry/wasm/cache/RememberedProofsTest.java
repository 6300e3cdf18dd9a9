package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.tier.Compilations;
import dev.skerry.wasm.verify.Proof;
import dev.skerry.wasm.verify.ProvedCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What proofs take is right, and costs the same to ask for however many there are. */
class RememberedProofsTest {

  private static final int MANY = 1_000;

  private Proof proof;
  private final Walked map = new Walked();
  private final RememberedProofs proofs = new RememberedProofs(map);

  /** Counts how often somebody walks through all that is in it. */
  private static final class Walked extends HashMap<CodeId, Proof> {

    private static final long serialVersionUID = 1L;

    private int walks;

    @Override
    public Collection<Proof> values() {
      walks++;
      return super.values();
    }

    @Override
    public Set<CodeId> keySet() {
      walks++;
      return super.keySet();
    }

    @Override
    public Set<Map.Entry<CodeId, Proof>> entrySet() {
      walks++;
      return super.entrySet();
    }
  }

  @BeforeEach
  void proveSomething() throws Exception {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).supported();
    Assumptions.assumeTrue(options.tier() == Tier.JIT, "no machine code runs here");
    byte[] bytes = CodeCacheTest.module(7);
    try (CodeCache cache = CodeCache.inMemory(1 << 20)) {
      Compilations compiler = new Compilations(options, cache);
      ModuleCode code = new ModuleCode(ModuleReader.read(bytes, Module.FEATURES), new TypeRegistry(), false,
          Allowance.of(Module.FEATURES));
      CachedModule module = compiler.cached(ModuleDigest.of(bytes), CachePartition.NONE, Module.FEATURES);
      compiler.attach(code, module);
      compiler.compileAll(code);
      CodeId first = new CodeId(0, -1);
      proof = Proof.of(ProvedCode.of(module.load(first, code.info(), code::typeId, options.memory()),
          code.contract(0, false, options.memory()))).orElseThrow();
    }
  }

  @Test
  void whatTheyTakeIsKnownWithoutALookAtEachOfThem() {
    for (int i = 1; i <= MANY; i++) {
      proofs.put(new CodeId(i, -1), proof);
      assertEquals(i * proof.byteLength() + proof.moduleByteLength(), proofs.byteLength());
    }
    assertEquals(0, map.walks);
  }

  @Test
  void whatIsReplacedOrForgottenTakesNothing() {
    assertEquals(0, proofs.byteLength());
    CodeId id = new CodeId(1, -1);
    CodeId other = new CodeId(2, -1);
    proofs.put(id, proof);
    proofs.put(id, proof);
    proofs.put(other, proof);
    proofs.retain(Set.of(id));
    assertEquals(proof.byteLength() + proof.moduleByteLength(), proofs.byteLength());
    assertSame(proof, proofs.get(id));
    assertNull(proofs.get(other));
    proofs.retain(Set.of());
    assertEquals(0, proofs.byteLength());
  }
}
