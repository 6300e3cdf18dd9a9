package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Types and limits that an embedder makes hold what those of modules must hold. */
class EmbedderTypesTest {

  private static final Limits ONE = Limits.bounded(1, 1);

  private static void assertRefused(String why, Executable making) {
    String message = assertThrows(IllegalArgumentException.class, making).getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void givenALowerBoundAboveTheUpperOneThenItIsRefused() {
    assertRefused("a lower bound of 2 is above the upper one, 1", () -> Limits.bounded(2, 1));
    assertRefused("a lower bound of 18446744073709551615", () -> Limits.bounded(-1, 5));
    assertEquals(5, new Limits(5, Limits.UNBOUNDED).min());
  }

  @Test
  void givenATableOfNumbersThenItIsRefused() {
    assertRefused("a table holds references, not i32", () -> new TableType(ValType.I32, ONE));
    assertRefused("indices of type i32 or i64, not f32", () -> new TableType(ValType.FUNCREF, ONE, ValType.F32));
  }

  @Test
  void givenAMemoryWithOddAddressesThenItIsRefused() {
    assertRefused("addresses of type i32 or i64, not funcref", () -> new MemoryType(ONE, false, ValType.FUNCREF));
    assertRefused("needs an upper limit",
        () -> new MemoryType(new Limits(1, Limits.UNBOUNDED), true, ValType.I32));
  }

  @Test
  void givenNegativeLimitsOfAStoreThenTheyAreRefused() {
    StoreLimits d = StoreLimits.DEFAULT;
    assertRefused("cannot be negative", () -> d.withMemoryBytes(-1));
    assertRefused("-2 table elements", () -> new StoreLimits(1, -2, 1, 1, 1));
    assertRefused("-3 instances", () -> new StoreLimits(1, 1, -3, 1, 1));
    assertRefused("-4 bytes of stack", () -> new StoreLimits(1, 1, 1, -4, 1));
    assertRefused("nesting -5", () -> new StoreLimits(1, 1, 1, 1, -5));
  }
}
