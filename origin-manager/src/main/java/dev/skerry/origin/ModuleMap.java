package dev.skerry.origin;

import dev.skerry.bindings.Capability;
import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.ByteStream;
import dev.skerry.fetch.ElementMetadata;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.PartitionKey;
import dev.skerry.fetch.ReferrerPolicy;
import dev.skerry.fetch.StreamedResponse;
import dev.skerry.fetch.Url;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.ModuleStream;
import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.format.ExportType;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.ImportType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jsoup.nodes.Element;

/**
 * The module map of one document (HTML §8.1.3): each URL is fetched and compiled once, and so is everything that it
 * imports. Used in the document's event loop.
 */
final class ModuleMap {

  /** Pages have no shared memories unless an embedder grants them: an agent is one thread. */
  private static final Set<Feature> UNSHARED = unshared();

  /** WebAssembly ESM integration: names that only JavaScript may use. */
  private static final String RESERVED_JS = "wasm-js:";
  private static final String RESERVED_WASM = "wasm:";

  private final Environment document;
  private final Map<String, ModuleRecord> modules = new LinkedHashMap<>();
  private final ImportMap importMap = ImportMap.empty();

  private static Set<Feature> unshared() {
    Set<Feature> features = EnumSet.copyOf(Module.FEATURES);
    features.remove(Feature.THREADS);
    return Collections.unmodifiableSet(features);
  }

  private Set<Feature> features() {
    return document.isGranted(Capability.SHARED_MEMORY) ? Module.FEATURES : UNSHARED;
  }

  /**
   * Script fetch options (HTML §8.1.4.1).
   *
   * @param integrity digests of the module's bytes, empty for none; null where the import map says them
   * @param referrerPolicy how much of the referrer is told
   */
  record Options(FetchRequest.Credentials credentials, Url referrer, ElementMetadata element, String integrity,
                 ReferrerPolicy referrerPolicy) {

    /** Those of an element of a document, a {@code script} or a {@code link}, which the parser made or a guest. */
    static Options of(Element element, boolean parsed, Environment document) {
      boolean withCredentials = element.attr("crossorigin").equalsIgnoreCase("use-credentials");
      return new Options(withCredentials ? FetchRequest.Credentials.INCLUDE : FetchRequest.Credentials.SAME_ORIGIN,
          document.referrer(), DocumentPolicy.metadata(element, parsed),
          element.hasAttr("integrity") ? element.attr("integrity") : null,
          DocumentPolicy.referrerPolicy(element, document.policies()));
    }

    /** The descendant script fetch options of what that module imports; its response may say another policy. */
    private Options forImportsOf(FetchResponse module) {
      return new Options(credentials, module.url(), element, null,
          module.header("referrer-policy").flatMap(ReferrerPolicy::parse).orElse(referrerPolicy));
    }
  }

  ModuleMap(Environment document) {
    this.document = document;
  }

  void release() {
    modules.clear();
  }

  /** Whether a module was asked for: what resolves names now must do so for good. */
  boolean hasBegun() {
    return !modules.isEmpty();
  }

  void addImportMap(ImportMap map) {
    importMap.merge(map);
  }

  /** The module at that URL, fetched with its imports if it is not there yet. */
  ModuleRecord load(Url url, Options options) {
    ModuleRecord known = modules.get(url.href());
    if (known != null) {
      return known;
    }
    ModuleRecord module = new ModuleRecord(url);
    modules.put(url.href(), module);
    Limits limits = document.agent().limits();
    if (modules.size() > limits.get(Limit.MODULES)) {
      document.agent().exceeded(Limit.MODULES);
      module.failed(new LoadError("module " + url + " is not loaded: " + limits.exceeded(Limit.MODULES)));
      return module;
    }
    FetchRequest request = new FetchRequest(url, FetchRequest.Mode.CORS, options.credentials,
        FetchRequest.Destination.SCRIPT, document.origin(), options.referrer)
        .withReferrerPolicy(options.referrerPolicy)
        .withIntegrity(options.integrity == null ? importMap.integrity(url) : options.integrity)
        .withElement(options.element).withClient(document.client()).in(document.partition());
    document.page().fetcher().stream(document.agent(), request, new AbortSignal())
        .whenComplete((response, failure) -> document.post("compile " + url, () -> {
          if (failure == null) {
            arriving(module, response, options);
          } else {
            failed(module, new LoadError(failure.getMessage(), failure));
          }
        }));
    return module;
  }

