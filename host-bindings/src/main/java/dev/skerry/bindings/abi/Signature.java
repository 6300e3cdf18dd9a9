package dev.skerry.bindings.abi;

import dev.skerry.wasm.format.FuncType;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * What a host function takes and gives, in a guest author's words and as Wasm values.
 *
 * @param arguments in order
 * @param slots the same as Wasm values, an index into which is a slot of a {@link Call}
 * @param result {@link Kind#NONE} where there is none
 * @param type the function type
 */
public record Signature(List<Argument> arguments, List<Binding.Parameter> slots, Kind result, FuncType type) {

  /**
   * One argument.
   *
   * @param slot its first slot
   */
  public record Argument(Kind kind, String name, int slot) {
  }

  public Signature {
    arguments = List.copyOf(arguments);
    slots = List.copyOf(slots);
  }

  /**
   * A signature from its short form.
   *
   * @param text such as {@code "ref root, string selector -> ref"}; both sides may be empty. The words are those of
   *     {@link Kind}, and {@code externref}
   * @throws IllegalArgumentException naming a word that means nothing
   */
  public static Signature parse(String text) {
    int arrow = text.indexOf("->");
    List<Argument> arguments = new ArrayList<>();
    List<String> names = new ArrayList<>();
    StringBuilder types = new StringBuilder();
    for (StringTokenizer words = new StringTokenizer(text.substring(0, arrow), " ,"); words.hasMoreTokens();) {
      Kind kind = Kind.of(words.nextToken());
      Argument argument = new Argument(kind, words.nextToken(), names.size());
      arguments.add(argument);
      for (String type : kind.slots()) {
        types.append(type).append(' ');
        names.add(names.size() == argument.slot() ? argument.name() : kind.secondSlot(argument.name()));
      }
    }
    Kind result = Kind.of(text.substring(arrow + 2).strip());
    FuncType type = FuncType.of(types + "-> " + String.join(" ", result.slots()));
    List<Binding.Parameter> slots = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      slots.add(new Binding.Parameter(type.params().get(i), names.get(i)));
    }
    return new Signature(arguments, slots, result, type);
  }
}
