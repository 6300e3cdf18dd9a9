package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.tier.Refusal;
import java.util.List;

/** What tests demand of an engine's compiler after it ran something. */
public final class CompilerFindings {

  private CompilerFindings() {
  }

  /** The compiler never contradicted itself. */
  public static void assertSound(Engine engine) {
    List<Refusal> defects = engine.refusals().stream()
        .filter(refusal -> refusal.reason() == CompilationRefused.Reason.INTERNAL).toList();
    assertEquals(List.of(), defects);
    assertEquals(0, engine.compiled().refused(CompilationRefused.Reason.INTERNAL));
  }

  /** The compiler refused nothing. */
  public static void assertComplete(Engine engine) {
    assertSound(engine);
    assertEquals(List.of(), engine.refusals());
  }
}
