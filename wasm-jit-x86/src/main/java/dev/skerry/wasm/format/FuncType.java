package dev.skerry.wasm.format;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** A function type (WASM core 2.3.8): equal by structure. */
public record FuncType(List<ValType> params, List<ValType> results) implements ExternType {

  public FuncType {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }

  /** Parses a short form such as {@code "i32 i32 -> externref"}; both sides may be empty. */
  public static FuncType of(String shortForm) {
    int arrow = shortForm.indexOf("->");
    if (arrow < 0 || shortForm.indexOf("->", arrow + 2) >= 0) {
      throw new IllegalArgumentException("a function type needs one '->': " + shortForm);
    }
    return new FuncType(types(shortForm.substring(0, arrow)), types(shortForm.substring(arrow + 2)));
  }

  private static List<ValType> types(String side) {
    List<ValType> types = new ArrayList<>();
    for (StringTokenizer names = new StringTokenizer(side); names.hasMoreTokens();) {
      types.add(type(names.nextToken()));
    }
    return types;
  }

  private static ValType type(String name) {
    return switch (name) {
      case "i32" -> ValType.I32;
      case "i64" -> ValType.I64;
      case "f32" -> ValType.F32;
      case "f64" -> ValType.F64;
      case "v128" -> ValType.V128;
      case "funcref" -> ValType.FUNCREF;
      case "externref" -> ValType.EXTERNREF;
      default -> throw new IllegalArgumentException("unknown value type: " + name);
    };
  }

  /** The 64-bit slots that the parameters take in a host call. */
  public int paramSlots() {
    return slots(params);
  }

  /** The 64-bit slots that the results take in a host call. */
  public int resultSlots() {
    return slots(results);
  }

  private static int slots(List<ValType> types) {
    int slots = 0;
    for (ValType type : types) {
      slots += type.slots();
    }
    return slots;
  }

  // Written out, here and in the other records of this module that are keys: linking a record's own equals and hashCode
  // takes some 10 ms of every start.
  @Override
  public boolean equals(Object other) {
    return other instanceof FuncType type && params.equals(type.params) && results.equals(type.results);
  }

  @Override
  public int hashCode() {
    return 31 * params.hashCode() + results.hashCode();
  }

  /** The form that {@link #of} reads. */
  @Override
  public String toString() {
    return join(params) + " -> " + join(results);
  }

  private static String join(List<ValType> types) {
    StringBuilder names = new StringBuilder();
    for (ValType type : types) {
      names.append(names.length() == 0 ? "" : " ").append(type);
    }
    return names.toString();
  }
}
