package dev.skerry.bindings.abi;

import dev.skerry.wasm.Linker;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.List;

/**
 * One host function: everything that linking, a C header and a reference page need.
 *
 * @param name the import's name
 * @param signature what it takes and gives
 * @param documentation one line
 * @param body what it does
 */
public record Binding(String name, Signature signature, String documentation, Body body) {

  /** One named Wasm value that a function takes. */
  public record Parameter(ValType type, String name) {
  }

  /** The implementation: reads its arguments from the call and leaves its result there. */
  @FunctionalInterface
  public interface Body {
    void run(Call call);
  }

  /**
   * A function from the short form of its signature.
   *
   * @param signature as for {@link Signature#parse}, such as {@code "ref root, string selector -> ref"}
   */
  public static Binding of(String name, String signature, String documentation, Body body) {
    return new Binding(name, Signature.parse(signature), documentation, body);
  }

  /** The Wasm values that it takes; an index into them is a slot. */
  public List<Parameter> parameters() {
    return signature.slots();
  }

  public FuncType type() {
    return signature.type();
  }

  /** Defines this function in the linker, under the module's name. */
  public void define(Linker linker, String module) {
    String label = module + "." + name;
    linker.define(module, name, type(), (caller, slots) -> body.run(new Call(label, this, caller, slots)));
  }

  /** The name of the parameter in that slot. */
  String parameter(int slot) {
    return parameters().get(slot).name();
  }
}
