package dev.skerry.security;

import dev.skerry.origin.PageHost;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Tier;
import java.util.Locale;

/**
 * Under what an attack runs.
 *
 * @param barrier whether the attack's own barrier stands
 * @param engine how guest code runs
 */
public record Setting(Barrier barrier, EngineOptions engine) {

  boolean isUp() {
    return barrier == Barrier.UP;
  }

  boolean isDown() {
    return barrier == Barrier.DOWN;
  }

  Engine newEngine() {
    return Engine.create(engine);
  }

  /** A host of pages whose guests run so. */
  PageHost.Builder newHost() {
    return PageHost.builder().engine(engine);
  }

  /** How guest code runs, in a few words. */
  static String name(EngineOptions engine) {
    String name = (engine.tier() + " " + engine.memory()).toLowerCase(Locale.ROOT);
    return engine.signals() || engine.tier() == Tier.INTERP ? name : name + " signals-off";
  }
}
