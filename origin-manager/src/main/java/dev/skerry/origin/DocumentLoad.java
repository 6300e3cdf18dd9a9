package dev.skerry.origin;

import dev.skerry.fetch.SandboxingFlags.Flag;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jsoup.nodes.Element;

/**
 * The load of one document from the end of parsing on (HTML §13.2.7): module scripts are fetched together and run in
 * document order, async ones as soon as they can; then {@code DOMContentLoaded}, and {@code load} once the frames have
 * loaded or failed. What guests put into the document loads too, each script once and as an async one. Every step runs
 * in the document's event loop.
 */
final class DocumentLoad {

  private final Environment document;
  private final ModuleMap modules;
  private final ModuleEvaluator evaluator;
  private final Deque<ModuleScript> deferred = new ArrayDeque<>();
  private final List<ModuleScript> async = new ArrayList<>();
  private final List<ModuleScript> preloads = new ArrayList<>();
  /** Scripts that have begun, for good (HTML §4.12.1, already started). */
  private final Set<Element> started = Collections.newSetFromMap(new IdentityHashMap<>());
  /** Read by other threads too. */
  private final List<Navigable> frames = new CopyOnWriteArrayList<>();
  /** Those whose first load is not over. */
  private final Set<Navigable> loading = new HashSet<>();
  private int running;
  private int subresourcesLoading;
  private boolean deferredRunning;
  private Stage stage = Stage.SCRIPTS;

  /** Elements without contents that load something. */
  private static final Set<String> LOADING = Set.of("iframe", "frame", "script", "link");
  /** Attributes of theirs after whose change they load. */
  private static final Map<String, Set<String>> SOURCES =
      Map.of("script", Set.of("src"), "link", Set.of("href", "rel"));

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
    started.clear();
    modules.release();
    evaluator.release();
  }

  /** Starts everything that the document asks for. */
  void begin() {
    start(Scripts.of(document.dom()), true);
    advance();
  }

  /** @param parsed whether the parser made the elements, not a guest */
  private void start(Scripts scripts, boolean parsed) {
    long notRun = scripts.javaScripts().stream().filter(started::add).count();
    document.scriptsNotRun(document.scriptsNotRun() + (int) notRun);
    scripts.importMaps().stream().filter(started::add).forEach(script -> addImportMap(script, parsed));
    if (!document.params().sandbox().has(Flag.SCRIPTS)) {
      scripts.modulePreloads().forEach(link -> preload(link, parsed));
      scripts.modules().stream().filter(started::add).forEach(script -> prepare(script, parsed));
    } else if (!scripts.modules().isEmpty()) {
      document.problem(Problem.Kind.SCRIPT, "modules don't run in a sandboxed frame without allow-scripts");
    }
    Navigator navigator = new Navigator(document.page());
    for (Element container : scripts.frames()) {
      document.agent().poll();
      open(navigator, container);
    }
    scripts.subresources().forEach(element -> note(element, parsed));
  }

  private void note(Element element, boolean parsed) {
    document.agent().poll();
    if (document.page().subresources().note(document, element, parsed, this::subresourceFinished)) {
      subresourcesLoading++;
    }
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

  /** Guests put a tree into the document: its frames and scripts load; its images did when they got their sources. */
  void inserted(Element root) {
    if (mayLoad(root) && root.closest("template") == null) {
      start(Scripts.of(root).withoutImages(), false);
      advance();
    }
  }

  private static boolean mayLoad(Element root) {
    return root.childNodeSize() > 0 || LOADING.contains(root.normalName());
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
    return mayLoad(root) ? Scripts.of(root).frames() : List.of();
  }

  /** Guests changed what an element says. */
  void changed(Element element, String attribute) {
    switch (element.normalName()) {
      case "iframe", "frame" -> frame(element).ifPresent(frame -> {
        frame.readContainer();
        if (attribute.equals("src") || attribute.equals("srcdoc")) {
          document.page().navigator().show(frame);
        }
      });
      case "img" -> {
        if (attribute.equals("src") && !element.attr("src").isEmpty()) {
          note(element, false);
        }
      }
      case "script", "link" -> {
        if (element.ownerDocument() == document.dom() && SOURCES.get(element.normalName()).contains(attribute)) {
          inserted(element);
        }
      }
      default -> { }
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

  private void addImportMap(Element script, boolean parsed) {
    document.agent().poll();
    try {
      if (script.hasAttr("src")) {
        throw new LoadError("an import map must be in the document itself, not at a src");
      }
      if (modules.hasBegun()) {
        throw new LoadError("an import map must be there before the first module is asked for");
      }
      Optional<String> refusal =
          DocumentPolicy.inlineRefusal(script, parsed, document.client(), document.page().fetcher());
      if (refusal.isPresent()) {
        throw new LoadError("an import map is not used: " + refusal.get());
      }
      modules.addImportMap(ImportMap.parse(script.data(), document.baseUrl()));
    } catch (LoadError error) {
      document.problem(Problem.Kind.IMPORT_MAP, error.getMessage());
    }
  }

  private void prepare(Element script, boolean parsed) {
    document.agent().poll();
    try {
      Url url = document.resolve(script.attr("src"));
      ModuleScript prepared =
          new ModuleScript(script, modules.load(url, ModuleMap.Options.of(script, parsed, document)));
      if (script.hasAttr("async") || !parsed) {
        async.add(prepared);
      } else {
        deferred.add(prepared);
      }
    } catch (UrlParseException error) {
      document.problem(Problem.Kind.MODULE, "a module script has no valid src: " + error.getMessage());
    }
  }

  /** Fetches a module that will be wanted, with its imports (HTML §4.6.7.10); it is no problem where it cannot be. */
  private void preload(Element link, boolean parsed) {
    document.agent().poll();
    try {
      preloads.add(new ModuleScript(link, modules.load(document.resolve(link.attr("href")),
          ModuleMap.Options.of(link, parsed, document))));
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
        document.dispatch(document.dom(), "pageshow", false);
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
