package dev.skerry.security;

/** What Skerry promises to hold whatever a guest does; the numbers are those of the threat model. */
public enum Invariant {
  MEMORY_IS_PRIVATE(1, "code of an origin reads and writes only memory that the origin owns or was granted"),
  CONTROL_FLOW_STAYS_INSIDE(2, "control flow stays inside the code of the guest's own store"),
  A_GUEST_ENDS_ONLY_ITSELF(3, "a guest can end only itself, never its host or a neighbour"),
  NOTHING_IS_LEARNT(4, "an origin learns of another what the web platform allows, and no more"),
  NO_AMBIENT_AUTHORITY(5, "nothing outside is reachable but through a granted capability"),
  A_FAILED_LOAD_LEAVES_NOTHING(6, "a failed load leaves nothing behind");

  private final int number;
  private final String promise;

  Invariant(int number, String promise) {
    this.number = number;
    this.promise = promise;
  }

  public int number() {
    return number;
  }

  public String promise() {
    return promise;
  }
}
