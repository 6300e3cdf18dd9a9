package dev.skerry.wasm.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

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
    String rest = side.strip();
    while (!rest.isEmpty()) {
      int end = rest.startsWith("(") ? rest.indexOf(')') + 1 : rest.indexOf(' ');
      String name = end > 0 ? rest.substring(0, end) : rest;
      types.add(type(name));
      rest = rest.substring(name.length()).stripLeading();
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
      case "(ref func)" -> ValType.FUNC;
      case "(ref extern)" -> ValType.EXTERNREF.nonNull();
      default -> concrete(name);
    };
  }

  /** {@code (ref NUMBER)} or {@code (ref null NUMBER)}. */
  private static ValType concrete(String name) {
    String prefix = name.startsWith("(ref null ") ? "(ref null " : "(ref ";
    if (!name.startsWith(prefix) || !name.endsWith(")")) {
      throw new IllegalArgumentException("unknown value type: " + name);
    }
    ValType type = ValType.nullable(Integer.parseInt(name.substring(prefix.length(), name.length() - 1)));
    return prefix.length() == "(ref ".length() ? type.nonNull() : type;
  }

  /** The same type with other numbers of defined types; this one if it names none. */
  public FuncType renumbered(IntUnaryOperator numbers) {
    boolean names = false;
    for (ValType type : params) {
      names |= type.isConcrete();
    }
    for (ValType type : results) {
      names |= type.isConcrete();
    }
    return names ? new FuncType(renumbered(params, numbers), renumbered(results, numbers)) : this;
  }

  private static List<ValType> renumbered(List<ValType> types, IntUnaryOperator numbers) {
    List<ValType> made = new ArrayList<>(types.size());
    for (ValType type : types) {
      made.add(type.isConcrete() ? type.withNumber(numbers.applyAsInt(type.number())) : type);
    }
    return made;
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
