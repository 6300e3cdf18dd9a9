package dev.skerry.wasm.cache;

/**
 * Whose compiled code may be found by whom: code of one partition is a miss in every other, so that nobody learns what
 * others run by how fast it starts.
 *
 * @param name opaque to the engine; compared character by character
 * @param persistent whether code of the partition may outlive the process
 */
public record CachePartition(String name, boolean persistent) {

  /** The one of whoever has no partitions: a single program. */
  public static final CachePartition NONE = new CachePartition("", true);

  // Written out, as a record's own ones take milliseconds of a start.

  @Override
  public boolean equals(Object other) {
    return other instanceof CachePartition partition && name.equals(partition.name)
        && persistent == partition.persistent;
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Boolean.hashCode(persistent);
  }

  /** A partition whose code may be kept on disk. */
  public static CachePartition of(String name) {
    return new CachePartition(name, true);
  }

  /** A partition that ends with the process, as that of an opaque origin: its code is kept in memory only. */
  public static CachePartition inMemory(String name) {
    return new CachePartition(name, false);
  }
}
