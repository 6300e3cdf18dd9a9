package dev.skerry.wasm.cache;

/**
 * What a module's bytes are known by: SHA-256 of the digests of their halves, of which the second one may be longer. As
 * nobody finds two modules with the same halves' digests, nobody finds two with the same one; and processors make two
 * digests in hardly more time than one.
 */
public final class ModuleDigest {

  /** What is hashed of each half between two polls. */
  private static final int SLICE_BYTES = 1 << 17;

  private ModuleDigest() {
  }

  /** The digest of a module. */
  public static byte[] of(byte[] bytes) {
    return of(bytes, () -> { });
  }

  /** @param poll called every fraction of a millisecond; what it throws ends the work */
  public static byte[] of(byte[] bytes, Runnable poll) {
    return of(bytes, poll, new Sha256(), new Sha256());
  }

  static byte[] of(byte[] bytes, Runnable poll, Sha256 first, Sha256 second) {
    int half = bytes.length / 2 / Sha256.BLOCK * Sha256.BLOCK;
    for (int at = 0; at < half; at += SLICE_BYTES) {
      Sha256.updateBoth(first, second, bytes, at, half + at, Math.min(SLICE_BYTES, half - at));
      poll.run();
    }
    second.update(bytes, 2 * half, bytes.length - 2 * half);
    return new Sha256().update(first.digest()).update(second.digest()).digest();
  }
}
