package dev.skerry.wasm.cache;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.Contract;
import dev.skerry.wasm.verify.Proof;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * The compiled code of one module for one partition and flavour, as far as the cache has it: pieces that are compiled
 * now are added, and written to disk later. What comes out has tables whose rows are in range, and nothing else: it
 * must be proved before it is published. Thread-safe; all modules with the same key share it.
 */
public final class CachedModule {

  /** In how many steps of its share the cache is told how much code of a module was read. */
  private static final int WEIGHED_IN = 256;
  /** So many functions must be newly called before the entry is written for that alone, */
  private static final int LEAST_NEWS = 64;
  /** and one of so many that are called. */
  private static final int NEWS_OF = 8;

  private final CodeCache cache;
  private final CacheKey key;
  private final Map<CodeId, Item> items = new LinkedHashMap<>();
  /** Of code that was proved in this process. */
  private final RememberedProofs proofs = new RememberedProofs(new HashMap<>());
  private final Set<CodeId> beingProved = new HashSet<>();
  /** What was called in this process, and as the how manieth. */
  private final Map<CodeId, Integer> called = new HashMap<>();
  /** How much of that there is, although no run called it before. */
  private int newlyCalled;
  /** Where pieces on disk are read; null if there are none. */
  private FileChannel file;
  private long memoryBytes;
  /** What that was when the cache was told of code that was read. */
  private long weighedBytes;
  /** Whether the module was loaded and found valid before, even if nothing of it was worth compiling. */
  private boolean known;
  /** Whether what was on disk when that was opened is more than the module's share of the memory. */
  private boolean large;
  private boolean dirty;
  /** Whether it was told that the code is more than the folder may hold. */
  private volatile boolean tooLarge;
  private boolean rejected;

  /**
   * A piece of code.
   *
   * @param code null as long as it was not read
   * @param piece null as long as it was not written
   * @param fresh whether this process compiled it
   */
  private record Item(int heat, CompiledFunction code, EntryFile.Piece piece, boolean fresh) {

    long memoryBytes() {
      return code == null ? 0 : code.byteLength();
    }

    long byteLength() {
      return code == null ? piece.length() : code.byteLength();
    }
  }

  CachedModule(CodeCache cache, CacheKey key) {
    this.cache = cache;
    this.key = key;
  }

  /** Takes over what an entry on disk lists. */
  synchronized void opened(FileChannel entry, Map<CodeId, EntryFile.Piece> pieces) {
    file = entry;
    known = true;
    large = pieces.values().stream().mapToLong(EntryFile.Piece::length).sum() > cache.maxModuleBytes();
    pieces.forEach((id, piece) -> put(id, new Item(piece.heat(), null, piece, false)));
  }

  private void put(CodeId id, Item item) {
    Item former = items.put(id, item);
    memoryBytes += item.memoryBytes() - (former == null ? 0 : former.memoryBytes());
  }

  CacheKey key() {
    return key;
  }

  /** Whether the module was found valid before; there may be no code if nothing of it was worth compiling. */
  public synchronized boolean isHit() {
    return known || !items.isEmpty();
  }

  /** The module was found valid; from now on it is known, whatever is compiled of it. */
  public void valid() {
    synchronized (this) {
      if (rejected || isHit()) {
        return;
      }
      known = true;
      dirty = true;
    }
    cache.changed(this);
  }

  public synchronized boolean has(CodeId id) {
    return items.containsKey(id);
  }

  /**
   * A function is called for the first time by some module. Where much is called that no run called before, the entry
   * is written anew, for it says what is called and in what order.
   */
  public void called(CodeId id) {
    synchronized (this) {
      if (called.putIfAbsent(id, called.size()) != null) {
        return;
      }
      Item item = items.get(id);
      if (item == null || item.heat > 0) {
        return;
      }
      newlyCalled++;
      if (dirty || newlyCalled < LEAST_NEWS || newlyCalled < called.size() / NEWS_OF) {
        return;
      }
      dirty = true;
    }
    cache.changed(this);
  }

  /** The functions that were called, by this process or one before, in the order in which that came about. */
  public synchronized List<CodeId> inOrderOfCalls() {
    List<CodeId> functions = new ArrayList<>();
    for (CodeId id : inOrder()) {
      if (id.loop() < 0 && heat(id) > 0) {
        functions.add(id);
      }
    }
    return functions;
  }

