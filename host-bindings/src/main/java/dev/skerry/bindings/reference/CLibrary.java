package dev.skerry.bindings.reference;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.BindingTable.Row;
import dev.skerry.bindings.abi.Kind;
import dev.skerry.bindings.abi.Signature;
import dev.skerry.bindings.abi.Signature.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The C side of host modules: the prototypes of a header, and functions that turn C's arguments into those of the
 * imports. A function of {@code web:dom} named {@code query} is {@code dom_query} in C; what C cannot say (a
 * {@code funcref}) is left out.
 */
public final class CLibrary {

  private static final int WIDTH = 110;

  private final BindingTable<?> table;
  private final String prefix;

  private CLibrary(BindingTable<?> table) {
    this.table = table;
    prefix = table.module().substring(table.module().indexOf(':') + 1);
  }

  /** The prototypes of all functions, with their documentation. */
  public static String prototypes(List<BindingTable<?>> tables) {
    return tables.stream().map(table -> new CLibrary(table).prototypes()).collect(Collectors.joining("\n"));
  }

  /** The functions themselves; {@code hold}, {@code held}, {@code IMPORT} and {@code COPY} are the library's own. */
  public static String functions(List<BindingTable<?>> tables) {
    return tables.stream().map(table -> new CLibrary(table).functions()).collect(Collectors.joining("\n"));
  }

  /** An enumeration for each list, whose constants begin with its name: {@code VALUE_NULL}. */
  public static String enumerations(Map<String, List<String>> lists) {
    StringBuilder out = new StringBuilder();
    lists.forEach((name, constants) -> {
      String prefix = name.toUpperCase(Locale.ROOT) + "_";
      out.append("enum skerry_").append(name).append(" {\n");
      out.append(filled(" ", " ", constants.stream().map(constant -> prefix + constant + ",").toList()))
          .append("\n};\n");
    });
    return out.toString();
  }

  private List<? extends Row<?>> rows() {
    return table.rows().stream()
        .filter(row -> row.signature().arguments().stream().allMatch(argument -> argument.kind().c() != null)).toList();
  }

  private String prototypes() {
    StringBuilder out = new StringBuilder(comment(table.module() + ": " + table.documentation()));
    for (Row<?> row : rows()) {
      out.append(comment(row.documentation()));
      variants(row).forEach(variant -> out.append(variant.head(variant.result)).append(";\n"));
    }
    return out.toString();
  }

  private String functions() {
    StringBuilder out = new StringBuilder("/* " + table.module() + " */\n\n");
    for (Row<?> row : rows()) {
      out.append(imported(row));
      variants(row).forEach(variant ->
          out.append('\n').append(variant.head(variant.result)).append(" {\n").append(variant.body()).append("}\n"));
      out.append('\n');
    }
    return out.toString().stripTrailing() + '\n';
  }

  private String name(Row<?> row) {
    return prefix + "_" + row.name();
  }

  /** The function itself, and its twins: one that is told a text's length, one that allocates the result. */
  private List<Variant> variants(Row<?> row) {
    List<Variant> variants = new ArrayList<>();
    variants.add(new Variant(row, "", false, false));
    if (has(row, Kind.TEXT)) {
      variants.add(new Variant(row, "_n", true, false));
    }
    if (has(row, Kind.BUFFER)) {
      variants.add(new Variant(row, "_copy", false, true));
    }
    return variants;
  }

  private static boolean has(Row<?> row, Kind kind) {
    return row.signature().arguments().stream().anyMatch(argument -> argument.kind() == kind);
  }

