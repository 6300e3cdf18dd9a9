package dev.skerry.origin;

import dev.skerry.wasm.Func;
import dev.skerry.wasm.Trap;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * An open page: a browsing context group with its frames and agents. Every method may be called from any thread, and
 * what it did can still be asked after {@link #close}; a page that is forgotten without closing is closed when it is
 * collected.
 */
public final class Page implements AutoCloseable {

  private final PageHost host;
  private final PageContext context;
  private final Navigable top;
  private final Navigation opening;
  private final WorkerPool workers;
  private final long openedNanos;
  private final Cleaner.Cleanable closing;
  private volatile boolean settled;

  /** @param closer frees everything; must not refer to this page */
  Page(PageHost host, PageContext context, Navigable top, Navigation opening, WorkerPool workers, long openedNanos,
       Cleaner cleaner, Runnable closer) {
    this.host = host;
    this.context = context;
    this.top = top;
    this.opening = opening;
    this.workers = workers;
    this.openedNanos = openedNanos;
    closing = cleaner.register(this, closer);
  }

  /** The navigation that opens the page. */
  Navigation opening() {
    return opening;
  }

  /** The URL of the top document, after redirects. */
  public String url() {
    return top.url();
  }

  /**
   * Navigates the page (HTML §7.4.2): returns when the new document has begun to load, in an agent of its own. The
   * documents that were there end.
   *
   * @param address an absolute URL
   * @throws LoadError when there is no such document; the one that was there stays
   */
  public void navigate(String address, Duration time) throws LoadError {
    top().navigate(address, time);
  }

  /** Loads the page's document again, as {@link #navigate} does. */
  public void reload(Duration time) throws LoadError {
    top().reload(time);
  }

  /**
   * Gives an origin a fresh agent: the one that it has ends, if it has not ended already, and its documents are loaded
   * again, with fresh memory. All other agents go on.
   *
   * @param origin as {@link AgentReport} has it; for {@code "null"} all opaque ones
   * @throws NoSuchElementException when the page has no document of that origin
   * @throws LoadError when a document of it does not load again
   */
  public void restart(String origin, Duration time) throws LoadError {
    restart(agentsOf(origin), time);
  }

  private List<WindowAgent> agentsOf(String origin) {
    List<WindowAgent> agents = context.agents().all().stream()
        .filter(agent -> agent.origin().toString().equals(origin) && !context.frames().of(agent).isEmpty()).toList();
    if (agents.isEmpty()) {
      throw new NoSuchElementException("the page has no document of " + origin);
    }
    return agents;
  }

  void restart(List<WindowAgent> ended, Duration time) throws LoadError {
    List<Navigable> frames = ended.stream().flatMap(agent -> context.frames().of(agent).stream()).toList();
    ended.forEach(context.agents()::desert);
    List<Navigation> navigations = frames.stream()
        .filter(frame -> frames.stream().noneMatch(other -> other.isAncestorOf(frame)))
        .map(frame -> context.navigator().reload(frame, null)).toList();
    for (Navigation navigation : navigations) {
      await(navigation, time);
    }
  }

  /**
   * Moves in the session history of the page, and waits until what changes has begun to load.
   *
   * @param steps forward; negative ones go back
   * @return false beyond the ends of the history
   */
  public boolean go(int steps, Duration time) throws LoadError {
    List<Navigation> navigations = context.navigator().traverse(null, steps);
    for (Navigation navigation : navigations) {
      await(navigation, time);
    }
    return !navigations.isEmpty();
  }

  /** How many entries the session history has. */
  public int historyLength() {
    return context.history().length();
  }

  /**
   * Clicks the first element of the top document that a CSS selector matches, as a task: a link is followed.
   *
   * @throws NoSuchElementException when there is none
   */
  public void click(String selector) {
    Environment document = environment();
    Element element = document.agent().loop().between(() -> document.dom().selectFirst(selector));
    if (element == null) {
      throw new NoSuchElementException("no element of " + document.url() + " matches " + selector);
    }
    document.post("click", () -> document.click(element));
  }

  void await(Navigation navigation, Duration time) throws LoadError {
    refuseWorkers("a navigation");
    try {
      navigation.await(time);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Waits until the page has settled: no runnable task, no fetch, and no timer due within 500 ms, where repeating
   * timers are ignored after their third firing. An agent that was ended has settled. The page goes on living
   * afterwards.
   *
   * @return false when the time ran out first
   */
  public boolean settle(Duration time) {
    refuseWorkers("settle");
    try {
      settled = context.activity().await(time, context.agents()::nanosToNextTimer);
      return settled;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** What the page's guests wrote, oldest first. */
  public List<ConsoleMessage> console() {
    return context.console().messages();
  }

  /** A copy of the top document as it is now; waits for the task that changes it. */
  public Document document() {
    return top().document();
  }

  /**
   * The agent of an origin.
   *
   * @param origin as {@link AgentReport} has it; {@code "null"} is the first opaque one, {@link Frame#agent} any
   * @throws NoSuchElementException when the page has no document of that origin
   */
  public Agent agent(String origin) {
    return new Agent(this, agentsOf(origin).get(0));
  }

  /** One report for each origin, in the order in which the page met them. */
  public List<AgentReport> agents() {
    return context.agents().all().stream().map(agent -> new Agent(this, agent).report()).toList();
  }

  /**
   * What the page and its agents use at this moment of each limit on a sum; those on single things, such as the length
   * of a URL, are not among them.
   */
  public List<Usage> usage() {
    return new UsageReport(context).list();
  }

  /** The requests that have ended, in the order of their end. */
  public List<RequestReport> requests() {
    return context.fetcher().reports();
  }

  /** Images and style sheets that its documents ask for. */
  public List<SubresourceReport> subresources() {
    return context.subresources().reports();
  }

  /** What did not load or run. */
  public List<Problem> problems() {
    return context.problems().list();
  }

  /** Violations of the content security policies of its documents, in the order in which they were found. */
  public List<ViolationReport> violations() {
    return context.watch().violations();
  }

  /** All frames, the top one first. */
  public List<FrameReport> frames() {
    return context.frames().all().stream().map(Navigable::report).toList();
  }

  /** Says whether a module of the top document failed, or its agent was ended. */
  public boolean hasFailed() {
    return context.problems().anyFatal();
  }

  /** Everything above at once. */
  public PageReport report() {
    List<FrameReport> frames = frames();
    return new PageReport(url(), frames.get(0).title(), settled, hasFailed(),
        Duration.ofNanos(System.nanoTime() - openedNanos), frames, agents(), console(), context.console().dropped(),
        requests(), subresources(), problems(), violations(),
        frames.stream().mapToInt(FrameReport::scriptsNotRun).sum(),
        context.engine().cached());
  }

  /**
   * Calls an exported function of the top document's modules, as a task of its agent; where several export the name,
   * the one that was instantiated last is meant.
   *
   * @param args as for {@link Func#call}
   * @throws Trap when the guest traps or is over a limit
   * @throws NoSuchElementException when no instance exports a function of that name (yet: see {@link #settle})
   * @throws IllegalStateException when the agent was ended or the page is closed
   */
  public Object[] call(String export, Object... args) {
    return top().call(export, args);
  }

  /**
   * As {@link #call}, without waiting for the result, so that many pages can be called side by side; what is returned
   * completes with what {@link #call} returns or throws, on a thread of the host that must not be held.
   */
  public CompletableFuture<Object[]> callLater(String export, Object... args) {
    return top().callLater(export, args);
  }

  /** The page's own frame. */
  public Frame top() {
    return new Frame(this, top);
  }

  /**
   * A frame by its place in {@link #frames}.
   *
   * @throws IndexOutOfBoundsException when there are not so many
   */
  public Frame frame(int index) {
    return new Frame(this, context.frames().all().get(index));
  }

  PageContext context() {
    return context;
  }

  /** @throws IllegalStateException inside one of the page's own tasks, which would wait for itself */
  void refuseWorkers(String what) {
    if (workers.isWorker()) {
      throw new IllegalStateException(what + " would wait for the page inside one of the page's own tasks");
    }
  }

  /** The agent of the top document. */
  WindowAgent topAgent() {
    return environment().agent();
  }

  private Environment environment() {
    return top.active();
  }

  /** The host that this page belongs to. */
  public PageHost host() {
    return host;
  }

  /**
   * Ends all agents, aborts all requests and frees all native memory, that of a running task as soon as it has left.
   * Idempotent.
   */
  @Override
  public void close() {
    closing.clean();
  }
}
