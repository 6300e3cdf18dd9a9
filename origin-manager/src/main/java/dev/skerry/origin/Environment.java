package dev.skerry.origin;

import dev.skerry.bindings.CallbackRunner;
import dev.skerry.bindings.Capability;
import dev.skerry.bindings.ConsoleSink;
import dev.skerry.bindings.HostModule;
import dev.skerry.bindings.Message;
import dev.skerry.bindings.WasiPreview1;
import dev.skerry.bindings.WebConsole;
import dev.skerry.bindings.WebCrypto;
import dev.skerry.bindings.WebDom;
import dev.skerry.bindings.WebFetch;
import dev.skerry.bindings.WebMessaging;
import dev.skerry.bindings.WebNavigation;
import dev.skerry.bindings.WebPerformance;
import dev.skerry.bindings.WebStorage;
import dev.skerry.bindings.WebTimers;
import dev.skerry.fetch.CspViolation;
import dev.skerry.fetch.Exchange;
import dev.skerry.fetch.FetchObserver;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.Origin;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.PolicyContainer;
import dev.skerry.fetch.Refusal;
import dev.skerry.fetch.RequestClient;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Trap;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;

/**
 * One document and what runs in it (HTML §8.1.3, an environment settings object): its agent, base URL, host modules,
 * module map and load. Made in its agent's event loop; only that loop touches the document and the instances.
 */
final class Environment {

  private final PageContext page;
  private final Navigable frame;
  private final WindowAgent agent;
  /** May change without another document being loaded. */
  private volatile Url url;
  /** Of the document's present entry of the session history, encoded; null for none. */
  private byte[] historyState;
  private final Url baseUrl;
  private final Document dom;
  private final NavigationParams params;
  private final RequestClient client;
  private final Map<String, HostModule> hostModules = new LinkedHashMap<>();
  private final List<Instance> instances = new ArrayList<>();
  private final GuestExecutions.Stack stack = new GuestExecutions.Stack();
  private final List<WasiPreview1> programs = new ArrayList<>();
  /** Null once the agent is gone, for listeners hold on to instances. */
  private WebDom events;
  private WebMessaging messaging;
  private final DocumentLoad load;
  private final DocumentTimers timers;
  private final MessageChannels channels;
  private final DocumentFetch requests;
  private final Set<Capability> capabilities;
  private volatile boolean gone;
  private volatile String title;
  private volatile int scriptsNotRun;

  /** @param baseFallback what the document's URLs are relative to unless it says otherwise */
  Environment(PageContext page, Navigable frame, WindowAgent agent, Url url, Url baseFallback, Document dom,
              NavigationParams params) {
    this.page = page;
    this.frame = frame;
    this.agent = agent;
    this.url = url;
    this.dom = dom;
    this.params = params;
    client = params.client(frame, url, agent.origin(), DocumentPolicy.withMeta(params.policies(), dom, agent.origin()),
        new DocumentObserver(page.watch()));
    baseUrl = DocumentPolicy.base(HtmlParser.baseUrl(dom, baseFallback, params.encoding()), baseFallback, client,
        page.fetcher());
    title = dom.title();
    load = new DocumentLoad(this);
    timers = new DocumentTimers(agent.timers());
    channels = new MessageChannels(this);
    requests = new DocumentFetch(this);
    events = new WebDom(dom, calls("event"), agent.limits().count(Limit.ADDED_NODES), new DocumentHooks(this));
    messaging = new WebMessaging(new FrameMessaging(this, channels), calls("message"));
    List.<HostModule>of(events, messaging, new WebConsole(this::console), new WebTimers(timers, calls("timer")),
        new WebPerformance(timers), new WebNavigation(new DocumentNavigation(this)), new WebCrypto(),
        new WebFetch(requests), new WebStorage(new DocumentStorage(this))).forEach(this::install);
    FrameBindings.FrameContext context = new FrameBindings.FrameContext(origin(), url, frame.depth());
    page.bindings().modules(context).forEach(this::install);
    capabilities = page.capabilities().of(context);
  }

  /** Tells the page, and the document by an event (CSP §5.5). */
  private final class DocumentObserver implements FetchObserver {

    private final RequestWatch watch;

    DocumentObserver(RequestWatch watch) {
      this.watch = watch;
    }

    @Override
    public void exchange(Exchange exchange) {
      watch.exchange(exchange);
    }

    @Override
    public void refused(FetchRequest request, Url target, Refusal refusal) {
      watch.refused(request, target, refusal);
    }

    @Override
    public void progress(Url target, long receivedBytes, long expectedBytes) {
      watch.progress(target, receivedBytes, expectedBytes);
    }

    @Override
    public void violation(CspViolation violation) {
      watch.violation(violation);
      post("securitypolicyviolation", () -> dispatch(dom, "securitypolicyviolation", true));
    }
  }

  private void install(HostModule module) {
    hostModules.put(module.name(), module);
  }

  /** What executions of this document share in linear memory. */
  GuestExecutions.Stack stack() {
    return stack;
  }

