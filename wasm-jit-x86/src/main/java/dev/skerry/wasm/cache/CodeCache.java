package dev.skerry.wasm.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled code that outlives modules, and on disk the process. Each partition has its own; what lies on disk is
 * authenticated with a key of the user's own, and whatever comes from the cache is proved by the verifier before it
 * runs. Anything wrong with an entry makes it a miss and one warning ({@code skerry.cache}); anything wrong with the
 * folder leaves the cache without a disk, with one warning. Thread-safe; engines may share one. Code is written when
 * nothing was compiled for a second, and by {@link #flush} and {@link #close}.
 */
public final class CodeCache implements AutoCloseable {

  /** Bytes that all entries on disk take at most, unless somebody says otherwise. */
  public static final long USUAL_BYTES = 512L << 20;

  private static final long MEMORY_BYTES = 64L << 20;
  /** What one module may take of the memory for code that is on disk too. */
  private static final int MODULE_SHARE = 16;
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long IDLE_SECONDS = 5;

  private final Path folder;
  private final Path keyFile;
  private final long maxBytes;
  private final long memoryBytes;
  private final Map<CachedModule, Long> dirty = new HashMap<>();
  /** Held by whoever writes what is dirty, from before it is taken until it is written. */
  private final Object writing = new Object();
  private final Counters counters = new Counters();
  /** What is done before the cache is closed, by those that are still there. */
  private final Map<Object, Consumer<Object>> beforeClosing = new WeakHashMap<>();
  /** Made when there is something to write. */
  private ScheduledThreadPoolExecutor writer;
  private boolean scheduled;
  private long lastChange;
  private boolean closed;
  private DiskStore store;
  private boolean storeTried;
  /** Who hears why something is not on disk; null for the log. */
  private Consumer<String> listener;
  /** Made when a second module asks, or the first takes more than there is: a program may have one, and end soon. */
  private Cache<CacheKey, CachedModule> memory;
  /** The first module that asked, as long as {@link #memory} is not made. */
  private CachedModule first;

  /** What was done, as {@link CacheStatistics} says. */
  private static final class Counters {
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong memoryHits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong loaded = new AtomicLong();
    private final AtomicLong loadedBytes = new AtomicLong();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong fileBytes = new AtomicLong();
    private final AtomicLong evicted = new AtomicLong();
  }

  private CodeCache(Path folder, Path keyFile, long maxBytes, long memoryBytes) {
    if (maxBytes < 0 || memoryBytes < 0) {
      throw new IllegalArgumentException("a cache of less than no bytes");
    }
    this.folder = folder;
    this.keyFile = keyFile;
    this.maxBytes = maxBytes;
    this.memoryBytes = memoryBytes;
  }

  private synchronized Cache<CacheKey, CachedModule> memory() {
    if (memory == null) {
      memory = Caffeine.newBuilder().maximumWeight(memoryBytes).executor(Runnable::run)
          .weigher((CacheKey key, CachedModule module) -> (int) Math.min(Integer.MAX_VALUE, 1 + module.memoryBytes()))
          .build();
      if (first != null) {
        memory.put(first.key(), first);
        first = null;
      }
    }
    return memory;
  }

  /** The first module, which is read if none asked before; null if this is another one. */
  private synchronized CachedModule first(CacheKey key) {
    if (memory != null) {
      return null;
    }
    if (first == null) {
      first = read(key);
      count(first, false);
      return first;
    }
    if (!first.key().equals(key)) {
      return null;
    }
    count(first, true);
    return first;
  }

  private synchronized boolean isFirst(CacheKey key) {
    return first != null && first.key().equals(key);
  }

  private synchronized Cache<CacheKey, CachedModule> memoryIfMade() {
    return memory;
  }

  private synchronized List<CachedModule> inMemory() {
    return memory != null ? List.copyOf(memory.asMap().values()) : first != null ? List.of(first) : List.of();
  }

  /** Made with the first thing to say. */
  private static Logger log() {
    return LoggerFactory.getLogger("skerry.cache");
  }

  private static ScheduledThreadPoolExecutor writer() {
    ScheduledThreadPoolExecutor made = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "skerry-cache");
      thread.setDaemon(true);
      return thread;
    });
    made.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    made.allowCoreThreadTimeOut(true);
    made.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return made;
  }

  /**
   * A cache on disk, and in memory in front of it. Nothing is touched before the first module asks.
   *
   * @param folder made if it is not there, with mode 700; nothing else should lie in it
   * @param maxBytes what all entries on disk may take, of all processes that use the folder
   */
  public static CodeCache open(Path folder, long maxBytes) {
    return open(folder, UserKey.usualPlace(), maxBytes);
  }

  /**
   * As {@link #open(Path, long)}, with another key than the user's usual one.
   *
   * @param keyFile made if it is not there, with mode 600; outside of the folder
   */
  public static CodeCache open(Path folder, Path keyFile, long maxBytes) {
    return new CodeCache(folder.toAbsolutePath(), keyFile, maxBytes, MEMORY_BYTES);
  }

  /** A cache that ends with the process. */
  public static CodeCache inMemory(long maxBytes) {
    return new CodeCache(null, null, 0, maxBytes);
  }

  /** The folder where code is usually kept: in the user's folder for caches; null if the user has none. */
  public static Path usualFolder() {
    Path caches = PrivateFiles.userFolder(System.getenv(), "XDG_CACHE_HOME", ".cache");
    return caches == null ? null : caches.resolve("skerry").resolve("code");
  }

  /** Where the user's key lies, made when it is first needed; null if the user has no folder for it. */
  public static Path usualKey() {
    return UserKey.usualPlace();
  }

  /** What the engine's classes are, in a few letters: code of other builds is never found. */
  public static String compilerBuild() {
    return CompilerBuild.digest();
  }

  /**
   * What there is for a module; it may be empty, and takes what is compiled from now on.
   *
   * @param moduleDigest {@link ModuleDigest} of the module's bytes
   * @param flavour everything that code depends on, and whether a module is valid, beside its bytes
   */
  public CachedModule module(byte[] moduleDigest, CachePartition partition, String flavour) {
    CacheKey key = new CacheKey(moduleDigest, partition, flavour);
    CachedModule alone = first(key);
    if (alone != null) {
      return alone;
    }
    boolean[] read = new boolean[1];
    CachedModule found = memory().get(key, absent -> {
      read[0] = true;
      return read(absent);
    });
    count(found, !read[0]);
    return found;
  }

  /** Makes ready what the first module would wait for. */
  public void prepare() {
    store();
  }

  /** Whether there seems to be an entry on disk; nothing is opened, and nothing made. */
  public boolean isOnDisk(byte[] moduleDigest, CachePartition partition, String flavour) {
    return folder != null
        && Files.exists(folder.resolve(new CacheKey(moduleDigest, partition, flavour).fileName()));
  }

  /** As {@link #module} where that need not look on disk; null where it must. */
  public CachedModule moduleInMemory(byte[] moduleDigest, CachePartition partition, String flavour) {
    CacheKey key = new CacheKey(moduleDigest, partition, flavour);
    CachedModule alone = isFirst(key) ? first(key) : null;
    if (alone != null) {
      return alone;
    }
    Cache<CacheKey, CachedModule> made = memoryIfMade();
    CachedModule found = made == null ? null : made.getIfPresent(key);
    if (found != null) {
      count(found, true);
    }
    return found;
  }

  private void count(CachedModule found, boolean inMemory) {
    if (!found.isHit()) {
      counters.misses.incrementAndGet();
    } else {
      counters.hits.incrementAndGet();
      if (inMemory) {
        counters.memoryHits.incrementAndGet();
      }
    }
  }

  private CachedModule read(CacheKey key) {
    boolean interrupted = Thread.interrupted();
    try {
      return readUninterrupted(key);
    } finally {
      interruptAgain(interrupted);
    }
  }

  /**
   * Puts back an interrupt that was taken away before a file was read or written: it would have closed that. One that
   * comes meanwhile does so: what was read is as if it were not on disk, and what was written stays there as it was,
   * until the module's code changes again.
   */
  static void interruptAgain(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private CachedModule readUninterrupted(CacheKey key) {
    CachedModule module = new CachedModule(this, key);
    DiskStore disk = key.isPersistent() ? store() : null;
    if (disk == null) {
      return module;
    }
    FileChannel file = null;
    boolean kept = false;
    try {
      file = disk.open(key);
      if (file != null) {
        module.opened(file, EntryFile.read(file, key, disk.userKey()));
        disk.touch(key);
        kept = true;
      }
    } catch (Damaged damaged) {
      rejected(key, damaged.getMessage());
    } catch (ClosedByInterruptException late) {
      log().debug("An entry of the code cache is not used: the thread that read it was interrupted");
    } catch (IOException failed) {
      rejected(key, PrivateFiles.reason(failed));
    } finally {
      if (file != null && !kept) {
        closeQuietly(file);
      }
    }
    return module;
  }

  private static void closeQuietly(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      log().debug("closing an entry of the code cache failed", e);
    }
  }

  /** The folder, checked when it is first needed; null if there is none, or it may not be used, or no longer. */
  private synchronized DiskStore store() {
    if (closed) {
      return null;
    }
    if (!storeTried && folder != null) {
      storeTried = true;
      try {
        if (keyFile == null) {
          throw new IOException("there is no place for the user's key: set HOME or XDG_STATE_HOME");
        }
        if (keyFile.toAbsolutePath().normalize().startsWith(folder.normalize())) {
          throw new IOException("the key " + keyFile + " would lie in it");
        }
        store = new DiskStore(folder, UserKey.at(keyFile), maxBytes);
      } catch (IOException refused) {
        tell("Compiled code is not kept in {}: {}", PrivateFiles.reason(refused));
      }
    }
    return store;
  }

  private synchronized void giveUpDisk(IOException reason) {
    if (store != null) {
      store = null;
      tell("Compiled code is not kept in {} any more: {}", PrivateFiles.reason(reason));
    }
  }

  /** The code of a module is more than the folder may hold. */
  synchronized void tooLarge(long bytes) {
    tell("The code of a module is not kept in {}: {}",
        "it takes " + bytes + " bytes, but all that is kept there may take " + maxBytes);
  }

  private void tell(String pattern, String reason) {
    if (listener == null) {
      log().warn(pattern, folder, reason);
    } else {
      listener.accept(reason);
    }
  }

  /**
   * Has somebody told, in place of the log, why something is not on disk that should be: one phrase, each time.
   *
   * @param listener must be quick, and not use the cache
   */
  public synchronized void whenNotKept(Consumer<String> listener) {
    this.listener = listener;
  }

  void rejected(CacheKey key, String reason) {
    counters.rejected.incrementAndGet();
    DiskStore disk = store();
    log().warn("The entry {} of the code cache is not used: {}", disk == null ? key.fileName() : disk.path(key),
        reason);
    if (disk != null) {
      disk.delete(key);
    }
  }

  long maxModuleBytes() {
    return memoryBytes / MODULE_SHARE;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** A module's bytes in memory are others now. */
  void weigh(CachedModule module) {
    if (isClosed() || module.memoryBytes() <= memoryBytes && isFirst(module.key())) {
      return;
    }
    memory().put(module.key(), module);
  }

  void countLoaded(int bytes) {
    counters.loaded.incrementAndGet();
    counters.loadedBytes.addAndGet(bytes);
  }

  void countStored() {
    counters.stored.incrementAndGet();
  }

  void countWritten(long bytes) {
    counters.files.incrementAndGet();
    counters.fileBytes.addAndGet(bytes);
  }

  /** There is something to write, soon. */
  synchronized void changed(CachedModule module) {
    if (closed || folder == null || !module.key().isPersistent()) {
      return;
    }
    lastChange = System.nanoTime();
    dirty.putIfAbsent(module, lastChange);
    if (!scheduled) {
      schedule(QUIET_NANOS);
    }
  }

  private void schedule(long nanos) {
    scheduled = true;
    if (writer == null) {
      writer = writer();
    }
    writer.schedule(this::writeIfQuiet, nanos, TimeUnit.NANOSECONDS);
  }

  private void writeIfQuiet() {
    synchronized (this) {
      scheduled = false;
      if (closed || dirty.isEmpty()) {
        return;
      }
      long now = System.nanoTime();
      long oldest = dirty.values().stream().mapToLong(Long::longValue).min().getAsLong();
      long left = Math.min(QUIET_NANOS - (now - lastChange), LONGEST_NANOS - (now - oldest));
      if (left > 0) {
        schedule(left);
        return;
      }
    }
    flush();
  }

  /** Writes all code that is not on disk yet, and waits for others who do so, before it returns. */
  public void flush() {
    synchronized (writing) {
      Set<CachedModule> toWrite;
      synchronized (this) {
        toWrite = new HashSet<>(dirty.keySet());
        dirty.clear();
      }
      if (toWrite.isEmpty()) {
        return;
      }
      boolean interrupted = Thread.interrupted();
      try {
        write(toWrite);
      } finally {
        interruptAgain(interrupted);
      }
    }
  }

  private void write(Set<CachedModule> toWrite) {
    DiskStore disk = store();
    if (disk == null) {
      return;
    }
    try {
      for (CachedModule module : toWrite) {
        module.write(disk);
      }
      counters.evicted.addAndGet(disk.evict());
    } catch (IOException failed) {
      giveUpDisk(failed);
    }
  }

  public CacheStatistics statistics() {
    return new CacheStatistics(counters.hits.get(), counters.memoryHits.get(), counters.misses.get(),
        counters.rejected.get(), counters.loaded.get(), counters.loadedBytes.get(), counters.stored.get(),
        counters.files.get(), counters.fileBytes.get(), counters.evicted.get(),
        inMemory().stream().mapToLong(CachedModule::memoryBytes).sum());
  }

  /** Where entries lie; null if they are kept in memory only. */
  public Path folder() {
    return folder;
  }

  /**
   * Has somebody asked before the cache is closed whether there is still something to add.
   *
   * @param giver not kept alive by this
   * @param task gets the giver, and must not refer to it otherwise
   */
  public <T> void beforeClosing(T giver, Consumer<T> task) {
    synchronized (beforeClosing) {
      @SuppressWarnings("unchecked")
      Consumer<Object> ofAny = (Consumer<Object>) task;
      beforeClosing.put(giver, ofAny);
    }
  }

  private void askGivers() {
    Map<Object, Consumer<Object>> givers;
    synchronized (beforeClosing) {
      givers = new HashMap<>(beforeClosing);
      beforeClosing.clear();
    }
    givers.forEach(CodeCache::ask);
  }

  private static void ask(Object giver, Consumer<Object> task) {
    try {
      task.accept(giver);
    } catch (RuntimeException | Error failed) {
      log().warn("What was to be compiled for the next run is not", failed);
    }
  }

  /** Writes what is not on disk yet, and takes nothing more. May take a second or two. Idempotent. */
  @Override
  public void close() {
    askGivers();
    flush();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (writer != null) {
        writer.shutdown();
      }
    }
    inMemory().forEach(CachedModule::release);
    // Not under the lock: it waits for whoever reads a module into it, who may wait for the lock.
    Cache<CacheKey, CachedModule> made = memoryIfMade();
    if (made != null) {
      made.invalidateAll();
    }
    forgetFirst();
  }

  private synchronized void forgetFirst() {
    first = null;
  }
}