  /** All pieces: what this process called first, and in its order. */
  private List<CodeId> inOrder() {
    List<CodeId> ids = new ArrayList<>(items.keySet());
    if (!called.isEmpty()) {
      ids.sort(Comparator.comparingInt(id -> called.getOrDefault(id, Integer.MAX_VALUE)));
    }
    return ids;
  }

  /** How often a piece was found running before it was compiled, at least 1 if it was called; else 0. */
  private int heat(CodeId id) {
    return Math.max(items.get(id).heat, called.containsKey(id) ? 1 : 0);
  }

  /** Whether a piece was found running more than once before it was compiled. */
  public synchronized boolean isHot(CodeId id) {
    Item item = items.get(id);
    return item != null && item.heat > 1;
  }

  /** Bytes of a piece; 0 if there is none. */
  public synchronized long byteLength(CodeId id) {
    Item item = items.get(id);
    return item == null ? 0 : item.byteLength();
  }

  /** Bytes of code, and of what is remembered of its proofs; asked for with every piece that comes. */
  synchronized long memoryBytes() {
    return memoryBytes + proofs.byteLength();
  }

  /** Whether a thread proves that piece just now: whoever waits for nobody does without it meanwhile. */
  public synchronized boolean isBeingProved(CodeId id) {
    return beingProved.contains(id);
  }

  /**
   * Proves a piece that was loaded, unless it is what was proved before, against the same.
   *
   * @throws VerificationError if it breaks a rule
   */
  public ProvedCode prove(CodeId id, CompiledFunction code, Contract contract) throws VerificationError {
    Proof known;
    synchronized (this) {
      known = proofs.get(id);
    }
    Optional<ProvedCode> before = known == null ? Optional.empty() : known.of(code, contract);
    if (before.isPresent()) {
      return before.get();
    }
    synchronized (this) {
      beingProved.add(id);
    }
    try {
      ProvedCode proved = ProvedCode.of(code, contract);
      remember(id, proved);
      return proved;
    } finally {
      synchronized (this) {
        beingProved.remove(id);
      }
    }
  }

  private void remember(CodeId id, ProvedCode proved) {
    Optional<Proof> proof = Proof.of(proved);
    if (proof.isPresent()) {
      synchronized (this) {
        proofs.put(id, proof.get());
      }
      cache.weigh(this);
    }
  }

  /**
   * A piece of code for an engine; null if there is none, or it turned out to be damaged.
   *
   * @param typeNumbers canonical numbers of function types, by type index
   */
  public CompiledFunction load(CodeId id, ModuleInfo module, IntUnaryOperator typeNumbers, MemoryStrategy memory) {
    Item item;
    FileChannel from;
    synchronized (this) {
      item = items.get(id);
      from = file;
    }
    if (item == null) {
      return null;
    }
    boolean interrupted = Thread.interrupted();
    try {
      CompiledFunction code = item.code != null ? item.code : FunctionFormat.read(EntryFile.read(from, item.piece));
      TableCheck.require(code, module, memory);
      if (item.code == null) {
        keep(id, new Item(item.heat, code, item.piece, false));
      }
      return code.withTypeNumbers(typeNumbers);
    } catch (Damaged damaged) {
      reject(damaged.getMessage());
      return null;
    } catch (ClosedChannelException closed) {
      return null;
    } catch (IOException failed) {
      reject("it cannot be read: " + PrivateFiles.reason(failed));
      return null;
    } finally {
      CodeCache.interruptAgain(interrupted);
    }
  }

  /**
   * Code that was read stays in memory as long as the module takes no more than its share. Of large ones nothing does:
   * it would only be copied from one generation of the heap to the next.
   */
  private void keep(CodeId id, Item item) {
    synchronized (this) {
      if (large || items.get(id) == null || memoryBytes + item.memoryBytes() > cache.maxModuleBytes()) {
        return;
      }
      put(id, item);
    }
    weighIfGrown();
  }

  /** Tells the cache what the module takes, but not for every function of thousands. */
  private void weighIfGrown() {
    synchronized (this) {
      if (memoryBytes - weighedBytes < cache.maxModuleBytes() / WEIGHED_IN) {
        return;
      }
      weighedBytes = memoryBytes;
    }
    cache.weigh(this);
  }

  /** Code that was loaded is now published. */
  public void published(CompiledFunction code) {
    cache.countLoaded(code.code().length);
  }

  /** Code that was loaded may not run, so nothing of what was read with it is used any more. */
  public void refused(CodeId id, String reason) {
    reject("the code of function " + id.function() + " may not run: " + reason);
  }

