package dev.skerry.origin;

import dev.skerry.bindings.Capability;
import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchObserver;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.LocalNetworkGrants;
import dev.skerry.fetch.ProxyServer;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.cache.CodeCache;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens pages. Owns the engine, the HTTP client and a handful of daemon threads that all its pages share. Thread-safe;
 * closing it, from any thread, closes its pages.
 */
public final class PageHost implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();
  /** What a page may take between the last byte of its document and its first task, beside the fetch itself. */
  private static final Duration PARSE_TIME = Duration.ofSeconds(30);

  /** High Resolution Time §4, for documents that are not cross-origin isolated. */
  private static final Duration USUAL_CLOCK_STEP = Duration.ofNanos(100_000);

  private final Limits limits;
  private final boolean files;
  private final boolean subresources;
  private final FrameBindings bindings;
  private final FrameCapabilities capabilities;
  private final PageObserver observer;
  private final FetchObserver requests;
  private final Engine engine;
  private final HeapBudget heap;
  private final Resources resources;
  private final Cleaner.Cleanable closing;

  /** What must be closed, apart from the host so that a forgotten host can be collected. */
  private record Resources(FetchClient client, HostThreads threads, Set<PageCloser> pages, StorageShed storage,
                           CodeCache ownCache)
      implements Runnable {

    @Override
    public void run() {
      List.copyOf(pages).forEach(PageCloser::run);
      client.close();
      threads.close();
      storage.close();
      if (ownCache != null) {
        ownCache.close();
      }
    }
  }

  /**
   * How pages' modules run unless somebody says otherwise: sites that don't trust each other share the process, so
   * accesses are compared with memory's length, and clamped to it where the processor goes on in spite of that.
   */
  public static EngineOptions usualEngine() {
    return EngineOptions.fromProperties(MemoryStrategy.HARDENED);
  }

  /** How a host is to be. */
  public static final class Builder {

    private Limits limits = Limits.defaults();
    private final List<String> resolve = new ArrayList<>();
    private FrameBindings bindings = frame -> List.of();
    private FrameCapabilities capabilities = frame -> Capability.usual();
    private EngineOptions engine = usualEngine();
    private CodeCache codeCache;
    private Path codeFolder;
    private int threads = WorkerPool.usualSize();
    private Duration clockStep = USUAL_CLOCK_STEP;
    private final List<PageObserver> observers = new ArrayList<>();
    private FetchObserver requests = FetchObserver.NONE;
    private LocalNetworkGrants localNetwork = LocalNetworkGrants.NONE;
    private final List<Path> folders = new ArrayList<>();
    private ProxyServer proxy;
    private Long cacheBytes;
    private Path cacheFolder;
    private long cacheFolderBytes;
    private boolean subresources;
    private Path storage;
    private final List<Interceptor> interceptors = new ArrayList<>();

    private Builder() {
    }

    public Builder limits(Limits chosen) {
      limits = chosen;
      return this;
    }

    /**
     * Connects to that address instead of asking DNS, for requests to that host and port.
     *
     * @param rule as curl's {@code --resolve}: {@code HOST:PORT:ADDRESS}
     */
    public Builder resolve(String rule) {
      resolve.add(rule);
      return this;
    }

    /** How many threads the agents of all pages share; as many as there are processors without it, and at least 2. */
    public Builder threads(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("a host needs at least one thread for its agents, not " + count);
      }
      threads = count;
      return this;
    }

    /**
     * The steps in which guests see clocks go on: 0.1 ms without it. Finer ones tell guests more of what others do.
     *
     * @param step at most a second
     */
    public Builder clockStep(Duration step) {
      if (step.isNegative() || step.isZero() || step.compareTo(Duration.ofSeconds(1)) > 0) {
        throw new IllegalArgumentException("the step of a clock must be above 0 and at most 1 s, not " + step);
      }
      clockStep = step;
      return this;
    }

    /** How the page's modules run; without it as the system properties say. */
    public Builder engine(EngineOptions options) {
      engine = options;
      return this;
    }

    /**
     * Keeps compiled code in that folder, apart for each partition, so that a page that comes again compiles nothing.
     * Without it code ends with the page.
     */
    public Builder codeCache(Path folder) {
      codeFolder = folder;
      return this;
    }

    /** As {@link #codeCache(Path)}, in a cache that the embedder closes after the host; null for none. */
    public Builder codeCache(CodeCache cache) {
      codeCache = cache;
      return this;
    }

    /** Host modules of the embedder's own. */
    public Builder bindings(FrameBindings own) {
      bindings = own;
      return this;
    }

    /** What the guests of each document may do; {@link Capability#usual} by default. */
    public Builder capabilities(FrameCapabilities granted) {
      capabilities = granted;
      return this;
    }

    /** One more that hears what happens. */
    public Builder observer(PageObserver listener) {
      observers.add(listener);
      return this;
    }

    /** Hears what becomes of each request of all pages, as a {@code HarLog} does. */
    public Builder requests(FetchObserver listener) {
      requests = listener;
      return this;
    }

    /**
     * A link that every request runs through before all others: it may answer, change or refuse it.
     * {@code EmbedderRules} are one.
     */
    public Builder intercept(Interceptor link) {
      interceptors.add(link);
      return this;
    }

    /** Goes through that proxy. */
    public Builder proxy(ProxyServer server) {
      proxy = server;
      return this;
    }

    /** How much memory the HTTP cache may take, in bytes; 0 for no cache. */
    public Builder httpCache(long bytes) {
      cacheBytes = bytes;
      return this;
    }

    /**
     * Keeps the HTTP cache in that folder too, so that it outlives this host; one host at a time should have it.
     *
     * @param bytes how much its files may take, at least 1
     */
    public Builder httpCacheFolder(Path folder, long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a cache folder needs room for at least 1 byte, not " + bytes);
      }
      cacheFolder = folder;
      cacheFolderBytes = bytes;
      return this;
    }

    /** Lets {@code file:} URLs of files below that folder be opened as pages; no guest can reach them. */
    public Builder files(Path folder) {
      folders.add(folder);
      return this;
    }

    /** Which documents may reach more private addresses than their own (Local Network Access); none by default. */
    public Builder localNetwork(LocalNetworkGrants grants) {
      localNetwork = grants;
      return this;
    }

    /**
     * Whether images and style sheets are requested as a browser would, which then delay {@code load}; otherwise they
     * are noted alone. Nothing is rendered in either case.
     */
    public Builder subresources(boolean requested) {
      subresources = requested;
      return this;
    }

    /**
     * Keeps local storage in that file, which is made if it is not there; without it, it lives as long as the host.
     * One host at a time can use a file.
     */
    public Builder storage(Path file) {
      storage = file;
      return this;
    }

    /** @throws IllegalArgumentException naming a resolve rule that is none, or a storage file that cannot be used */
    public PageHost build() {
      return new PageHost(this);
    }
  }

  private PageHost(Builder from) {
    limits = from.limits;
    subresources = from.subresources;
    files = !from.folders.isEmpty();
    bindings = from.bindings;
    capabilities = from.capabilities;
    observer = new SafeObserver(from.observers);
    FetchClient.Options usual = FetchClient.Options.DEFAULT;
    FetchClient.Builder client = FetchClient.builder().options(new FetchClient.Options(limits.get(Limit.BODY_BYTES),
        usual.maxHeaderBytes(), usual.maxRedirects(), Duration.ofMillis(limits.get(Limit.FETCH_TIME)),
        List.copyOf(from.resolve))).localNetwork(from.localNetwork);
    from.interceptors.forEach(client::interceptor);
    from.folders.forEach(client::files);
    client.proxy(from.proxy);
    if (from.cacheBytes != null) {
      client.cacheBytes(from.cacheBytes);
    }
    if (from.cacheFolder != null) {
      client.cacheFolder(from.cacheFolder, from.cacheFolderBytes);
    }
    requests = from.requests;
    CodeCache own = from.codeFolder == null ? null : CodeCache.open(from.codeFolder, CodeCache.USUAL_BYTES);
    engine = Engine.createWithCache(
        from.limits.isSet(Limit.AGENT_FUEL) ? from.engine.withFuel(true) : from.engine,
        own != null ? own : from.codeCache);
    if (observer.wantsTasks()) {
      engine.observe(observer::compiled);
    }
    heap = HeapBudget.ofHost(limits);
    resources = resources(client.build(), own, from);
    closing = CLEANER.register(this, resources);
  }

  private Resources resources(FetchClient client, CodeCache own, Builder from) {
    try {
      long most = limits.get(Limit.HOST_STORAGE);
      StorageShed storage = from.storage == null ? StorageShed.inMemory(most) : StorageShed.in(from.storage, most);
      HostThreads threads = HostThreads.start(from.threads, from.clockStep);
      return new Resources(client, threads, ConcurrentHashMap.newKeySet(), storage, own);
    } catch (RuntimeException failed) {
      client.close();
      if (own != null) {
        own.close();
      }
      throw failed;
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Opens a page: returns when its document is there and has begun to load its modules and frames.
   *
   * @param address an absolute URL
   * @throws LoadError when the document cannot be loaded: a bad URL, a network error, a status of 400 and above, or
   *     something that is not HTML
   */
  public Page open(String address) throws LoadError {
    return open(address, PARSE_TIME.plusMillis(limits.get(Limit.FETCH_TIME)));
  }

  /** As {@link #open(String)}, within that time. */
  public Page open(String address, Duration time) throws LoadError {
    Url url = address(address);
    Navigable top = Navigable.top(url);
    Page page = newPage(top, url);
    boolean opened = false;
    try {
      page.opening().await(time);
      opened = true;
      return page;
    } finally {
      if (!opened) {
        page.close();
      }
    }
  }

  /** The URL that a person may mean. */
  Url address(String text) throws LoadError {
    try {
      return PageAddress.parse(text, files);
    } catch (UrlParseException error) {
      throw new LoadError(error.getMessage(), error);
    }
  }

  /**
   * Opens a page and does not wait for its document: what is returned completes as {@link #open} returns, or with its
   * {@link LoadError}. So many pages load side by side.
   */
  public CompletableFuture<Page> openLater(String address) {
    Page page;
    try {
      Url url = address(address);
      page = newPage(Navigable.top(url), url);
    } catch (LoadError error) {
      return CompletableFuture.failedFuture(error);
    }
    return page.opening().outcome().handle((document, failure) -> {
      if (failure != null) {
        page.close();
        throw new CompletionException(failure);
      }
      return page;
    });
  }

  private Page newPage(Navigable top, Url url) throws LoadError {
    long now = System.nanoTime();
    PageObserver listener = observer;
    Activity activity = new Activity();
    Limits all = limits;
    PageLimits own = new PageLimits(all, limit -> listener.limitReached("", limit, all.exceeded(limit)));
    FrameTree frames = new FrameTree(own);
    Problems problems = new Problems(listener::problem);
    HeapBudget pageHeap = heap.ofPage(own::exceeded);
    PageFetcher fetcher = new PageFetcher(resources.client, pageHeap.ofBodies(), own, activity,
        frames::isOfTheTop, listener::request);
    Agents agents = new Agents(engine, pageHeap, limits, activity, resources.threads, frames, (agent, verdict) -> {
      fetcher.abandon(agent);
      agentEnded(listener, frames, problems, agent, verdict);
    }, (agent, limit) -> listener.limitReached(agent.origin().toString(), limit, agentLimit(limits, agent, limit)),
        listener.wantsTasks() ? listener::task : null);
    PageContext context = new PageContext(engine, limits, own, activity, agents, frames, new NodeBudget(own),
        new ConsoleLog(now, listener::console), fetcher, new RequestWatch(requests, listener), problems,
        new SessionHistory(), listener, new Subresources(subresources), resources.storage,
        StorageShed.inMemory(limits.get(Limit.HOST_STORAGE)), bindings, capabilities);
    PageCloser closer = new PageCloser(context, resources.threads.workers(), resources.pages);
    resources.pages.add(closer);
    frames.add(top);
    return new Page(this, context, top, context.navigator().open(top, url), resources.threads.workers(), now, CLEANER,
        closer);
  }

  /** Limits of pages are not among an agent's own. */
  private static String agentLimit(Limits limits, WindowAgent agent, Limit limit) {
    return (limit.scope() == Limit.Scope.ORIGIN ? agent.limits() : limits).exceeded(limit);
  }

  private static void agentEnded(PageObserver observer, FrameTree frames, Problems problems, WindowAgent agent,
                                 Verdict verdict) {
    frames.of(agent).stream().findFirst().ifPresent(first -> problems.add(Problem.Kind.AGENT, first,
        "the agent of " + agent.origin() + " was ended: " + verdict.detail()));
    observer.agentEnded(agent.origin().toString(), verdict);
  }

  /** Pages that are open. */
  int openPages() {
    return resources.pages.size();
  }

  /** Closes all pages, aborts all requests and ends the threads. Idempotent. */
  @Override
  public void close() {
    closing.clean();
  }
}
