package dev.skerry.fetch;

import dev.skerry.fetch.CacheStore.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored responses in a folder: one file for each partition and URL, bounded by bytes, the one that was used longest
 * ago going first. A file appears whole or not at all; one that is damaged, or that holds another key than its name
 * says, is deleted and was never there. All files are touched by one thread alone, which starts with the first of
 * them. A disk that fails costs the cache and no request.
 */
final class DiskStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("skerry.cache");
  private static final String SUFFIX = ".response";
  private static final String UNFINISHED = ".new";
  /** One file may have that part of the whole. */
  private static final int MAX_PART = 8;
  /** What waits to be written is in memory meanwhile: more than that is not stored. */
  private static final long MAX_WAITING_BYTES = 32L << 20;
  private static final long CLOSING_SECONDS = 10;

  private final Path folder;
  private final long maxBytes;
  private final ThreadPoolExecutor thread;
  private final AtomicLong waiting = new AtomicLong();
  private volatile Thread worker;
  /** The length of each file by its name, the one used longest ago first; of the thread alone. */
  private Map<String, Long> files;
  private long total;
  private boolean unusable;

  DiskStore(Path folder, long maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    thread = new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
      Thread daemon = new Thread(task, "skerry-fetch-cache");
      daemon.setDaemon(true);
      worker = daemon;
      return daemon;
    });
    thread.allowCoreThreadTimeOut(true);
  }

  /** The stored responses of that key, the newest first; empty for none. Never fails. */
  CompletableFuture<List<CachedResponse>> load(Key key) {
    CompletableFuture<List<CachedResponse>> loaded = new CompletableFuture<>();
    boolean runs = isKept(key) && run(() -> loaded.complete(read(key)), () -> loaded.complete(List.of()));
    return runs ? loaded : CompletableFuture.completedFuture(List.of());
  }

  /** Stores the responses of a key in the place of those that are there. */
  void save(Key key, List<CachedResponse> variants) {
    if (!isKept(key)) {
      return;
    }
    long weight = variants.stream().mapToLong(CachedResponse::weight).sum();
    if (weight > maxBytes / MAX_PART || waiting.get() + weight > MAX_WAITING_BYTES) {
      remove(key);
      return;
    }
    waiting.addAndGet(weight);
    run(() -> {
      waiting.addAndGet(-weight);
      write(key, variants);
    }, () -> { });
  }

  void remove(Key key) {
    if (isKept(key)) {
      run(() -> delete(name(key)), () -> { });
    }
  }

  /** An opaque origin is gone with this process, and its partition with it. */
  private static boolean isKept(Key key) {
    return key.partition().topLevelSite().contains("://") && key.partition().frameOrigin().contains("://");
  }

  /** An action that touches files. */
  private interface Action {
    void run() throws IOException;
  }

  private boolean run(Action action, Runnable otherwise) {
    try {
      thread.execute(() -> {
        try {
          open();
          action.run();
        } catch (IOException | RuntimeException e) {
          LOG.info("the cache folder {} fails: {}", folder, Excerpt.of(e.toString()));
          otherwise.run();
        }
      });
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /** A folder that cannot be opened is not tried again. */
  private void open() throws IOException {
    if (files != null) {
      return;
    }
    if (unusable) {
      throw new IOException("it could not be opened");
    }
    unusable = true;
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    }
    /** A file and when it was used. */
    record Found(String name, long length, FileTime used) {
    }
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.endsWith(UNFINISHED)) {
          Files.deleteIfExists(entry);
        } else if (name.endsWith(SUFFIX) && Files.isRegularFile(entry)) {
          found.add(new Found(name, Files.size(entry), Files.getLastModifiedTime(entry)));
        }
      }
    }
    found.sort(Comparator.comparing(Found::used));
    Map<String, Long> lengths = new LinkedHashMap<>(16, 0.75f, true);
    for (Found file : found) {
      lengths.put(file.name, file.length);
      total += file.length;
    }
    files = lengths;
    unusable = false;
    shrink();
  }

  private static String name(Key key) {
    PartitionKey partition = key.partition();
    String text = String.join("\n", partition.topLevelSite(), partition.frameOrigin(),
        String.valueOf(partition.crossSiteAncestor()), String.valueOf(key.credentials()), key.url());
    return HexFormat.of().formatHex(digest(text.getBytes(StandardCharsets.UTF_8))) + SUFFIX;
  }

  static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private List<CachedResponse> read(Key key) throws IOException {
    String name = name(key);
    Long length = files.get(name);
    if (length == null) {
      return List.of();
    }
    Path file = folder.resolve(name);
    try {
      if (Files.size(file) > maxBytes) {
        throw new IOException("longer than it was written");
      }
      List<CachedResponse> variants = DiskFormat.read(Files.readAllBytes(file), key);
      Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
      return variants;
    } catch (IOException e) {
      LOG.info("the cached response {} is not usable: {}", name, Excerpt.of(e.toString()));
      delete(name);
      return List.of();
    }
  }

  private void write(Key key, List<CachedResponse> variants) throws IOException {
    String name = name(key);
    delete(name);
    byte[] bytes = DiskFormat.write(key, variants);
    Path unfinished = folder.resolve(name + UNFINISHED);
    Files.write(unfinished, bytes);
    Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    files.put(name, (long) bytes.length);
    total += bytes.length;
    shrink();
  }

  private void shrink() throws IOException {
    while (total > maxBytes) {
      Iterator<String> oldest = files.keySet().iterator();
      delete(oldest.next());
    }
  }

  private void delete(String name) throws IOException {
    Long length = files.remove(name);
    if (length != null) {
      total -= length;
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  /** Ends once what waits to be written is on disk, unless its own thread closes it. Idempotent. */
  @Override
  public void close() {
    thread.shutdown();
    if (worker == Thread.currentThread()) {
      return;
    }
    try {
      if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