  private CallbackRunner calls(String activity) {
    return new GuestCalls(this, activity);
  }

  PageContext page() {
    return page;
  }

  Navigable frame() {
    return frame;
  }

  WindowAgent agent() {
    return agent;
  }

  Origin origin() {
    return agent.origin();
  }

  /** What keeps the state of this document's requests apart from that of others (Fetch §2.7). */
  PartitionKey partition() {
    return client.partition();
  }

  NavigationParams params() {
    return params;
  }

  /** The policies of this document: of its response or its embedder, and of its {@code meta} elements. */
  PolicyContainer policies() {
    return client.policies();
  }

  /** This document as the client of its requests. */
  RequestClient client() {
    return client;
  }

  Url url() {
    return url;
  }

  /** What relative URLs of this document are resolved against (HTML §2.4.3). */
  Url baseUrl() {
    return baseUrl;
  }

  /** The URL that an attribute of this document names (HTML §2.4.2, encoding-parsing). */
  Url resolve(String reference) throws UrlParseException {
    return resolve(reference, params.encoding());
  }

  /** The URL that a guest of this document names, relative to it. */
  Url resolve(String reference, Charset encoding) throws UrlParseException {
    if (reference.length() > agent.limits().get(Limit.URL_LENGTH)) {
      agent.exceeded(Limit.URL_LENGTH);
      throw new UrlParseException("a URL of " + reference.length() + " characters is "
          + agent.limits().exceeded(Limit.URL_LENGTH));
    }
    return Url.parse(reference, baseUrl, encoding);
  }

  /**
   * The referrer of this document's requests (Fetch, "client"): documents without a URL of their own use their
   * embedder's.
   */
  Url referrer() {
    return url.scheme().equals("about") && frame.embedder() != null ? frame.embedder().referrer() : url;
  }

  /** The document's present entry of the session history has another URL or state. */
  void moved(Url address, byte[] state) {
    url = address;
    historyState = state;
  }

  byte[] historyState() {
    return historyState;
  }

  /** The timers of this document. */
  DocumentTimers timers() {
    return timers;
  }

  MessageChannels channels() {
    return channels;
  }

  boolean isGranted(Capability capability) {
    return capabilities.contains(capability);
  }

  /** Says whether the document was unloaded: nothing of it runs any more. */
  boolean isGone() {
    return gone;
  }

  /** Ends the document, in its event loop or when that has ended. Idempotent. */
  void destroy() {
    gone = true;
    agent.executions().drop(stack);
    requests.close();
    timers.release();
    release();
  }

  Document dom() {
    return dom;
  }

  DocumentLoad load() {
    return load;
  }

  String title() {
    return title;
  }

  int scriptsNotRun() {
    return scriptsNotRun;
  }

  void scriptsNotRun(int count) {
    scriptsNotRun = count;
  }

  /** The host module of that name. */
  Optional<HostModule> hostModule(String name) {
    return Optional.ofNullable(hostModules.get(name));
  }

  /** The instances of this document, in the order of their making. */
  List<Instance> instances() {
    return instances;
  }

  /** Lets go of instances and modules, when the agent is gone; the document stays for those who ask. */
  void release() {
    channels.release();
    instances.clear();
    programs.clear();
    hostModules.clear();
    events = null;
    messaging = null;
    load.release();
  }

  /** Queues a task of this document; it counts as work of the page until it has run. */
  void post(String name, Runnable body) {
    post(name, body, () -> { });
  }

  /** @param dropped runs instead when the agent has ended */
  void post(String name, Runnable body, Runnable dropped) {
    agent.post(new Task(name, page.activity().begin(), body, dropped));
  }

  /** Fires an event at a node of this document. */
  void dispatch(Node target, String type, boolean bubbles) {
    if (events != null) {
      events.dispatch(target, type, bubbles);
    }
  }

  /** Clicks an element of this document, unless that is gone. */
  void click(Element element) {
    if (events != null) {
      events.click(element);
    }
  }

  /** Hands a message to the guests of this document. */
  void deliver(Message message) {
    agent.log().messageReceived();
    if (messaging != null) {
      messaging.deliver(message);
    }
  }

  void console(ConsoleSink.Level level, String text) {
    page.console().add(agent, url.href(), level, text);
  }

  /** WASI for a new instance: no arguments, environment or folders, and the console as its output. */
  WasiPreview1 newWasi() {
    WasiPreview1 wasi = new WasiPreview1(WasiPreview1.Config.inPage(this::console, timers));
    programs.add(wasi);
    return wasi;
  }

  /** Makes messages of lines that guests began, when control comes back to the host. */
  void flushOutput() {
    programs.forEach(WasiPreview1::finishLines);
  }

  /** Reports a trap of guest code that ran for that activity. */
  void trapped(String activity, Trap trap) {
    agent.trapped(activity, url.href(), trap);
    if (!agent.hasEnded()) {
      problem(Problem.Kind.SCRIPT, activity + " trapped: " + trap.getMessage());
    }
  }

  void problem(Problem.Kind kind, String message) {
    page.problems().add(kind, frame, message);
  }
}
