package dev.skerry.wasm.cache;

/**
 * What a code cache did since it was opened.
 *
 * @param hits modules for which compiled code was found, in memory or on disk
 * @param memoryHits those of them that needed no file
 * @param misses modules for which there was none
 * @param rejected entries that were damaged, foreign or hostile; each is a miss too
 * @param loadedFunctions functions and loops whose code was taken from the cache, proved and published
 * @param loadedBytes bytes of their machine code
 * @param storedFunctions functions and loops whose code was given to the cache
 * @param writtenFiles entries written to disk
 * @param writtenBytes their bytes
 * @param evictedFiles entries deleted from disk to make room
 * @param memoryBytes bytes of code held in memory now
 */
public record CacheStatistics(long hits, long memoryHits, long misses, long rejected, long loadedFunctions,
    long loadedBytes, long storedFunctions, long writtenFiles, long writtenBytes, long evictedFiles,
    long memoryBytes) {

  /** Of an engine without a cache. */
  public static final CacheStatistics NONE = new CacheStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
