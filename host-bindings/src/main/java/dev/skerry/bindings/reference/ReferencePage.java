package dev.skerry.bindings.reference;

import dev.skerry.bindings.Capability;
import dev.skerry.bindings.abi.Binding;
import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Kind;
import dev.skerry.bindings.abi.Signature;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reference of host modules as Markdown: a table for each, with what guests write, Wasm types and sentences. */
public final class ReferencePage {

  private final StringBuilder out = new StringBuilder();

  private ReferencePage() {
  }

  /** The page: the modules of the tables, and one module that has rows of its own. */
  public static String of(String head, List<BindingTable<?>> tables, String further, Capability capability,
                          String documentation, List<Binding> rows) {
    ReferencePage page = new ReferencePage();
    page.out.append(head);
    for (BindingTable<?> table : tables) {
      page.module(table.module(), table.capability(), table.documentation());
      table.rows().forEach(row -> page.row(row.name(), row.signature(), row.documentation()));
    }
    page.module(further, capability, documentation);
    rows.forEach(row -> page.row(row.name(), row.signature(), row.documentation()));
    return page.out.toString();
  }

  private void module(String name, Capability capability, String documentation) {
    out.append("\n## ").append(name).append("\n\n").append(documentation).append(" Capability: `")
        .append(capability.name().toLowerCase(Locale.ROOT)).append("`, ").append(capability.sentence())
        .append(".\n\n| function | takes | gives | Wasm type | |\n|---|---|---|---|---|\n");
  }

  private void row(String name, Signature signature, String documentation) {
    String takes = signature.arguments().stream()
        .map(argument -> argument.kind().word() + " *" + argument.name() + "*")
        .collect(Collectors.joining(", "));
    String gives = signature.result() == Kind.NONE ? "" : signature.result().word();
    out.append("| `").append(name).append("` | ").append(takes).append(" | ").append(gives).append(" | `")
        .append(signature.type().toString().strip()).append("` | ")
        .append(documentation.replace("|", "\\|")).append(" |\n");
  }
}
