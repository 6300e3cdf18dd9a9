package dev.skerry.wasm;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ExportType;
import dev.skerry.wasm.format.ExternType;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.format.TagType;
import dev.skerry.wasm.runtime.ModuleCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A decoded and validated module: immutable, shared by any number of stores and threads. */
public final class Module {

  /** What is accepted, beyond WebAssembly 2.0 without SIMD, unless an embedder says otherwise. */
  public static final Set<Feature> FEATURES = Collections.unmodifiableSet(EnumSet.of(
      Feature.TAIL_CALLS,
      Feature.MULTI_MEMORY,
      Feature.MEMORY64,
      Feature.THREADS,
      Feature.TYPED_FUNCTION_REFERENCES,
      Feature.EXCEPTIONS,
      Feature.LEGACY_EXCEPTIONS,
      Feature.SIMD,
      Feature.RELAXED_SIMD));

  /** What is read of a stream at once. */
  private static final int PIECE_BYTES = 1 << 16;

  private final ModuleInfo info;
  private final ModuleCode code;
  /** By name; null as long as nobody asked, two threads may both make it. */
  private volatile Map<String, ModuleInfo.Export> exportsByName;

  Module(ModuleInfo info, ModuleCode code) {
    this.info = info;
    this.code = code;
  }

  ModuleInfo info() {
    return info;
  }

  ModuleCode code() {
    return code;
  }

  /**
   * Decodes and validates a binary module.
   *
   * @throws CompileError naming the byte offset and the reason, when the bytes are malformed, invalid or over a limit
   */
  public static Module compile(Engine engine, byte[] bytes) throws CompileError {
    return compile(engine, bytes, FEATURES);
  }

  /**
   * As {@link #compile(Engine, byte[])}, with a choice of features.
   *
   * @throws CompileError also for a module that uses a feature which is not among those
   * @throws IllegalArgumentException if the engine does not run one of the features
   */
  public static Module compile(Engine engine, byte[] bytes, Set<Feature> features) throws CompileError {
    return compile(engine, bytes, CompileOptions.DEFAULT.withFeatures(features));
  }

  /**
   * As {@link #compile(Engine, byte[])}, with a choice of features, a limit of memory, and a way to end it.
   *
   * @throws CompileError also for a module that uses a feature which is not among those, or takes too much memory
   */
  public static Module compile(Engine engine, byte[] bytes, CompileOptions options) throws CompileError {
    try (ModuleStream stream = new ModuleStream(engine, options, engine.asksFirst(bytes.length))) {
      stream.expect(bytes.length);
      stream.feed(bytes);
      return stream.finish();
    }
  }

  /**
   * As {@link #compile(Engine, byte[], CompileOptions)}, of what a stream has until its end, which is held once in
   * memory.
   *
   * @param length how long the module will be, which is not relied on; 0 if nobody knows
   * @throws IOException if the stream cannot be read
   */
  public static Module compile(Engine engine, InputStream in, long length, CompileOptions options)
      throws IOException, CompileError {
    int expected = (int) Math.min(length, Integer.MAX_VALUE);
    try (ModuleStream stream = new ModuleStream(engine, options, engine.asksFirst(expected))) {
      stream.expect(expected);
      byte[] piece = new byte[PIECE_BYTES];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        stream.feed(piece, 0, read);
      }
      return stream.finish();
    }
  }

  /** Begins to compile a module whose bytes are still to arrive. */
  public static ModuleStream stream(Engine engine, CompileOptions options) {
    return new ModuleStream(engine, options, false);
  }

  public List<ImportType> imports() {
    return info.imports().stream().map(wanted -> wanted.type() instanceof FuncType || wanted.type() instanceof TagType
        ? wanted : new ImportType(wanted.module(), wanted.name(), code.external(wanted.type()))).toList();
  }

  public List<ExportType> exports() {
    return info.exports().stream().map(export -> new ExportType(export.name(), typeOf(export))).toList();
  }

  /** What is exported under a name; null if nothing is. */
  ModuleInfo.Export export(String name) {
    Map<String, ModuleInfo.Export> known = exportsByName;
    if (known == null) {
      known = new HashMap<>();
      for (ModuleInfo.Export export : info.exports()) {
        known.put(export.name(), export);
      }
      exportsByName = known;
    }
    return known.get(name);
  }

  private ExternType typeOf(ModuleInfo.Export export) {
    return switch (export.kind()) {
      case FUNC -> code.typeOf(export.index()).type();
      case TABLE -> code.external(info.tables()[export.index()]);
      case MEMORY -> info.memories()[export.index()];
      case TAG -> new TagType(code.tagType(export.index()).type());
      case GLOBAL -> code.external(info.globals()[export.index()]);
    };
  }

  /** Where its functions run at this moment, in all stores together; takes time for each of them. */
  public TierCounts tiers() {
    int interpreted = 0;
    int compiled = 0;
    for (int i = info.importedFunctions(); i < info.functions().length; i++) {
      if (code.nativeEntry(i) != 0) {
        compiled++;
      } else if (code.isTranslated(i)) {
        interpreted++;
      }
    }
    return new TierCounts(info.functions().length - info.importedFunctions(), interpreted, compiled);
  }

  /** The index of a function by its name, from the name section or an export; -1 if none has it. */
  public int functionNamed(String name) {
    for (int i = 0; i < info.functions().length; i++) {
      if (info.names().function(i).equals(name)) {
        return i;
      }
    }
    return info.exports().stream()
        .filter(export -> export.kind() == ModuleInfo.ExternKind.FUNC && export.name().equals(name))
        .mapToInt(ModuleInfo.Export::index).findFirst().orElse(-1);
  }

  /** The module's name from its name section. */
  public Optional<String> name() {
    return Optional.of(info.names().module()).filter(name -> !name.isEmpty());
  }

  /** The contents of the custom sections of that name, in module order. */
  public List<byte[]> customSections(String name) {
    return info.customSections().stream().filter(section -> section.name().equals(name))
        .map(section -> Arrays.copyOfRange(info.bytes(), section.from(), section.from() + section.length())).toList();
  }
}
