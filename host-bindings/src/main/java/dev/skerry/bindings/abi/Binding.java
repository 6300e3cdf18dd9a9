package dev.skerry.bindings.abi;

import dev.skerry.wasm.Linker;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.Arrays;
import java.util.List;

/**
 * One host function as a row of its module's table: everything that linking, a C header and a reference page need.
 *
 * @param name the import's name
 * @param parameters in order; no parameter takes more than one slot, so an index is a slot
 * @param type the same, as a function type
 * @param documentation one line
 * @param body what it does
 */
public record Binding(String name, List<Parameter> parameters, FuncType type, String documentation, Body body) {

  /** One named parameter. */
  public record Parameter(ValType type, String name) {
  }

  /** The implementation: reads its arguments from the call and leaves its result there. */
  @FunctionalInterface
  public interface Body {
    void run(Call call);
  }

  public Binding {
    parameters = List.copyOf(parameters);
  }

  /**
   * A row from its short form.
   *
   * @param signature such as {@code "externref root, i32 sel, i32 len -> externref"}; both sides may be empty
   */
  public static Binding of(String name, String signature, String documentation, Body body) {
    String[] sides = signature.split("->", -1);
    List<String[]> words = sides[0].isBlank() ? List.of()
        : Arrays.stream(sides[0].split(",")).map(word -> word.trim().split("\\s+")).toList();
    FuncType type = FuncType.of(String.join(" ", words.stream().map(word -> word[0]).toList()) + " ->" + sides[1]);
    List<Parameter> parameters = words.stream()
        .map(word -> new Parameter(FuncType.of(word[0] + " ->").params().get(0), word[1])).toList();
    return new Binding(name, parameters, type, documentation, body);
  }

  /** Defines this function in the linker, under the module's name. */
  public void define(Linker linker, String module) {
    String label = module + "." + name;
    linker.define(module, name, type, (caller, slots) -> body.run(new Call(label, this, caller, slots)));
  }

  /** The name of the parameter in that slot. */
  String parameter(int slot) {
    return parameters.get(slot).name();
  }
}
