package dev.skerry.wasm.format;

/**
 * Bytes of Java heap that declared items take at most, on a 64-bit JVM with compressed references: what is taken of an
 * embedder's memory before any of them is read. Long arrays count double, for G1 rounds them up to whole regions.
 */
public final class ItemCost {

  /** Type index, places of body and name, code. */
  public static final int FUNCTION = 32;
  /** A type that is equal to an earlier one. */
  public static final int TYPE = 64;
  /** A type that is not, with its share of the engine's types and of the context of validation. */
  public static final int DISTINCT_TYPE = 640;
  /** A parameter or result of such a type. */
  public static final int VALUE = 24;
  /** An import or export, apart from its names. */
  public static final int EXTERN = 192;
  /** A character of a name. */
  public static final int CHARACTER = 2;
  public static final int TABLE = 120;
  public static final int MEMORY = 120;
  public static final int GLOBAL = 72;
  public static final int TAG = 16;
  public static final int ELEMENT_SEGMENT = 112;
  /** An element that is a function index. */
  public static final int ELEMENT = 8;
  public static final int ELEMENT_EXPRESSION = 32;
  public static final int DATA_SEGMENT = 80;
  public static final int CUSTOM_SECTION = 128;

  private ItemCost() {
  }
}
