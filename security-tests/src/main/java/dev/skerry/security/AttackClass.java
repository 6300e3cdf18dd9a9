package dev.skerry.security;

/** The classes of attacks that history knows, by the numbers of the threat model. */
public enum AttackClass {
  SPILLED_INDEX(1, "spilled 32-bit index, sign-extended", "CVE-2021-32629"),
  FOLDED_SHIFT(2, "shift folded into an address", "CVE-2023-26489"),
  VECTOR_LOWERING(3, "lowering of vectors", "CVE-2023-41880, CVE-2022-31104"),
  DIVISION_BY_CONSTANT(4, "division by a constant", "CVE-2022-31169"),
  WIDE_ACCESSES(5, "widened or fused accesses at the end of memory", "CVE-2026-24116, CVE-2026-34944"),
  FUSED_ADDRESSES(6, "fused addressing modes at their edges", "CVE-2026-34971"),
  DIRTY_UPPER_HALVES(7, "dirty upper halves of registers", "CVE-2026-34987, CVE-2026-34945, CVE-2026-35186"),
  BULK_EXTREMES(8, "bulk operations at extremes", "CVE-2026-34946"),
  ZERO_PAGES(9, "memories without pages", "CVE-2022-39392"),
  REUSED_SLOTS(10, "reuse of memory", "CVE-2022-39393, CVE-2021-43790, CVE-2026-34988"),
  COLLECTED_REFERENCES(11, "references and their collection", "CVE-2021-39216, CVE-2022-24791, CVE-2022-31146"),
  TYPE_IDENTITY(12, "identity of types across modules and cached code", "CVE-2021-39219"),
  UNLOADED_CODE(13, "code unloaded while it is called", "CVE-2024-47813"),
  TAIL_CALL_TRACES(14, "tail calls and backtraces", "CVE-2024-47763"),
  GROWING_SHARED_MEMORY(15, "shared memory read by the host while it grows", "CVE-2025-64345"),
  KILLED_MIDWAY(16, "a kill in the middle of an operation", ""),
  GUEST_STRINGS(17, "strings of guests", "CVE-2026-34941, CVE-2026-34942, CVE-2026-35195"),
  DECLARED_SIZES(18, "sizes that are declared", "CVE-2026-27204, CVE-2026-27572"),
  TWO_SIGNATURES(19, "one call site, two signatures", "CVE-2026-6307, CVE-2024-2887"),
  CHANGING_BYTES(20, "bytes that change while they are compiled", "CVE-2017-5116"),
  STALE_BOUNDS(21, "bounds gone stale by growth", "CVE-2018-5093"),
  MISSING_REFERENCES(22, "null and uninitialised references", ""),
  SPECTRE_V1(23, "bounds bypassed in speculation", "CVE-2017-5753"),
  SPRAYED_CONSTANTS(24, "constants of the guest's choice in executable pages", ""),
  STACK_EXHAUSTION(25, "stack exhaustion in every shape", ""),
  ENDLESS_WORK(26, "endless work", ""),
  POISONED_CODE_CACHE(27, "a poisoned code cache", ""),
  CACHE_ORACLES(28, "caches as oracles", ""),
  URL_CONFUSION(29, "two readings of one URL", "CVE-2024-6763, CVE-2025-11143"),
  COOKIES(30, "cookies", "CVE-2023-46218, CVE-2022-27776"),
  CROSS_ORIGIN_READS(31, "reading what must stay opaque", ""),
  FRAMES_AND_MESSAGES(32, "frames and messages", ""),
  NETWORK_REACH(33, "reach into the network", "CVE-2021-20066"),
  PARSER_BOMBS(34, "bombs for parsers", ""),
  HOST_OBJECTS(35, "escape through host objects", "CVE-2025-61927"),
  CONFUSED_DEPUTY(36, "a confused deputy", ""),
  TERMINAL_INJECTION(37, "injection into terminals and logs", "");

  private final int number;
  private final String title;
  private final String cases;

  AttackClass(int number, String title, String cases) {
    this.number = number;
    this.title = title;
    this.cases = cases;
  }

  public int number() {
    return number;
  }

  public String title() {
    return title;
  }

  /** Historic cases, empty where the class has none with a number. */
  public String cases() {
    return cases;
  }
}
