package dev.skerry.origin;

import dev.skerry.fetch.SandboxingFlags.Flag;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jsoup.nodes.Element;

/**
 * The load of one document from the end of parsing on (HTML §13.2.7): module scripts are fetched together and run in
 * document order, async ones as soon as they can; then {@code DOMContentLoaded}, and {@code load} once the frames have
 * loaded or failed. Every step runs in the document's event loop.
 */
final class DocumentLoad {

  private final Environment document;
  private final ModuleMap modules;
  private final ModuleEvaluator evaluator;
  private final Deque<ModuleScript> deferred = new ArrayDeque<>();
  private final List<ModuleScript> async = new ArrayList<>();
  private final List<ModuleScript> preloads = new ArrayList<>();
  /** Read by other threads too. */
  private final List<Navigable> frames = new CopyOnWriteArrayList<>();
  /** Those whose first load is not over. */
  private final Set<Navigable> loading = new HashSet<>();
  private int running;
  private int subresourcesLoading;
  private boolean deferredRunning;
  private Stage stage = Stage.SCRIPTS;

  private enum Stage { SCRIPTS, CONTENT_LOADED, FRAMES, LOADED }

  /** A script or link element and the root of its module graph. */
  private record ModuleScript(Element element, ModuleRecord module) {
  }

  DocumentLoad(Environment document) {
    this.document = document;
    modules = new ModuleMap(document);
    evaluator = new ModuleEvaluator(document);
  }

  /** The frames of this document, in document order. */
  List<Navigable> frames() {
    return frames;
  }

  void release() {
    deferred.clear();
    async.clear();
    preloads.clear();
    modules.release();
    evaluator.release();
  }

  /** Starts everything that the document asks for. */
  void begin() {
    Scripts scripts = Scripts.of(document.dom());
    document.scriptsNotRun(scripts.javaScripts());
    scripts.importMaps().forEach(this::addImportMap);
    if (!document.params().sandbox().has(Flag.SCRIPTS)) {
      scripts.modulePreloads().forEach(this::preload);
      scripts.modules().forEach(this::prepare);
    } else if (!scripts.modules().isEmpty()) {
      document.problem(Problem.Kind.SCRIPT, "modules don't run in a sandboxed frame without allow-scripts");
    }
    Navigator navigator = new Navigator(document.page());
    for (Element container : scripts.frames()) {
      document.agent().poll();
      open(navigator, container);
    }
    for (Element element : scripts.subresources()) {
      document.agent().poll();
      if (document.page().subresources().note(document, element, this::subresourceFinished)) {
        subresourcesLoading++;
      }
    }
    advance();
  }

  private void subresourceFinished() {
    subresourcesLoading--;
    advance();
  }

  private void open(Navigator navigator, Element container) {
    navigator.openFrame(document, container).ifPresent(frame -> {
      frames.add(frame);
      if (frame.state() == FrameReport.State.LOADING) {
        loading.add(frame);
      }
    });
  }

  /** Guests put a tree into the document: its frames load (HTML §4.8.5). */
  void inserted(Element root) {
    for (Element container : containers(root)) {
      open(document.page().navigator(), container);
    }
  }

  /** Guests took a tree out of the document: its frames are gone. */
  void removed(Element root) {
    for (Element container : containers(root)) {
      frame(container).ifPresent(frame -> {
        frames.remove(frame);
        loading.remove(frame);
        document.page().navigator().remove(frame);
      });
    }
    advance();
  }

  private static List<Element> containers(Element root) {
    return root.childNodeSize() == 0 && !root.normalName().equals("iframe") ? List.of() : Scripts.of(root).frames();
  }

  /** Guests changed what a frame's element says. */
  void changed(Element container, String attribute) {
    if (container.normalName().equals("iframe") && (attribute.equals("src") || attribute.equals("srcdoc"))) {
      frame(container).ifPresent(document.page().navigator()::show);
    }
  }

  /** The frame of that element. */
  Optional<Navigable> frame(Element container) {
    return frames.stream().filter(frame -> frame.container() == container).findFirst();
  }

