package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.decode.ModuleInfo.NameSection;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.validate.ModuleContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes a binary module (WASM core 5) and validates it (WASM core 3), in one pass over the bytes. Every limit is
 * checked before memory is taken, and whatever the bytes are, the only error is {@link CompileError}.
 */
public final class ModuleReader {

  private static final int MAGIC = 0x6d736100;
  private static final int VERSION = 1;

  private static final int CUSTOM = 0;
  private static final int TYPE = 1;
  private static final int IMPORT = 2;
  private static final int FUNCTION = 3;
  private static final int TABLE = 4;
  private static final int MEMORY = 5;
  private static final int GLOBAL = 6;
  private static final int EXPORT = 7;
  private static final int START = 8;
  private static final int ELEMENT = 9;
  private static final int CODE = 10;
  private static final int DATA = 11;
  private static final int DATA_COUNT = 12;
  private static final int TAG = 13;
  /** Where each section stands in the order that the format demands, by its id. */
  private static final int[] ORDER = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

  private final ByteReader in;
  private final ModuleContext context;
  private final DefinitionReader definitions;
  private final SegmentReader segments;
  private final CodeReader code;
  private final Map<String, List<byte[]>> customSections = new LinkedHashMap<>();
  private int customCount;

  private ModuleReader(byte[] bytes, Set<Feature> features) {
    context = new ModuleContext(features);
    in = new ByteReader(bytes);
    definitions = new DefinitionReader(context, in);
    segments = new SegmentReader(context, in);
    code = new CodeReader(context, in);
  }

  /** Reads a whole module of WebAssembly 2.0 without SIMD; the array is kept and must not change afterwards. */
  public static ModuleInfo read(byte[] bytes) throws CompileError {
    return read(bytes, Set.of());
  }

  /**
   * Reads a whole module; the array is kept and must not change afterwards.
   *
   * @param features what the module may use beyond WebAssembly 2.0 without SIMD; of the others it is refused by name
   */
  public static ModuleInfo read(byte[] bytes, Set<Feature> features) throws CompileError {
    ByteReader.checkLimit(bytes.length, ModuleLimits.MODULE_SIZE, "bytes", 0);
    return new ModuleReader(bytes, features).module();
  }

  private ModuleInfo module() throws CompileError {
    preamble();
    int last = 0;
    while (!in.atEnd()) {
      int at = in.position();
      int id = in.u8();
      if (id >= ORDER.length) {
        throw new CompileError(Kind.MALFORMED, "malformed section id", at);
      }
      if (id != CUSTOM) {
        if (ORDER[id] <= last) {
          throw new CompileError(Kind.MALFORMED, "unexpected content after last section", at);
        }
        last = ORDER[id];
      }
      section(id);
    }
    code.checkComplete(definitions.importedFunctions());
    segments.checkComplete();
    return result();
  }

  private void preamble() throws CompileError {
    if (in.fixed32() != MAGIC) {
      throw new CompileError(Kind.MALFORMED, "magic header not detected", 0);
    }
    if (in.fixed32() != VERSION) {
      throw new CompileError(Kind.MALFORMED, "unknown binary version", 4);
    }
  }

  private void section(int id) throws CompileError {
    int whole = in.limit();
    int length = in.length();
    int end = in.position() + length;
    in.limit(end);
    contents(id);
    if (in.position() != end) {
      throw in.malformed("section size mismatch");
    }
    in.limit(whole);
  }

  private void contents(int id) throws CompileError {
    switch (id) {
      case CUSTOM -> custom();
      case TYPE -> definitions.types();
      case IMPORT -> definitions.imports();
      case FUNCTION -> definitions.functions();
      case TABLE -> definitions.tables();
      case MEMORY -> definitions.memories();
      case GLOBAL -> definitions.globals();
      case EXPORT -> definitions.exports();
      case START -> definitions.start();
      case ELEMENT -> segments.elements();
      case DATA_COUNT -> segments.dataCount();
      case CODE -> code.bodies(definitions.importedFunctions());
      case DATA -> segments.data();
      default -> {
        assert id == TAG;
        throw TypeReader.unsupported(Feature.EXCEPTIONS, in.position());
      }
    }
  }

  private void custom() throws CompileError {
    ByteReader.checkLimit(++customCount, ModuleLimits.CUSTOM_SECTIONS, "custom sections", in.position());
    String name = in.name();
    byte[] contents = Arrays.copyOfRange(in.bytes(), in.position(), in.limit());
    customSections.computeIfAbsent(name, key -> new ArrayList<>()).add(contents);
    in.skip(contents.length);
  }

  private ModuleInfo result() {
    List<byte[]> names = customSections.getOrDefault(NameSectionReader.NAME, List.of());
    return new ModuleInfo(
        in.bytes(),
        context.types,
        context.groups,
        definitions.importList(),
        definitions.importedFunctions(),
        definitions.importedTables(),
        definitions.importedMemories(),
        definitions.importedGlobals(),
        context.functions,
        context.tables,
        definitions.tableInits(),
        context.memories,
        context.globals,
        definitions.globalInits(),
        definitions.exportList(),
        definitions.startFunction(),
        segments.elementSegments(),
        segments.dataSegments(),
        code.functionBodies(),
        names.isEmpty() ? NameSection.NONE : NameSectionReader.read(names.get(0), context.functions.length),
        Collections.unmodifiableMap(customSections));
  }
}
