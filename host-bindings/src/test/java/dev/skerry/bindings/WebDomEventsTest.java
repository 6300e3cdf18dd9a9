package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Event dispatch by DOM §2.9. */
class WebDomEventsTest {

  private static final String D = "web:dom.";

  private final Document document = Jsoup.parse("<div id=outer><p id=inner>");
  private final Element outer = document.getElementById("outer");
  private final Element inner = document.getElementById("inner");
  private final List<Integer> seen = new ArrayList<>();
  private final WebDom dom = new WebDom(document, Guest.RUNNER, 10);
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    guest = Guest.of(dom);
    guest.onCallback = seen::add;
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  private int listen(Object target, String type, int data) {
    return guest.call(D + "add_event_listener", target, 0, guest.put(0, type), Guest.CALLBACK, data);
  }

  private void dispatch(Object target, String type, boolean bubbles) {
    guest.results(D + "dispatch_event", target, 0, guest.put(0, type), bubbles ? 1 : 0);
  }

  private void onCallback(IntConsumer then) {
    guest.onCallback = data -> {
      seen.add(data);
      then.accept(data);
    };
  }

  @Test
  void aBubblingEventClimbsToTheDocumentInOrder() {
    listen(document, "go", 4);
    listen(outer, "go", 3);
    listen(inner, "go", 1);
    listen(inner, "other", 9);
    guest.call(D + "add_event_listener_ref", inner, 0, guest.put(0, "go"), guest.func("test.callback"), 2);
    dispatch(inner, "go", true);
    assertEquals(List.of(1, 2, 3, 4), seen);
  }

  @Test
  void anEventThatDoesNotBubbleStaysAtItsTarget() {
    listen(outer, "go", 2);
    listen(inner, "go", 1);
    dispatch(inner, "go", false);
    assertEquals(List.of(1), seen);
  }

  @Test
  void theHostDispatchesToo() {
    listen(document, "load", 1);
    dom.dispatch(document, "load", false);
    assertEquals(List.of(1), seen);
  }

  @Test
  void aListenerSeesTypeAndTargetAndNobodyElseDoes() {
    listen(outer, "go", 1);
    onCallback(data -> {
      assertEquals("go", guest.get(100, guest.call(D + "event_type", 100, 10)));
      assertSame(inner, guest.ref(D + "event_target"));
    });
    dispatch(inner, "go", true);
    assertEquals(List.of(1), seen);
    assertEquals(-1, guest.call(D + "event_type", 100, 10));
    assertNull(guest.ref(D + "event_target"));
    guest.results(D + "event_stop");
  }

  @Test
  void stoppingKeepsTheEventFromAncestorsButNotFromSiblingListeners() {
    listen(inner, "go", 1);
    listen(inner, "go", 2);
    listen(outer, "go", 3);
    onCallback(data -> guest.results(D + "event_stop"));
    dispatch(inner, "go", true);
    assertEquals(List.of(1, 2), seen);
  }

  @Test
  void aRemovedListenerIsNotCalledEvenInTheMiddleOfADispatch() {
    int gone = listen(inner, "go", 1);
    guest.results(D + "remove_event_listener", gone);
    guest.results(D + "remove_event_listener", gone);
    guest.results(D + "remove_event_listener", 12345);
    listen(inner, "go", 2);
    int second = listen(inner, "go", 3);
    onCallback(data -> guest.results(D + "remove_event_listener", second));
    dispatch(inner, "go", false);
    assertEquals(List.of(2), seen);
  }

  @Test
  void aListenerAddedDuringADispatchIsForTheNextTargetAlone() {
    listen(inner, "go", 1);
    onCallback(data -> {
      if (data == 1) {
        listen(inner, "go", 2);
        listen(outer, "go", 3);
      }
    });
    dispatch(inner, "go", true);
    assertEquals(List.of(1, 3), seen);
  }

  @Test
  void thePathIsTheOneThatTheTreeHadAtFirst() {
    listen(inner, "go", 1);
    listen(outer, "go", 2);
    onCallback(data -> guest.results(D + "remove", inner));
    dispatch(inner, "go", true);
    assertEquals(List.of(1, 2), seen);
  }

  @Test
  void nestedEventsAreTheInnermostAndHaveALimit() {
    listen(inner, "go", 0);
    int[] depth = {0};
    onCallback(data -> {
      depth[0]++;
      dispatch(inner, "go", false);
    });
    guest.put(0, "go");
    Trap trap = assertThrows(Trap.class, () -> dispatch(inner, "go", false));
    assertEquals("host: web:dom.dispatch_event: events nest deeper than 32 levels", trap.getMessage());
    assertEquals(32, depth[0]);
    assertEquals(-1, guest.call(D + "event_type", 100, 10), "no event is left over");
  }

  @Test
  void whatARunnerThrowsPassesAndLeavesNoEventBehind() {
    listen(inner, "go", 1);
    onCallback(data -> {
      throw new GuestExit(3);
    });
    assertThrows(GuestExit.class, () -> dispatch(inner, "go", true));
    assertNull(guest.ref(D + "event_target"));
  }

  @Test
  void oneDocumentHasSoManyListenersAndNoMore() {
    guest.put(0, "go");
    for (int i = 0; i < 10_000; i++) {
      guest.call(D + "add_event_listener", inner, 0, 2, Guest.CALLBACK, 0);
    }
    guest.traps("the document has 10000 listeners already", D + "add_event_listener", inner, 0, 2, Guest.CALLBACK, 0);
  }

  @Test
  void anEventTypeHasALimitToo() {
    guest.traps("longer than 256 characters", D + "dispatch_event", inner, 0, 257, 0);
    assertEquals(List.of(), seen);
  }
}