  /** The import, named {@code host_<module>_<function>}. */
  private String imported(Row<?> row) {
    List<String> parameters = new ArrayList<>();
    for (Argument argument : row.signature().arguments()) {
      String name = argument.name();
      parameters.addAll(switch (argument.kind()) {
        case REF -> List.of("externref " + name);
        case FLAG -> List.of("int32_t " + name);
        case STRING, TEXT, BYTES, FILL -> List.of(declare(argument.kind().c(), name), "size_t " + name + "_length");
        case BUFFER -> List.of("void *" + name, "int32_t cap");
        case CALLBACK -> List.of("skerry_callback " + name, "void *data");
        default -> List.of(declare(argument.kind().c(), name));
      });
    }
    String result = switch (row.signature().result()) {
      case REF -> "externref";
      case FLAG, STATUS -> "int32_t";
      default -> row.signature().result().c();
    };
    return wrap("IMPORT(" + result + ", " + prefix + ", " + row.name() + ", ", parameters, ");\n");
  }

  private static String declare(String type, String name) {
    return type.endsWith("*") ? type + name : type + " " + name;
  }

  private static String wrap(String before, List<String> parts, String after) {
    String line = before + (parts.isEmpty() ? "void" : String.join(", ", parts)) + after;
    return line.length() <= WIDTH ? line : before.stripTrailing() + "\n    " + String.join(", ", parts) + after;
  }

  /** A C comment of lines that are not too long. */
  private static String comment(String text) {
    return filled("/*", "  ", List.of(text.split(" "))) + " */\n";
  }

  /** Lines of words that are not too long. */
  private static String filled(String first, String others, List<String> words) {
    StringBuilder out = new StringBuilder(first);
    int column = first.length();
    for (String word : words) {
      if (column + 1 + word.length() > WIDTH) {
        out.append('\n').append(others);
        column = others.length();
      }
      out.append(' ').append(word);
      column += 1 + word.length();
    }
    return out.toString();
  }

  /** One C function of a row. */
  private final class Variant {

    private final Row<?> row;
    private final String suffix;
    private final boolean lengths;
    private final boolean allocates;
    private final String result;

    Variant(Row<?> row, String suffix, boolean lengths, boolean allocates) {
      this.row = row;
      this.suffix = suffix;
      this.lengths = lengths;
      this.allocates = allocates;
      result = allocates ? "char *" : row.signature().result().c();
    }

    String head(String type) {
      List<String> parameters = new ArrayList<>();
      for (Argument argument : row.signature().arguments()) {
        Kind kind = argument.kind();
        if (kind != Kind.BUFFER || !allocates) {
          parameters.add(declare(kind.c(), argument.name()));
        }
        if (kind == Kind.BYTES || kind == Kind.FILL || kind == Kind.TEXT && lengths) {
          parameters.add("size_t " + argument.name() + "_length");
        } else if (kind == Kind.CALLBACK) {
          parameters.add("void *data");
        } else if (kind == Kind.BUFFER && !allocates) {
          parameters.add("int32_t cap");
        }
      }
      return wrap(declare(type, name(row) + suffix) + "(", parameters, ")");
    }

    String body() {
      if (allocates) {
        return "  COPY(" + call("NULL", "0") + ", " + call("copy", "size") + ");\n";
      }
      String call = call("", "");
      return switch (row.signature().result()) {
        case NONE -> "  " + call + ";\n";
        case REF -> "  return hold(" + call + ");\n";
        case FLAG -> "  return " + call + " != 0;\n";
        case STATUS -> "  return " + call + " == 0;\n";
        default -> "  return " + call + ";\n";
      };
    }

    private String call(String buffer, String capacity) {
      Signature signature = row.signature();
      List<String> arguments = new ArrayList<>();
      for (Argument argument : signature.arguments()) {
        String name = argument.name();
        switch (argument.kind()) {
          case REF -> arguments.add("held(" + name + ")");
          case STRING -> arguments.addAll(List.of(name, "strlen(" + name + ")"));
          case TEXT -> arguments.addAll(List.of(name, lengths ? name + "_length" : "strlen(" + name + ")"));
          case BYTES, FILL -> arguments.addAll(List.of(name, name + "_length"));
          case BUFFER -> arguments.addAll(allocates ? List.of(buffer, capacity) : List.of(name, "cap"));
          case CALLBACK -> arguments.addAll(List.of(name, "data"));
          default -> arguments.add(name);
        }
      }
      return "host_" + name(row) + "(" + String.join(", ", arguments) + ")";
    }
  }
}
