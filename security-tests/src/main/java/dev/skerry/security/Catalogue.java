package dev.skerry.security;

import java.util.List;

/** Every attack, in the order of the threat model. */
public final class Catalogue {

  private Catalogue() {
  }

  public static List<Attack> attacks() {
    return List.of(
        new OutOfBoundsAccess(),
        new SpilledIndex(),
        new FoldedShift(),
        new FusedAddress(),
        new DirtyUpperHalf(),
        new TwinAttack(TwinAttack.Operation.VECTORS),
        new TwinAttack(TwinAttack.Operation.DIVISIONS),
        new BulkExtremes(),
        new CollectedReferences(),
        new TailCallTrace(),
        new TypeIdentity(),
        new UnloadedCode(),
        new GrowingSharedMemory(),
        new KilledMidway(),
        new DeclaredSizes(),
        new ChangingBytes(),
        new PastGrowth(),
        new TableReach(),
        new SpeculativeReading(),
        new SpeculativeCalling(),
        new GuestClock(),
        new SprayedConstants(),
        new TypeConfusion(),
        new StackExhaustion(),
        new EndlessLoop(),
        new EndlessWork(EndlessWork.Shape.START_FUNCTION),
        new EndlessWork(EndlessWork.Shape.START),
        new EndlessWork(EndlessWork.Shape.TIMER),
        new EndlessWork(EndlessWork.Shape.MICROTASKS),
        new EndlessWork(EndlessWork.Shape.LISTENER),
        new EndlessWork(EndlessWork.Shape.MESSAGES),
        new EndlessWork(EndlessWork.Shape.TIMERS),
        new EndlessWork(EndlessWork.Shape.GROWTH),
        new EndlessWork(EndlessWork.Shape.GIGABYTES),
        new MemoryHunger(),
        new FreedMemory(),
        new PoisonedCodeCache(PoisonedCodeCache.Way.CHANGED),
        new PoisonedCodeCache(PoisonedCodeCache.Way.FOREIGN_KEY),
        new PoisonedCodeCache(PoisonedCodeCache.Way.SWAPPED),
        new PoisonedCodeCache(PoisonedCodeCache.Way.LINKED),
        new PoisonedCodeCache(PoisonedCodeCache.Way.HOSTILE),
        new CodeCacheOracle(),
        new PartitionOracle(PartitionOracle.Memory.HTTP_CACHE),
        new PartitionOracle(PartitionOracle.Memory.PREFLIGHT_CACHE),
        new PartitionOracle(PartitionOracle.Memory.CONNECTION_POOL),
        new PartitionOracle(PartitionOracle.Memory.DNS),
        new CrossOriginModule(),
        new UrlConfusion(),
        new SuperCookie(),
        new StolenCredentials(),
        new OpaqueReading(),
        new GuestStrings(),
        new WrongTargetOrigin(),
        new OriginDisguise(),
        new FrameLocation(),
        new ForeignHandle(),
        new NetworkReach(),
        new EndlessAnswer(EndlessAnswer.Part.HEADERS),
        new EndlessAnswer(EndlessAnswer.Part.BODY),
        new EndlessAnswer(EndlessAnswer.Part.TIME),
        new DecompressionBomb(),
        new DocumentFlood(),
        new TerminalInjection());
  }
}
