package dev.skerry.wasm;

import dev.skerry.wasm.runtime.NativeTier;
import java.util.Locale;

/**
 * How an engine runs code. Where this machine or the running JVM cannot do what is asked for, the engine does what
 * comes nearest and says so.
 *
 * @param tier what runs functions
 * @param memory how machine code checks accesses to 32-bit memories
 * @param canonicalNaN whether every NaN that arithmetic yields is the canonical one, so that results are the same to
 *     the bit in all tiers; loads, moves and reinterpretations keep payloads
 * @param signals whether machine code may trap through signals of the operating system
 * @param verify whether fresh machine code is proved to stay in its sandbox before it may run; code from disk always is
 * @param fuel whether guest code counts what it does, the same in all tiers, and stops where {@link Store#setFuel} says
 */
public record EngineOptions(Tier tier, MemoryStrategy memory, boolean canonicalNaN, boolean signals, boolean verify,
                            boolean fuel) {

  /** Options without fuel. */
  public EngineOptions(Tier tier, MemoryStrategy memory, boolean canonicalNaN, boolean signals, boolean verify) {
    this(tier, memory, canonicalNaN, signals, verify, false);
  }

  /** Options with which all machine code is proved. */
  public EngineOptions(Tier tier, MemoryStrategy memory, boolean canonicalNaN, boolean signals) {
    this(tier, memory, canonicalNaN, signals, true);
  }

  /**
   * What the system properties say: {@code skerry.tier} ({@code interp}, {@code jit}, {@code auto}, else auto),
   * {@code skerry.memory} ({@code guard}, {@code check}, else guard), {@code skerry.canonicalNaN} ({@code on},
   * {@code off}), {@code skerry.signals} ({@code on}, {@code off}), {@code skerry.verify} ({@code on},
   * {@code off}, else on), {@code skerry.fuel} ({@code on}, {@code off}, else off).
   *
   * @throws IllegalArgumentException naming the property, if its value is none of those
   */
  public static EngineOptions fromProperties() {
    return fromProperties(MemoryStrategy.GUARD);
  }

  /**
   * As {@link #fromProperties()}, with another choice where no property says how accesses are kept within memory.
   *
   * @throws IllegalArgumentException naming the property, if its value is none of those
   */
  public static EngineOptions fromProperties(MemoryStrategy memory) {
    return new EngineOptions(
        property("skerry.tier", Tier.AUTO),
        property("skerry.memory", memory),
        property("skerry.canonicalNaN", Switch.OFF) == Switch.ON,
        property("skerry.signals", Switch.ON) == Switch.ON,
        property("skerry.verify", Switch.ON) == Switch.ON,
        property("skerry.fuel", Switch.OFF) == Switch.ON);
  }

  /** These options, with what comes nearest in place of what this machine or JVM cannot do. */
  public EngineOptions supported() {
    if (tier == Tier.INTERP) {
      return this;
    }
    if (!NativeTier.isAvailable()) {
      return withTier(Tier.INTERP);
    }
    return memory != MemoryStrategy.GUARD || signals && NativeTier.canGuard() ? this
        : withMemory(MemoryStrategy.CHECK);
  }

  private enum Switch { ON, OFF }

  private static <E extends Enum<E>> E property(String name, E otherwise) {
    String value = System.getProperty(name);
    if (value == null) {
      return otherwise;
    }
    for (E choice : otherwise.getDeclaringClass().getEnumConstants()) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
        return choice;
      }
    }
    throw new IllegalArgumentException("the system property " + name + " cannot be '" + value + "'");
  }

  public EngineOptions withTier(Tier other) {
    return new EngineOptions(other, memory, canonicalNaN, signals, verify, fuel);
  }

  public EngineOptions withMemory(MemoryStrategy other) {
    return new EngineOptions(tier, other, canonicalNaN, signals, verify, fuel);
  }

  public EngineOptions withCanonicalNaN(boolean other) {
    return new EngineOptions(tier, memory, other, signals, verify, fuel);
  }

  public EngineOptions withSignals(boolean other) {
    return new EngineOptions(tier, memory, canonicalNaN, other, verify, fuel);
  }

  public EngineOptions withVerify(boolean other) {
    return new EngineOptions(tier, memory, canonicalNaN, signals, other, fuel);
  }

  public EngineOptions withFuel(boolean other) {
    return new EngineOptions(tier, memory, canonicalNaN, signals, verify, other);
  }
}
