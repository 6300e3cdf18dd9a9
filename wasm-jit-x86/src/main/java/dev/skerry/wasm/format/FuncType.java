package dev.skerry.wasm.format;

import java.util.List;
import java.util.stream.Collectors;

/** A function type (WASM core 2.3.8): equal by structure. */
public record FuncType(List<ValType> params, List<ValType> results) implements ExternType {

  public FuncType {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }

  /** Parses a short form such as {@code "i32 i32 -> externref"}; both sides may be empty. */
  public static FuncType of(String shortForm) {
    String[] sides = shortForm.split("->", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException("a function type needs one '->': " + shortForm);
    }
    return new FuncType(types(sides[0]), types(sides[1]));
  }

  private static List<ValType> types(String side) {
    return side.isBlank() ? List.of() : java.util.Arrays.stream(side.trim().split("\\s+")).map(FuncType::type).toList();
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
    return params.stream().mapToInt(ValType::slots).sum();
  }

  /** The 64-bit slots that the results take in a host call. */
  public int resultSlots() {
    return results.stream().mapToInt(ValType::slots).sum();
  }

  /** The form that {@link #of} reads. */
  @Override
  public String toString() {
    return join(params) + " -> " + join(results);
  }

  private static String join(List<ValType> types) {
    return types.stream().map(ValType::toString).collect(Collectors.joining(" "));
  }
}
