package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Kind;
import dev.skerry.bindings.abi.Signature;
import dev.skerry.bindings.reference.CLibrary;
import dev.skerry.bindings.reference.ReferencePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference page is what the tables say; {@code -Dskerry.bless=true} writes what comes out now. */
class ReferencePageTest {

  private static final Path FILE = Path.of("REFERENCE.md");

  private static final String HEAD = """
      # What guests may call

      Made from the tables of the host modules (`ReferencePageTest`). Strings are UTF-8. The words of a signature:

      | word | Wasm values | in C |
      |---|---|---|
      | `i32`, `i64`, `f32`, `f64` | themselves | `int32_t`, `int64_t`, `float`, `double` |
      | `flag` | `i32`, 0 is false | `bool` |
      | `ref` | `externref`: an object of the host, or null | `skerry_ref` |
      | `string`, `text` | pointer and length | `const char *`; for `text` a twin `_n` takes the length |
      | `bytes`, `fill` | pointer and length | `const void *` or `void *`, and `size_t` |
      | `buffer` | pointer and capacity; written only if the whole result fits | `void *` and `int32_t`; a twin \
      `_copy` allocates |
      | `callback` | index in the exported `__indirect_function_table` of a function of type `i32 ->`, and its \
      argument | `skerry_callback` and `void *` |
      | `funcref` | a function of that type | not in C |
      | `size` (result) | `i32`: the size of the whole result in bytes, -1 where there is none | `int32_t` |
      | `status` (result) | `i32`: 0, or -1 where it was refused | `bool` |

      A pointer outside the caller's exported `memory`, a handle of another kind and a wrong callback are traps that
      name function and argument.
      """;

  @Test
  void theReferencePageIsWhatTheTablesSay() throws IOException {
    try (WasiPreview1 wasi = new WasiPreview1(WasiPreview1.Config.inPage((level, text) -> { }, new Timers()))) {
      String page = ReferencePage.of(HEAD, WebModules.tables(), wasi.name(), wasi.capability(),
          "WASI preview 1; results are error numbers.", wasi.functions());
      if (Boolean.getBoolean("skerry.bless")) {
        Files.writeString(FILE, page);
      }
      assertEquals(Files.readString(FILE), page, () -> FILE + " (-Dskerry.bless=true takes what comes out now)");
    }
  }

  @Test
  void everyFunctionHasASentenceAndEveryModuleOneOrMore() {
    for (BindingTable<?> table : WebModules.tables()) {
      assertTrue(table.documentation().endsWith("."), table::module);
      table.rows().forEach(row ->
          assertTrue(row.documentation().endsWith("."), () -> table.module() + "." + row.name()));
    }
  }

  @Test
  void aSignatureIsItsWordsAndTheirWasmValues() {
    Signature signature = Signature.parse("ref root, string selector, buffer buf, callback callback -> size");
    assertEquals("externref i32 i32 i32 i32 i32 i32 -> i32", signature.type().toString());
    assertEquals(List.of("root", "selector", "selector_len", "buf", "cap", "callback", "data"),
        signature.slots().stream().map(slot -> slot.name()).toList());
    assertEquals(Kind.BUFFER, signature.arguments().get(2).kind());
    assertEquals(3, signature.arguments().get(2).slot());
  }

  @Test
  void anUnknownWordOfASignatureIsNamed() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Signature.parse("int x ->"));
    assertEquals("'int' is no type of a binding's signature", error.getMessage());
  }

  @Test
  void cLeavesOutWhatItCannotSay() {
    String prototypes = CLibrary.prototypes(List.of(WebTimers.TABLE));
    assertTrue(prototypes.contains("int32_t timers_set_timeout(skerry_callback callback, void *data, int32_t ms);"),
        prototypes);
    assertTrue(!prototypes.contains("set_timeout_ref"), prototypes);
  }
}
