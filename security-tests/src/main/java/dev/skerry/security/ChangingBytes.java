package dev.skerry.security;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Changes the bytes of a module after they were checked and before its functions are first called, and from another
 * thread while they are being compiled (CVE-2017-5116). The control changes them before they are handed over.
 */
final class ChangingBytes implements Attack {

  private static final int ROUNDS = 200;
  private static final int OLD = Numbers.number(1);
  private static final int NEW = Numbers.number(2);

  @Override
  public Card card() {
    return new Card("changing-bytes", Target.ENGINE,
        "run a body that nobody has checked",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "that the engine keeps bytes of its own, taken once", AttackClass.CHANGING_BYTES);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Engine engine = setting.newEngine();
    byte[] checked = Numbers.guest(OLD);
    byte[] other = Numbers.guest(NEW);
    byte[] bytes = checked.clone();
    if (setting.isDown()) {
      System.arraycopy(other, 0, bytes, 0, bytes.length);
    }
    Module module = Module.compile(engine, bytes);
    System.arraycopy(other, 0, bytes, 0, bytes.length);
    for (String export : new String[] {"answer", "indirect", "hot"}) {
      if (answer(engine, module, export) == NEW) {
        return Outcome.reached(export + " ran the bytes that came later");
      }
    }
    return race(engine, checked, other);
  }

  /** Whatever instant a module's bytes are taken at, all of its functions are made of those. */
  private static Outcome race(Engine engine, byte[] one, byte[] two) throws Exception {
    byte[] bytes = one.clone();
    AtomicBoolean stop = new AtomicBoolean();
    Thread flipper = new Thread(() -> {
      while (!stop.get()) {
        System.arraycopy(two, 0, bytes, 0, bytes.length);
        System.arraycopy(one, 0, bytes, 0, bytes.length);
      }
    }, "flipper");
    flipper.start();
    int refused = 0;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        try {
          Module module = Module.compile(engine, bytes);
          int answer = answer(engine, module, "answer");
          if (answer(engine, module, "indirect") != answer || answer(engine, module, "hot") != answer) {
            return Outcome.reached("two functions of one module were made of different bytes");
          }
        } catch (CompileError torn) {
          refused++;
        }
      }
    } finally {
      stop.set(true);
      flipper.join();
    }
    return Outcome.stopped("changes came too late, and " + ROUNDS + " races gave whole modules or errors (" + refused
        + ")");
  }

  private static int answer(Engine engine, Module module, String export) throws LinkError {
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(module);
      Func func = instance.func(export).orElseThrow();
      return (Integer) (export.equals("hot") ? func.call(1_000) : func.call())[0];
    }
  }
}
