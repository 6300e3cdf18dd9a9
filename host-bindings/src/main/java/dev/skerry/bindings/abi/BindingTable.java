package dev.skerry.bindings.abi;

import dev.skerry.bindings.Capability;
import java.util.List;

/**
 * The functions of one host module, a row each, written down once for all its objects: what linking, the C header and
 * the reference page are made from.
 *
 * @param <M> the class whose objects do what the rows say
 * @param module the name that guests import from
 * @param capability what a document must have been granted to link it
 * @param documentation one or two sentences
 */
public record BindingTable<M>(String module, Capability capability, String documentation, List<Row<M>> rows) {

  /**
   * One function.
   *
   * @param body takes the object and the call
   */
  public record Row<M>(String name, Signature signature, String documentation, Body<M> body) {
  }

  /** The implementation, for an object of the module's class. */
  @FunctionalInterface
  public interface Body<M> {
    void run(M module, Call call);
  }

  public BindingTable {
    rows = List.copyOf(rows);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  public static <M> BindingTable<M> of(String module, Capability capability, String documentation, Row<M>... rows) {
    return new BindingTable<>(module, capability, documentation, List.of(rows));
  }

  /**
   * A row.
   *
   * @param signature as for {@link Signature#parse}
   */
  public static <M> Row<M> row(String name, String signature, String documentation, Body<M> body) {
    return new Row<>(name, Signature.parse(signature), documentation, body);
  }

  /** The rows for one object. */
  public List<Binding> bind(M object) {
    return rows.stream().map(row -> new Binding(row.name, row.signature, row.documentation,
        call -> row.body.run(object, call))).toList();
  }
}