  /** Says whether everything has loaded. */
  boolean isComplete() {
    return stage == Stage.LOADED;
  }

  private void addImportMap(Element script) {
    document.agent().poll();
    try {
      if (script.hasAttr("src")) {
        throw new LoadError("an import map must be in the document itself, not at a src");
      }
      Optional<String> refusal = DocumentPolicy.inlineRefusal(script, document.client(), document.page().fetcher());
      if (refusal.isPresent()) {
        throw new LoadError("an import map is not used: " + refusal.get());
      }
      modules.addImportMap(ImportMap.parse(script.data(), document.baseUrl()));
    } catch (LoadError error) {
      document.problem(Problem.Kind.IMPORT_MAP, error.getMessage());
    }
  }

  private void prepare(Element script) {
    document.agent().poll();
    try {
      Url url = document.resolve(script.attr("src"));
      ModuleScript prepared = new ModuleScript(script, modules.load(url, ModuleMap.Options.of(script, document)));
      if (script.hasAttr("async")) {
        async.add(prepared);
      } else {
        deferred.add(prepared);
      }
    } catch (UrlParseException error) {
      document.problem(Problem.Kind.MODULE, "a module script has no valid src: " + error.getMessage());
    }
  }

  /** Fetches a module that will be wanted, with its imports (HTML §4.6.7.10); it is no problem where it cannot be. */
  private void preload(Element link) {
    document.agent().poll();
    try {
      preloads.add(new ModuleScript(link, modules.load(document.resolve(link.attr("href")),
          ModuleMap.Options.of(link, document))));
    } catch (UrlParseException error) {
      document.problem(Problem.Kind.MODULE, "a modulepreload link has no valid href: " + error.getMessage());
    }
  }

  /** Takes every step whose conditions are met; called whenever one of them may have changed. */
  void advance() {
    for (Iterator<ModuleScript> links = preloads.iterator(); links.hasNext();) {
      ModuleScript link = links.next();
      if (link.module().isSettled()) {
        links.remove();
        String outcome = link.module().error() == null ? "load" : "error";
        document.post("modulepreload " + outcome, () -> document.dispatch(link.element(), outcome, false));
      }
    }
    for (Iterator<ModuleScript> scripts = async.iterator(); scripts.hasNext();) {
      ModuleScript script = scripts.next();
      if (modules.isComplete(script.module())) {
        scripts.remove();
        evaluate(script, false);
      }
    }
    if (!deferredRunning && !deferred.isEmpty() && modules.isComplete(deferred.peek().module())) {
      deferredRunning = true;
      evaluate(deferred.poll(), true);
    }
    if (stage == Stage.SCRIPTS && !deferredRunning && deferred.isEmpty()) {
      stage = Stage.CONTENT_LOADED;
      document.post("DOMContentLoaded", () -> {
        document.dispatch(document.dom(), "DOMContentLoaded", true);
        stage = Stage.FRAMES;
        advance();
      });
    } else if (stage == Stage.FRAMES && async.isEmpty() && running == 0 && subresourcesLoading == 0
        && loading.isEmpty()) {
      stage = Stage.LOADED;
      document.post("load", () -> {
        document.dispatch(document.dom(), "load", false);
        document.frame().finish(FrameReport.State.LOADED);
        Refresh.of(document.dom(), document).ifPresent(refresh -> refresh.start(document));
      });
    }
  }

  private void evaluate(ModuleScript script, boolean inOrder) {
    running++;
    document.post("evaluate " + script.module().href(), () -> {
      evaluator.run(script.module(), error -> {
        told(script, error);
        running--;
        deferredRunning &= !inOrder;
        advance();
      });
    });
  }

  private void told(ModuleScript script, LoadError error) {
    if (error != null) {
      document.problem(Problem.Kind.MODULE, error.getMessage());
    }
    document.dispatch(script.element(), error == null ? "load" : "error", false);
  }

  /** A frame of this document has loaded or failed; which of the two is not for the document to know. */
  void frameFinished(Navigable frame) {
    loading.remove(frame);
    document.dispatch(frame.container(), "load", false);
    advance();
  }
}
