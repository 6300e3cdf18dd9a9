package dev.skerry.bindings.abi;

import dev.skerry.wasm.Linker;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

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
    int arrow = signature.indexOf("->");
    StringBuilder types = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (StringTokenizer words = new StringTokenizer(signature.substring(0, arrow), " ,"); words.hasMoreTokens();) {
      types.append(words.nextToken()).append(' ');
      names.add(words.nextToken());
    }
    FuncType type = FuncType.of(types + signature.substring(arrow));
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      parameters.add(new Parameter(type.params().get(i), names.get(i)));
    }
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
