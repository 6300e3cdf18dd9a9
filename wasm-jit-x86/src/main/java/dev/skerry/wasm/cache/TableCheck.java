package dev.skerry.wasm.cache;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.ir.InlinedBodies;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;

/**
 * Holds the tables of a function from the cache to what module and code allow, before anything uses them: the verifier
 * proves the rows that the code can reach, but publishing, walking frames and telling where a trap was read others too.
 */
final class TableCheck {

  private static final int TRAPS = Trap.Kind.values().length;

  private final CompiledFunction function;
  private final ModuleInfo module;

  private TableCheck(CompiledFunction function, ModuleInfo module) {
    this.function = function;
    this.module = module;
  }

  /** @throws Damaged naming what is out of range */
  static void require(CompiledFunction function, ModuleInfo module, MemoryStrategy memory) throws Damaged {
    TableCheck check = new TableCheck(function, module);
    check.sizes();
    check.inlined();
    check.relocations();
    check.sites();
    if (memory != MemoryStrategy.GUARD && function.faultSites().length > 0) {
      throw new Damaged("accesses that may fault, in code that checks them all");
    }
  }

  private void sizes() throws Damaged {
    int end = function.codeBytes();
    require(end > 0 && end <= function.code().length, "a length of the code");
    require(isWithin(function.entry(), end), "an entry");
    require(function.frameBytes() >= 0 && function.parameterBytes() >= 0, "a size of the frame");
    for (int[] guard : function.guards()) {
      require(guard.length % 2 == 0, "a guard");
      for (int i = 0; i < guard.length; i += 2) {
        require(guard[i] >= -1 && guard[i] < module.tags().length, "a tag of a guard");
      }
    }
  }

  /** Each call is before the body that it leads to, and has a position of the module or of a body before. */
  private void inlined() throws Damaged {
    int[] rows = function.inlined();
    requireRows(rows, InlinedBodies.FIELDS);
    for (int row = 0; row < rows.length; row += InlinedBodies.FIELDS) {
      require(rows[row] >= module.bytes().length, "the position of an inlined body");
      int index = rows[row + InlinedBodies.FUNCTION];
      require(index >= module.importedFunctions() && index < module.functions().length, "an inlined function");
      require(isWithin(rows[row + InlinedBodies.BODY], module.bytes().length), "an inlined body");
      require(isWithin(rows[row + InlinedBodies.CALL], rows[row]) && isPosition(rows[row + InlinedBodies.CALL]),
          "the call of an inlined body");
    }
  }

  /** Says whether a position is an offset in the module, its own or by way of an inlined body. */
  private boolean isPosition(int position) {
    int row = InlinedBodies.find(function.inlined(), position);
    long offset = row < 0 ? position
        : (long) position - function.inlined()[row] + function.inlined()[row + InlinedBodies.BODY];
    return offset >= 0 && offset < module.bytes().length;
  }

  private void relocations() throws Damaged {
    int[] rows = function.relocations();
    requireRows(rows, CompiledFunction.RELOCATION_FIELDS);
    int places = function.codeBytes() - Integer.BYTES + 1;
    for (int row = 0; row < rows.length; row += CompiledFunction.RELOCATION_FIELDS) {
      require(isWithin(rows[row], places), "the place of a relocation");
      requireSymbol(rows[row + 1], rows[row + 2]);
    }
    int[] types = function.typeSites();
    requireRows(types, CompiledFunction.TYPE_SITE_FIELDS);
    for (int row = 0; row < types.length; row += CompiledFunction.TYPE_SITE_FIELDS) {
      require(isWithin(types[row], places) && isWithin(types[row + 1], module.types().length), "a type");
    }
  }

  private void requireSymbol(int ordinal, int index) throws Damaged {
    require(isWithin(ordinal, Symbol.COUNT), "a symbol");
    Symbol symbol = Symbol.of(ordinal);
    if (symbol == Symbol.TRAP) {
      require(isWithin(index, TRAPS), "a kind of trap");
    } else if (symbol == Symbol.FUNCTION) {
      require(index >= module.importedFunctions() && index < module.functions().length, "a function");
    }
  }

  private void sites() throws Damaged {
    int end = function.codeBytes();
    int[] calls = function.callSites();
    requireRows(calls, CompiledFunction.CALL_SITE_FIELDS);
    for (int row = 0; row < calls.length; row += CompiledFunction.CALL_SITE_FIELDS) {
      requireSite(calls, row, end + 1);
      int landing = calls[row + CompiledFunction.CALL_LANDING];
      int guard = calls[row + CompiledFunction.CALL_GUARD];
      require(landing == -1 || isWithin(landing, end) && isWithin(guard, function.guards().length), "a landing pad");
      require(calls[row + CompiledFunction.CALL_OPERATION] >= -1, "an operation of the runtime");
    }
    int[] traps = function.trapSites();
    requireRows(traps, CompiledFunction.TRAP_SITE_FIELDS);
    for (int row = 0; row < traps.length; row += CompiledFunction.TRAP_SITE_FIELDS) {
      requireSite(traps, row, end + 1);
      requireSymbol(traps[row + CompiledFunction.TRAP_SYMBOL], traps[row + CompiledFunction.TRAP_SYMBOL + 1]);
    }
    int[] faults = function.faultSites();
    requireRows(faults, CompiledFunction.FAULT_SITE_FIELDS);
    for (int row = 0; row < faults.length; row += CompiledFunction.FAULT_SITE_FIELDS) {
      requireSite(faults, row, end);
    }
  }

  private void requireSite(int[] rows, int row, int places) throws Damaged {
    require(isWithin(rows[row], places), "the place of a site");
    require(isPosition(rows[row + CompiledFunction.WASM_OFFSET]), "the offset of an instruction");
    require(rows[row + CompiledFunction.REMAINING] >= 0, "the end of a frame");
  }

  private static void requireRows(int[] table, int fields) throws Damaged {
    require(table.length % fields == 0, "a part of a row");
    for (int row = fields; row < table.length; row += fields) {
      require(table[row - fields] < table[row], "rows that are not in order");
    }
  }

  private static boolean isWithin(int value, int count) {
    return value >= 0 && value < count;
  }

  private static void require(boolean holds, String what) throws Damaged {
    if (!holds) {
      throw new Damaged(what + " that cannot be");
    }
  }
}
