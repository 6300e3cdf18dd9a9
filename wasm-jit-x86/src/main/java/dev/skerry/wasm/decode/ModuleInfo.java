package dev.skerry.wasm.decode;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.RecursionGroups;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/**
 * What the decoder read from a module. Index spaces hold imports first, then the module's own definitions, as in the
 * standard (WASM core 2.5.1). Immutable once made; byte offsets count from the module's first byte.
 *
 * @param bytes the whole module, from its first byte on; never changed after decoding
 * @param types the type section
 * @param groups recursion groups and equality of the types
 * @param functions type index of each function, imports included
 * @param tags type index of each tag, imports included
 * @param bodies one per own function: {@code functions.length - importedFunctions}
 * @param start index of the start function, or -1
 * @param codeOffset where the contents of the code section begin
 */
public record ModuleInfo(
    byte[] bytes,
    FuncType[] types,
    RecursionGroups groups,
    List<ImportType> imports,
    int importedFunctions,
    int importedTables,
    int importedMemories,
    int importedGlobals,
    int importedTags,
    int[] functions,
    TableType[] tables,
    ConstExpr[] tableInits,
    MemoryType[] memories,
    GlobalType[] globals,
    ConstExpr[] globalInits,
    int[] tags,
    List<Export> exports,
    int start,
    ElementSegment[] elements,
    DataSegment[] data,
    FunctionBodies bodies,
    int codeOffset,
    NameSection names,
    List<CustomSection> customSections) {

  /** A custom section; its contents are {@code bytes[from .. from + length)} of the module. */
  public record CustomSection(String name, int from, int length) {
  }

  /** The first custom section of that name, or null. */
  public CustomSection customSection(String name) {
    return customSections.stream().filter(section -> section.name().equals(name)).findFirst().orElse(null);
  }

  /** What an export or import refers to; the ordinal is the byte of the binary format. */
  public enum ExternKind { FUNC, TABLE, MEMORY, GLOBAL, TAG }

  /** An export: an index into the index space of its kind. */
  public record Export(String name, ExternKind kind, int index) {
  }

  /** A constant expression's bytes, its final {@code end} included; valid, so that it can be evaluated unchecked. */
  public record ConstExpr(int offset, int length) {
  }

  /** How a segment is used (WASM core 2.5.7, 2.5.8). */
  public enum SegmentMode { ACTIVE, PASSIVE, DECLARATIVE }

  /**
   * An element segment. Each element is a constant expression of type {@code element}.
   *
   * @param target table index, for active segments
   * @param offset where to write, for active segments; else null
   */
  public record ElementSegment(
      SegmentMode mode, int target, ConstExpr offset, ValType element, ElementInits inits) {
  }

  /**
   * The elements of a segment: either function indices (the compact form) or constant expressions; the other is null.
   */
  public record ElementInits(int[] functions, ConstExpr[] expressions) {

    public int length() {
      return functions != null ? functions.length : expressions.length;
    }
  }

  /** A data segment; its bytes are {@code bytes[from .. from + length)} of the module. */
  public record DataSegment(SegmentMode mode, int target, ConstExpr offset, int from, int length) {
  }

  /**
   * A function's code.
   *
   * @param offset of the first byte of the expression (behind the local declarations)
   * @param end one past the final {@code end}
   * @param localCounts run lengths of the declared locals, parameters not included
   * @param localTypes types of those runs
   */
  public record FunctionBody(int offset, int end, int[] localCounts, ValType[] localTypes) {
  }
}