  private void failed(ModuleRecord module, LoadError error) {
    module.failed(error);
    document.load().advance();
  }

  private void arriving(ModuleRecord module, StreamedResponse response, Options options) {
    ModuleStream stream = Module.stream(document.page().engine(), new CompileOptions(features(),
        document.agent().store().moduleMemory(), document.agent()::poll, codePartition()));
    Arrival arrival = new Arrival(module, response, options, stream);
    try {
      response.head().requireWasm();
      arrival.readOn();
    } catch (FetchError error) {
      arrival.giveUp();
      failed(module, new LoadError(error.getMessage(), error));
    }
  }

  /** A module that is compiled while its bytes arrive, each piece in a task of its own. */
  private final class Arrival {

    private final ModuleRecord module;
    private final StreamedResponse response;
    private final Options options;
    private final ModuleStream stream;

    Arrival(ModuleRecord module, StreamedResponse response, Options options, ModuleStream stream) {
      this.module = module;
      this.response = response;
      this.options = options;
      this.stream = stream;
    }

    void readOn() {
      response.body().read().whenComplete((chunk, failure) -> document.post("compile " + module.href(),
          () -> arrived(chunk, failure), this::giveUp));
    }

    void giveUp() {
      stream.close();
      response.body().cancel();
    }

    private void arrived(ByteBuffer chunk, Throwable failure) {
      boolean done = false;
      try {
        if (failure != null) {
          throw new LoadError(failure.getMessage(), failure);
        }
        if (chunk != null) {
          stream.feed(ByteStream.array(chunk));
          done = true;
          readOn();
        } else {
          Module compiled = stream.finish();
          refuseReservedNames(module, compiled);
          module.loaded(compiled, dependencies(module, compiled, response.head(), options));
          done = true;
          document.load().advance();
        }
      } catch (LoadError error) {
        failed(module, error);
      } catch (CompileError error) {
        failed(module, new LoadError("module " + module.href() + " does not compile: " + error.getMessage(), error));
      } finally {
        if (!done) {
          giveUp();
        }
      }
    }
  }

  private CachePartition codePartition() {
    PartitionKey key = document.partition();
    String name = key.topLevelSite() + " " + key.frameOrigin() + (key.crossSiteAncestor() ? " cross-site" : "");
    return key.isTransient() ? CachePartition.inMemory(name) : CachePartition.of(name);
  }

  private static void refuseReservedNames(ModuleRecord record, Module module) throws LoadError {
    for (ImportType entry : module.imports()) {
      if (entry.module().startsWith(RESERVED_JS)) {
        throw reserved(record, "imports from", entry.module());
      }
      if (isReserved(entry.name())) {
        throw reserved(record, "imports", entry.name());
      }
    }
    for (ExportType entry : module.exports()) {
      if (isReserved(entry.name())) {
        throw reserved(record, "exports", entry.name());
      }
    }
  }

  private static boolean isReserved(String name) {
    return name.startsWith(RESERVED_WASM) || name.startsWith(RESERVED_JS);
  }

  private static LoadError reserved(ModuleRecord record, String does, String name) {
    return new LoadError("module " + record.href() + " does not link: it " + does + " '" + name + "', a reserved name");
  }

  private Map<String, ModuleRecord> dependencies(ModuleRecord record, Module module, FetchResponse response,
                                                 Options options) throws LoadError {
    Map<String, Url> urls = new LinkedHashMap<>();
    for (ImportType entry : module.imports()) {
      document.agent().poll();
      String name = entry.module();
      if (!urls.containsKey(name) && !HostNames.isHost(document, name)) {
        try {
          urls.put(name, importMap.resolve(name, response.url()));
        } catch (LoadError error) {
          throw new LoadError("module " + record.href() + " does not link: " + error.getMessage(), error);
        }
      }
    }
    Map<String, ModuleRecord> dependencies = new LinkedHashMap<>();
    urls.forEach((name, url) -> dependencies.put(name, load(url, options.forImportsOf(response))));
    return dependencies;
  }

  /** Says whether the module and everything below it has loaded or failed. */
  boolean isComplete(ModuleRecord root) {
    Set<ModuleRecord> seen = new HashSet<>();
    Deque<ModuleRecord> open = new ArrayDeque<>();
    open.push(root);
    while (!open.isEmpty()) {
      ModuleRecord next = open.pop();
      if (seen.add(next)) {
        document.agent().poll();
        if (!next.isSettled()) {
          return false;
        }
        next.dependencies().values().forEach(open::push);
      }
    }
    return true;
  }
}
