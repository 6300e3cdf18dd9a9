package dev.skerry.wasm.decode;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.decode.ModuleInfo.ConstExpr;
import dev.skerry.wasm.decode.ModuleInfo.Export;
import dev.skerry.wasm.decode.ModuleInfo.ExternKind;
import dev.skerry.wasm.format.ByteReader;
import dev.skerry.wasm.format.ExternType;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.format.ItemCost;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.TagType;
import dev.skerry.wasm.format.TypeReader;
import dev.skerry.wasm.validate.ConstExprValidator;
import dev.skerry.wasm.validate.ModuleContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the sections that define index spaces, and what names their members: types to start (WASM core 5.5.4-11). */
final class DefinitionReader {

  private static final ExternKind[] KINDS = ExternKind.values();
  private static final int KIND_TAG = ExternKind.TAG.ordinal();
  private static final int TABLE_WITH_INITIALIZER = 0x40;
  private static final int CHARACTERS_OF_A_STEP = 256;

  private final ModuleContext context;
  private final ByteReader in;
  private final TypeReader types;
  private final ConstExprValidator constants;

  private List<ImportType> imports = List.of();
  private int importedFunctions;
  private int importedTables;
  private int importedMemories;
  private int importedGlobals;
  private int importedTags;
  private ConstExpr[] tableInits = {};
  private ConstExpr[] globalInits = {};
  private List<Export> exports = List.of();
  private int start = -1;

  DefinitionReader(ModuleContext context, ByteReader in) {
    this.context = context;
    this.in = in;
    this.types = new TypeReader(in, context.allowance, context.typeIndices);
    this.constants = new ConstExprValidator(context, in);
  }

  void types() throws CompileError {
    types.types();
    context.types();
  }

  /** Counts what is declared against the module's memory, before it is read. */
  private int taken(int count, int bytes) throws CompileError {
    context.allowance.take((long) count * bytes, in.position());
    return count;
  }

  /** A name that the module keeps. */
  String name() throws CompileError {
    int at = in.position();
    int length = in.length();
    in.position(at);
    context.allowance.take((long) length * ItemCost.CHARACTER, at);
    context.allowance.steps(length / CHARACTERS_OF_A_STEP);
    return in.name();
  }

  void imports() throws CompileError {
    int count = taken(in.count(ModuleLimits.IMPORTS, "imports"), ItemCost.EXTERN);
    List<ImportType> read = new ArrayList<>(count);
    List<TableType> tables = new ArrayList<>();
    List<MemoryType> memories = new ArrayList<>();
    List<GlobalType> globals = new ArrayList<>();
    int[] functions = new int[count];
    int[] tags = new int[count];
    for (int i = 0; i < count; i++) {
      context.allowance.step();
      String module = name();
      String name = name();
      int at = in.position();
      int kind = in.u8();
      ExternType type;
      switch (kind) {
        case 0 -> {
          int index = in.u32();
          context.needType(index, at + 1);
          functions[importedFunctions++] = index;
          type = context.types[index];
        }
        case 1 -> type = added(tables, types.tableType());
        case 2 -> type = added(memories, types.memoryType());
        case 3 -> type = added(globals, types.globalType());
        case 4 -> {
          int index = types.tag();
          context.needTagType(index, at + 1);
          tags[importedTags++] = index;
          type = new TagType(context.types[index]);
        }
        default -> throw new CompileError(Kind.MALFORMED, "malformed import kind", at);
      }
      read.add(new ImportType(module, name, type));
    }
    imports = Collections.unmodifiableList(read);
    context.functions = Arrays.copyOf(functions, importedFunctions);
    context.tags = Arrays.copyOf(tags, importedTags);
    context.tables = tables.toArray(context.tables);
    context.memories = memories.toArray(context.memories);
    context.globals = globals.toArray(context.globals);
    importedTables = tables.size();
    importedMemories = memories.size();
    importedGlobals = globals.size();
    context.globalCount = importedGlobals;
    checkTotals();
  }

  private static <T> T added(List<T> list, T type) {
    list.add(type);
    return type;
  }

  private void checkTotals() throws CompileError {
    ByteReader.checkLimit(context.functions.length, ModuleLimits.FUNCTIONS, "functions", in.position());
    ByteReader.checkLimit(context.tables.length, ModuleLimits.TABLES, "tables", in.position());
    ByteReader.checkLimit(context.memories.length, ModuleLimits.MEMORIES, "memories", in.position());
    ByteReader.checkLimit(context.globals.length, ModuleLimits.GLOBALS, "globals", in.position());
    ByteReader.checkLimit(context.tags.length, ModuleLimits.TAGS, "tags", in.position());
    if (context.memories.length > 1 && !context.features.contains(Feature.MULTI_MEMORY)) {
      throw TypeReader.unsupported(Feature.MULTI_MEMORY, in.position());
    }
  }

