package dev.skerry.wasm.pass;

/**
 * Bytes that a loop accesses in a turn, above where a group of accesses is: from {@code begin} on to before
 * {@code end}.
 */
record AccessSpan(long begin, long end, boolean loads, boolean stores) {

  static AccessSpan of(LoopAccess access) {
    return new AccessSpan(access.offset(), access.offset() + access.bytes(), !access.isStore(), access.isStore());
  }

  /** Both and all between. */
  AccessSpan with(AccessSpan other) {
    return new AccessSpan(Math.min(begin, other.begin), Math.max(end, other.end), loads || other.loads,
        stores || other.stores);
  }

  /** Says whether the other must be elsewhere in memory. */
  boolean excludes(AccessSpan other) {
    return stores || other.stores;
  }
}
