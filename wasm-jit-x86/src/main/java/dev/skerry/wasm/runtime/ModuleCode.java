package dev.skerry.wasm.runtime;

import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.format.ExternType;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.interp.HandlerTable;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.interp.TranslatedFunction;
import dev.skerry.wasm.interp.Translator;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.List;

/**
 * A module as stores use it: what the decoder read, and code that grows function by function as they are first called.
 * Shared by all instances of the module, which keep it reachable; the code's memory goes when it no longer is.
 * Thread-safe.
 */
public final class ModuleCode {

  private static final Cleaner CLEANER = Cleaner.create();

  private final ModuleInfo info;
  private final boolean canonicalNaN;
  private final ModuleLayout layout;
  private final CanonicalType[] types;
  private final long[] entries;
  private final int[][] offsets;
  private final HandlerTable[] handlers;
  private final CodeMemory memory = new CodeMemory();

  /** @param canonicalNaN whether arithmetic yields no other NaN than the canonical one */
  public ModuleCode(ModuleInfo info, TypeRegistry registry, boolean canonicalNaN) {
    this.canonicalNaN = canonicalNaN;
    this.info = info;
    this.layout = new ModuleLayout(info);
    this.types = new CanonicalType[info.types().length];
    canonicalize(registry);
    this.entries = new long[info.bodies().length];
    this.offsets = new int[info.bodies().length][];
    this.handlers = new HandlerTable[info.bodies().length];
    CodeMemory toFree = memory;
    CLEANER.register(this, toFree::close);
  }

  private void canonicalize(TypeRegistry registry) {
    int[] canonical = info.groups().canonical();
    int[] starts = info.groups().starts();
    for (int start = 0; start < types.length;) {
      int end = start;
      while (end < types.length && starts[end] == start) {
        end++;
      }
      if (canonical[start] == start) {
        List<FuncType> members = Arrays.asList(info.types()).subList(start, end);
        TypeRegistry.Group group = registry.group(members, start, number -> types[number]);
        for (int i = start; i < end; i++) {
          types[i] = group.member(i - start);
        }
      } else {
        for (int i = start; i < end; i++) {
          types[i] = types[canonical[i]];
        }
      }
      start = end;
    }
  }

  public ModuleInfo info() {
    return info;
  }

  ModuleLayout layout() {
    return layout;
  }

  /** A type of the module as it is seen from outside: references name types by their numbers in the engine. */
  public ExternType external(ExternType type) {
    if (type instanceof TableType table) {
      return external(table);
    }
    return type instanceof GlobalType global ? external(global) : type;
  }

  TableType external(TableType type) {
    return new TableType(external(type.element()), type.limits(), type.address());
  }

  GlobalType external(GlobalType type) {
    return new GlobalType(external(type.value()), type.mutable());
  }

  private ValType external(ValType type) {
    return type.isConcrete() ? type.withNumber(types[type.number()].id()) : type;
  }

  /** The canonical type of a function. */
  public CanonicalType typeOf(int function) {
    return types[info.functions()[function]];
  }

  /** The canonical type of a tag. */
  public CanonicalType tagType(int tag) {
    return types[info.tags()[tag]];
  }

  /** The address of a function's code if it was translated already, else 0. */
  synchronized long entry(int function) {
    return entries[function - info.importedFunctions()];
  }

  /**
   * The address of a function's code, translated now if it was not yet. Threads do not wait for each other's
   * translations, which may take long: of two, one is dropped.
   *
   * @param poll called every fraction of a millisecond; what it throws ends the translation
   */
  long translate(int function, Runnable poll) {
    long known = entry(function);
    return known != 0 ? known
        : publish(function, Translator.translate(info, layout, this::typeId, canonicalNaN, function, poll));
  }

  private synchronized long publish(int function, TranslatedFunction made) {
    int own = function - info.importedFunctions();
    if (entries[own] == 0) {
      offsets[own] = made.offsets();
      handlers[own] = made.handlers();
      entries[own] = memory.add(made.words());
    }
    return entries[own];
  }

  private int typeId(int type) {
    return types[type].id();
  }

  /** Where a function that has code catches exceptions. */
  synchronized HandlerTable handlers(int function) {
    HandlerTable table = handlers[function - info.importedFunctions()];
    return table == null ? HandlerTable.NONE : table;
  }

  /** The byte offset in the module of the instruction whose code is at that address. */
  synchronized long offsetOf(int function, long pc) {
    int own = function - info.importedFunctions();
    int[] table = offsets[own];
    long unit = (pc - entries[own]) / Op.UNIT;
    return table != null && unit >= 0 && unit < table.length ? table[(int) unit] : -1;
  }

  /** The function's name from the name section or an export, or an empty string. */
  String nameOf(int function) {
    String name = info.names().functions().get(function);
    if (name != null) {
      return name;
    }
    return info.exports().stream()
        .filter(export -> export.kind() == ModuleInfo.ExternKind.FUNC && export.index() == function)
        .map(ModuleInfo.Export::name).findFirst().orElse("");
  }
}
