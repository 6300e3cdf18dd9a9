package dev.skerry.wasm.format;

/**
 * The one table of what a module may hold, checked before memory is taken. Where the WebAssembly JavaScript interface
 * names a number ("Implementation-defined Limits"), it is that number; the rows marked <em>own</em> are ours.
 */
public final class ModuleLimits {

  /** Bytes of a module. */
  public static final int MODULE_SIZE = 1 << 30;
  public static final int TYPES = 1_000_000;
  public static final int FUNCTIONS = 1_000_000;
  public static final int IMPORTS = 1_000_000;
  public static final int EXPORTS = 1_000_000;
  public static final int GLOBALS = 1_000_000;
  public static final int DATA_SEGMENTS = 100_000;
  public static final int TABLES = 100_000;
  public static final int MEMORIES = 100;
  public static final int PARAMS = 1_000;
  public static final int RESULTS = 1_000;
  /** Bytes of a function body, local declarations included. */
  public static final int FUNCTION_SIZE = 7_654_321;
  /** Locals of a function, parameters included. */
  public static final int LOCALS = 50_000;
  /** Entries of one element segment. */
  public static final int TABLE_INIT_ENTRIES = 10_000_000;
  /** Elements of a table at run time; a module may declare more, its instantiation then fails. */
  public static final int TABLE_SIZE = 10_000_000;
  /** Pages of a memory. */
  public static final int MEMORY_PAGES = 65_536;
  /** Pages of a memory with 64-bit addresses; how many one can have at run time is the store's and the system's. */
  public static final long MEMORY_PAGES_64 = 1L << 48;

  /** Own: element segments, as many as data segments. */
  public static final int ELEMENT_SEGMENTS = 100_000;
  /** Own: entries of all element segments together. */
  public static final int ELEMENT_ENTRIES = 10_000_000;
  /** Own: custom sections. */
  public static final int CUSTOM_SECTIONS = 100_000;
  /** Own: blocks open at one place of a function. */
  public static final int NESTING = 100_000;
  /** Own: operands on the stack at one place of a function or constant expression. */
  public static final int OPERANDS = 1_000_000;
  /** Own: labels of a {@code br_table}, the default not counted; the number that V8 uses. */
  public static final int BR_TABLE_LABELS = 65_520;

  private ModuleLimits() {
  }
}
