package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How guests name callbacks; timers stand for every function that takes one. */
class CallbacksTest {

  private static final String T = "web:timers.";

  private final Timers timers = new Timers();
  private final WebTimers module = new WebTimers(timers, Guest.RUNNER);

  @Test
  void aTableIndexOrAReferenceIsCalledWithItsData() throws Exception {
    try (Guest guest = Guest.of(module)) {
      List<Integer> seen = new ArrayList<>();
      guest.onCallback = seen::add;
      assertEquals(1, guest.call(T + "set_timeout", Guest.CALLBACK, 42, 250));
      assertEquals(2, guest.call(T + "set_interval_ref", guest.func("test.callback"), -1, 10));
      timers.started.forEach(timer -> timer.fire());
      assertEquals(List.of(42, -1), seen);
      assertEquals(List.of(250L, 10L), timers.started.stream().map(Timers.Started::delayMillis).toList());
      assertEquals(List.of(false, true), timers.started.stream().map(Timers.Started::repeat).toList());
    }
  }

  @Test
  void aNegativeDelayIsNone() throws Exception {
    try (Guest guest = Guest.of(module)) {
      guest.call(T + "set_timeout_ref", guest.func("test.callback"), 0, -5);
      guest.call(T + "set_interval", Guest.CALLBACK, 0, Integer.MIN_VALUE);
      assertTrue(timers.started.stream().allMatch(timer -> timer.delayMillis() == 0));
    }
  }

  @Test
  void clearHandsTheIdOn() throws Exception {
    try (Guest guest = Guest.of(module)) {
      guest.results(T + "clear", 7);
      assertEquals(List.of(7), timers.stopped);
    }
  }

  @Test
  void aBadCallbackIsRefusedWhenItIsRegistered() throws Exception {
    try (Guest guest = Guest.of(module)) {
      guest.traps("callback is null: element 0 of the table holds no function", T + "set_timeout", 0, 0, 0);
      guest.traps("callback is null: element 3", T + "set_timeout", Guest.HOLE, 0, 0);
      guest.traps("callback has type 'i32 i32 -> ' where 'i32 -> ' is needed", T + "set_timeout",
          Guest.WRONG_TYPE, 0, 0);
      guest.traps("callback 4 lies outside the table of 4 elements", T + "set_timeout", Guest.TABLE_SIZE, 0, 0);
      guest.traps("callback 4294967295 lies outside the table", T + "set_interval", -1, 0, 0);
      guest.traps("callback is null: the reference holds no function", T + "set_timeout_ref", null, 0, 0);
      guest.traps("callback has type", T + "set_interval_ref", guest.func("test.wrong"), 0, 0);
      assertTrue(timers.started.isEmpty());
    }
  }

  @Test
  void withoutATableThereAreNoTableCallbacks() throws Exception {
    try (Guest guest = Guest.bare(module)) {
      guest.traps("exports no function table named __indirect_function_table", T + "set_timeout", 1, 0, 0);
      assertEquals(1, guest.call(T + "set_timeout_ref", guest.func("test.callback"), 0, 0));
    }
  }
}