  private void reject(String reason) {
    synchronized (this) {
      if (rejected) {
        return;
      }
      rejected = true;
      known = false;
      items.values().removeIf(item -> !item.fresh);
      proofs.retain(items.keySet());
      memoryBytes = items.values().stream().mapToLong(Item::memoryBytes).sum();
      close();
    }
    cache.rejected(key, reason);
    cache.weigh(this);
  }

  /**
   * Takes code that was compiled and proved.
   *
   * @param heat how often it was found running before; 0 if it was compiled ahead
   */
  public void add(CodeId id, ProvedCode proved, int heat) {
    synchronized (this) {
      put(id, new Item(heat, proved.code(), null, true));
      dirty = true;
    }
    remember(id, proved);
    cache.countStored();
    cache.weigh(this);
    cache.changed(this);
  }

  /** Writes what was added since the last time, together with what is on disk by now. */
  void write(DiskStore store) throws IOException {
    Map<CodeId, Item> mine;
    FileChannel old;
    synchronized (this) {
      if (!dirty) {
        return;
      }
      dirty = false;
      newlyCalled = 0;
      mine = new LinkedHashMap<>();
      for (CodeId id : inOrder()) {
        Item item = items.get(id);
        mine.put(id, new Item(heat(id), item.code, item.piece, item.fresh));
      }
      old = file;
    }
    long bytes = mine.values().stream().mapToLong(Item::byteLength).sum();
    if (bytes > store.maxEntryBytes()) {
      if (!tooLarge) {
        tooLarge = true;
        cache.tooLarge(bytes);
      }
      return;
    }
    Map<CodeId, EntryFile.Piece> written = new LinkedHashMap<>();
    FileChannel current = current(store);
    try {
      Map<CodeId, EntryFile.Piece> others = others(current, store);
      others.keySet().removeAll(mine.keySet());
      FileChannel replaced = store.replace(key, out -> {
        EntryFile.Writer writer = new EntryFile.Writer(out, mine.size() + others.size());
        for (Map.Entry<CodeId, Item> entry : mine.entrySet()) {
          Item item = entry.getValue();
          writer.add(entry.getKey(), item.heat,
              item.code != null ? FunctionFormat.write(item.code) : piece(old, item.piece));
        }
        for (Map.Entry<CodeId, EntryFile.Piece> entry : others.entrySet()) {
          writer.add(entry.getKey(), entry.getValue().heat(), piece(current, entry.getValue()));
        }
        written.putAll(writer.finish(key, store.userKey()));
        cache.countWritten(writer.byteLength());
      });
      written(replaced, written);
    } catch (ClosedChannelException rejectedMeanwhile) {
      return;
    } finally {
      if (current != null) {
        current.close();
      }
    }
  }

  /** What lies on disk now; null if that is nothing, or no entry, which is then replaced. */
  private FileChannel current(DiskStore store) {
    try {
      return store.open(key);
    } catch (IOException noEntry) {
      return null;
    }
  }

  /** What another process wrote meanwhile; nothing if that is damaged, for then it is replaced. */
  private Map<CodeId, EntryFile.Piece> others(FileChannel current, DiskStore store) throws IOException {
    try {
      return current == null ? new LinkedHashMap<>() : EntryFile.read(current, key, store.userKey());
    } catch (Damaged replaced) {
      return new LinkedHashMap<>();
    }
  }

  private static byte[] piece(FileChannel from, EntryFile.Piece piece) throws IOException {
    try {
      return EntryFile.read(from, piece);
    } catch (Damaged damaged) {
      throw new IOException(damaged.getMessage(), damaged);
    }
  }

  private void written(FileChannel replaced, Map<CodeId, EntryFile.Piece> pieces) {
    synchronized (this) {
      close();
      file = replaced;
      boolean keep = memoryBytes <= cache.maxModuleBytes();
      pieces.forEach((id, piece) -> {
        Item known = items.get(id);
        put(id, known == null ? new Item(piece.heat(), null, piece, false)
            : new Item(piece.heat(), keep ? known.code : null, piece, known.fresh));
      });
    }
    cache.weigh(this);
  }

  /** Closes the file; what is only there is forgotten. */
  private void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException nothingToSave) {
        file = null;
        return;
      }
      file = null;
    }
  }

  /** The process gives up the cache: what is only on disk is not read any more. */
  synchronized void release() {
    List<CodeId> onDisk = new ArrayList<>();
    items.forEach((id, item) -> {
      if (item.code == null) {
        onDisk.add(id);
      }
    });
    onDisk.forEach(items::remove);
    close();
  }
}