  void functions() throws CompileError {
    int count = taken(in.count(ModuleLimits.FUNCTIONS, "functions"), ItemCost.FUNCTION);
    int[] all = Arrays.copyOf(context.functions, importedFunctions + count);
    for (int i = importedFunctions; i < all.length; i++) {
      context.allowance.step();
      int at = in.position();
      all[i] = in.u32();
      context.needType(all[i], at);
    }
    context.functions = all;
    checkTotals();
  }

  void tables() throws CompileError {
    int count = taken(in.count(ModuleLimits.TABLES, "tables"), ItemCost.TABLE);
    TableType[] all = Arrays.copyOf(context.tables, importedTables + count);
    tableInits = new ConstExpr[count];
    for (int i = 0; i < count; i++) {
      int at = in.position();
      boolean initialized = in.peek() == TABLE_WITH_INITIALIZER;
      if (initialized) {
        in.u8();
        if (in.u8() != 0) {
          throw in.malformed("malformed table");
        }
      }
      TableType type = types.tableType();
      all[importedTables + i] = type;
      if (initialized) {
        int from = in.position();
        constants.read(type.element());
        tableInits[i] = new ConstExpr(from, in.position() - from);
      } else if (!type.element().isDefaultable()) {
        throw new CompileError(
            Kind.INVALID, "type mismatch: a table of " + type.element() + " needs an initialiser", at);
      }
    }
    context.tables = all;
    checkTotals();
  }

  void memories() throws CompileError {
    int count = taken(in.count(ModuleLimits.MEMORIES, "memories"), ItemCost.MEMORY);
    MemoryType[] all = Arrays.copyOf(context.memories, importedMemories + count);
    for (int i = importedMemories; i < all.length; i++) {
      all[i] = types.memoryType();
    }
    context.memories = all;
    checkTotals();
  }

  void tags() throws CompileError {
    int count = taken(in.count(ModuleLimits.TAGS, "tags"), ItemCost.TAG);
    int[] all = Arrays.copyOf(context.tags, importedTags + count);
    for (int i = importedTags; i < all.length; i++) {
      context.allowance.step();
      int at = in.position();
      all[i] = types.tag();
      context.needTagType(all[i], at + 1);
    }
    context.tags = all;
    checkTotals();
  }

  void globals() throws CompileError {
    int count = taken(in.count(ModuleLimits.GLOBALS, "globals"), ItemCost.GLOBAL);
    context.globals = Arrays.copyOf(context.globals, importedGlobals + count);
    checkTotals();
    globalInits = new ConstExpr[count];
    for (int i = 0; i < count; i++) {
      GlobalType type = types.globalType();
      int from = in.position();
      constants.read(type.value());
      globalInits[i] = new ConstExpr(from, in.position() - from);
      context.globals[context.globalCount++] = type;
    }
  }

  void exports() throws CompileError {
    int count = taken(in.count(ModuleLimits.EXPORTS, "exports"), ItemCost.EXTERN);
    List<Export> read = new ArrayList<>(count);
    Set<String> names = new HashSet<>(count * 2);
    for (int i = 0; i < count; i++) {
      int at = in.position();
      context.allowance.step();
      String name = name();
      int kindAt = in.position();
      int kind = in.u8();
      if (kind >= KINDS.length) {
        throw new CompileError(Kind.MALFORMED, "malformed export kind", kindAt);
      }
      if (kind == KIND_TAG && !context.features.contains(Feature.EXCEPTIONS)) {
        throw TypeReader.unsupported(Feature.EXCEPTIONS, kindAt);
      }
      int index = in.u32();
      checkExported(KINDS[kind], index, kindAt + 1);
      if (!names.add(name)) {
        throw new CompileError(Kind.INVALID, "duplicate export name", at);
      }
      read.add(new Export(name, KINDS[kind], index));
    }
    exports = Collections.unmodifiableList(read);
  }

  private void checkExported(ExternKind kind, int index, int at) throws CompileError {
    switch (kind) {
      case FUNC -> {
        context.needFunction(index, at);
        context.declared.set(index);
      }
      case TABLE -> context.needTable(index, at);
      case MEMORY -> context.needMemory(index, at);
      case GLOBAL -> context.needGlobal(index, at);
      case TAG -> context.needTag(index, at);
    }
  }

  void start() throws CompileError {
    int at = in.position();
    int index = in.u32();
    context.needFunction(index, at);
    FuncType type = context.types[context.functions[index]];
    if (!type.params().isEmpty() || !type.results().isEmpty()) {
      throw new CompileError(Kind.INVALID, "start function must have no parameters and no results", at);
    }
    start = index;
  }

  List<ImportType> importList() {
    return imports;
  }

  int importedFunctions() {
    return importedFunctions;
  }

  int importedTables() {
    return importedTables;
  }

  int importedMemories() {
    return importedMemories;
  }

  int importedGlobals() {
    return importedGlobals;
  }

  int importedTags() {
    return importedTags;
  }

  /** One entry per own table: its initialiser, or null. */
  ConstExpr[] tableInits() {
    return tableInits;
  }

  ConstExpr[] globalInits() {
    return globalInits;
  }

  List<Export> exportList() {
    return exports;
  }

  int startFunction() {
    return start;
  }
}
