package dev.skerry.bindings;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a module without code: it imports functions, exports each again as {@code module.name}, and exports a memory
 * and a table that holds some of the functions. Calling such an export calls the host function as the guest would.
 */
final class ModuleBytes {

  /** An imported function. */
  record Import(String module, String name, FuncType type) {
  }

  private ModuleBytes() {
  }

  /**
   * @param memory whether a memory of one page is exported as {@code memory}
   * @param table indices of imported functions for the table from element 1 on; element 0 and the last are null; no
   *     table when null
   */
  static byte[] of(List<Import> imports, boolean memory, List<Integer> table) {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    ByteArrayOutputStream types = new ByteArrayOutputStream();
    ByteArrayOutputStream functions = new ByteArrayOutputStream();
    ByteArrayOutputStream exports = new ByteArrayOutputStream();
    number(types, imports.size());
    number(functions, imports.size());
    number(exports, imports.size() + (memory ? 1 : 0) + (table == null ? 0 : 1));
    for (int i = 0; i < imports.size(); i++) {
      Import wanted = imports.get(i);
      types.write(0x60);
      types(types, wanted.type.params());
      types(types, wanted.type.results());
      name(functions, wanted.module);
      name(functions, wanted.name);
      functions.write(0);
      number(functions, i);
      name(exports, wanted.module + "." + wanted.name);
      exports.write(0);
      number(exports, i);
    }
    section(module, 1, types);
    section(module, 2, functions);
    if (table != null) {
      section(module, 4, bytes(1, 0x70, 0, table.size() + 2));
      name(exports, "__indirect_function_table");
      exports.writeBytes(new byte[] {1, 0});
    }
    if (memory) {
      section(module, 5, bytes(1, 0, 1));
      name(exports, "memory");
      exports.writeBytes(new byte[] {2, 0});
    }
    section(module, 7, exports);
    if (table != null) {
      ByteArrayOutputStream elements = bytes(1, 0, 0x41, 1, 0x0b);
      number(elements, table.size());
      table.forEach(index -> number(elements, index));
      section(module, 9, elements);
    }
    return module.toByteArray();
  }

  private static ByteArrayOutputStream bytes(int... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int value : values) {
      out.write(value);
    }
    return out;
  }

  private static void section(ByteArrayOutputStream module, int id, ByteArrayOutputStream content) {
    module.write(id);
    number(module, content.size());
    module.writeBytes(content.toByteArray());
  }

  private static void types(ByteArrayOutputStream out, List<ValType> types) {
    number(out, types.size());
    types.forEach(type -> out.write(type.code()));
  }

  private static void name(ByteArrayOutputStream out, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    number(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >= 0x80) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
