package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.decode.ModuleInfo.CustomSection;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.ItemCost;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.validate.ModuleContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Decodes a binary module (WASM core 5) and validates it (WASM core 3), in one pass over the bytes, while they come.
 * Every limit is checked before memory is taken, and whatever the bytes are, the only error is {@link CompileError}.
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

  /** Longer than any section can be; then its end has not come yet. */
  private static final int NO_END = Integer.MAX_VALUE;

  private final Allowance allowance;
  private final ByteReader in;
  private final ModuleContext context;
  private final DefinitionReader definitions;
  private final SegmentReader segments;
  private final CodeReader code;
  private final List<CustomSection> customSections = new ArrayList<>();
  private Stage stage = Stage.MAGIC;
  private int order;
  /** Where the length of the code section stands. */
  private int codeLengthAt;

  private enum Stage { MAGIC, VERSION, SECTION, CODE }

  /**
   * A reader of a module that is still to come; what it is given goes into that buffer.
   *
   * @param isKnown whether the module was found valid before, so that bodies may be validated when they are needed
   */
  ModuleReader(Allowance allowance, ByteReader in, boolean isKnown) {
    this.allowance = allowance;
    this.in = in;
    context = new ModuleContext(allowance);
    definitions = new DefinitionReader(context, in);
    segments = new SegmentReader(context, in);
    code = new CodeReader(context, in, isKnown);
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
    return read(bytes, Allowance.of(features));
  }

  /** Reads a whole module; the array, whose memory was taken already, is kept and must not change afterwards. */
  public static ModuleInfo read(byte[] bytes, Allowance allowance) throws CompileError {
    checkSize(bytes.length);
    ModuleReader reader = new ModuleReader(allowance, new ByteReader(bytes), false);
    reader.advance();
    return reader.finish();
  }

  /** Refuses modules that are too large. */
  static void checkSize(long bytes) throws CompileError {
    if (bytes > ModuleLimits.MODULE_SIZE) {
      throw new CompileError(Kind.LIMIT, "a module of more than " + ModuleLimits.MODULE_SIZE + " bytes", 0);
    }
  }

  /**
   * Reads what has arrived whole: the preamble, a section, or a function body. So what is read when an error is found,
   * and which, depends on the bytes alone and not on how they came.
   */
  void advance() throws CompileError {
    boolean more = true;
    while (more) {
      in.limit(in.available());
      more = switch (stage) {
        case MAGIC -> in.remaining() >= Integer.BYTES && magic();
        case VERSION -> in.remaining() >= Integer.BYTES && version();
        case SECTION -> section();
        case CODE -> body();
      };
    }
  }

  private boolean magic() throws CompileError {
    if (in.fixed32() != MAGIC) {
      throw new CompileError(Kind.MALFORMED, "magic header not detected", 0);
    }
    stage = Stage.VERSION;
    return true;
  }

  private boolean version() throws CompileError {
    if (in.fixed32() != VERSION) {
      throw new CompileError(Kind.MALFORMED, "unknown binary version", 4);
    }
    stage = Stage.SECTION;
    return true;
  }

  /** Reads a section that is there, or the head of the code section; false if there is none. */
  private boolean section() throws CompileError {
    if (in.atEnd()) {
      return false;
    }
    int at = in.position();
    int id = checkedId(in.peek(), at);
    int end = sectionEnd(at);
    boolean isBegun = id == CODE && end != NO_END && in.numberEnd(in.numberEnd(at + 1)) >= 0;
    if (end > in.available() && !isBegun) {
      return false;
    }
    order = Math.max(order, ORDER[id]);
    in.skip(1);
    if (id == CODE) {
      codeLengthAt = in.position();
    }
    in.u32();
    in.limit(end);
    if (id == CODE) {
      code.begin(definitions.importedFunctions());
      stage = Stage.CODE;
    } else {
      contents(id);
      leave(end);
    }
    return true;
  }

  private int checkedId(int id, int at) throws CompileError {
    if (id >= ORDER.length) {
      throw new CompileError(Kind.MALFORMED, "malformed section id", at);
    }
    if (id != CUSTOM && ORDER[id] <= order) {
      throw new CompileError(Kind.MALFORMED, "unexpected content after last section", at);
    }
    return id;
  }

  /** Where the section that begins there ends, which may be behind what has arrived; NO_END if nobody knows yet. */
  private int sectionEnd(int at) throws CompileError {
    int from = in.numberEnd(at + 1);
    if (from < 0) {
      return NO_END;
    }
    in.position(at + 1);
    int length = in.u32();
    in.position(at);
    return Integer.compareUnsigned(length, ModuleLimits.MODULE_SIZE - from) > 0 ? NO_END : from + length;
  }

  private boolean body() throws CompileError {
    if (!code.isOpen()) {
      in.limit(code.sectionEnd());
      leave(code.sectionEnd());
      stage = Stage.SECTION;
      return true;
    }
    if (!code.isNextThere()) {
      return false;
    }
    code.next(definitions.importedFunctions());
    return true;
  }

  private void leave(int end) throws CompileError {
    if (in.position() != end) {
      throw in.malformed("section size mismatch");
    }
  }

  /** Nothing more will come: reads what is left, which is not whole, and gives back the module if nothing is. */
  ModuleInfo finish() throws CompileError {
    in.cutOff();
    switch (stage) {
      case MAGIC -> magic();
      case VERSION -> version();
      case CODE -> throw new CompileError(Kind.MALFORMED, "length out of bounds", codeLengthAt);
      case SECTION -> {
        if (!in.atEnd()) {
          checkedId(in.u8(), in.position() - 1);
          in.length();
          throw new IllegalStateException("a section that is there was not read");
        }
      }
    }
    code.checkComplete(definitions.importedFunctions());
    segments.checkComplete();
    allowance.finished();
    return result();
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
      case DATA -> segments.data();
      default -> {
        assert id == TAG;
        if (!context.features.contains(Feature.EXCEPTIONS)) {
          throw TypeReader.unsupported(Feature.EXCEPTIONS, in.position());
        }
        definitions.tags();
      }
    }
  }

  private void custom() throws CompileError {
    int at = in.position();
    ByteReader.checkLimit(customSections.size() + 1, ModuleLimits.CUSTOM_SECTIONS, "custom sections", at);
    allowance.take(ItemCost.CUSTOM_SECTION, at);
    String name = definitions.name();
    customSections.add(new CustomSection(name, in.position(), in.remaining()));
    in.skip(in.remaining());
  }

  private NameSection names() {
    return customSections.stream().filter(section -> section.name().equals(NameSection.NAME)).findFirst()
        .map(section -> new NameSection(
            in.bytes(), section.from(), section.from() + section.length(), context.functions.length))
        .orElse(NameSection.NONE);
  }

  private ModuleInfo result() throws CompileError {
    return new ModuleInfo(
        in.bytes(),
        context.types,
        context.groups,
        definitions.importList(),
        definitions.importedFunctions(),
        definitions.importedTables(),
        definitions.importedMemories(),
        definitions.importedGlobals(),
        definitions.importedTags(),
        context.functions,
        context.tables,
        definitions.tableInits(),
        context.memories,
        context.globals,
        definitions.globalInits(),
        context.tags,
        definitions.exportList(),
        definitions.startFunction(),
        segments.elementSegments(),
        segments.dataSegments(),
        code.functionBodies(definitions.importedFunctions()),
        code.contentsAt(),
        names(),
        Collections.unmodifiableList(customSections));
  }
}
