package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** A document's location, its session history, and clicks. */
class WebNavigationTest {

  private static final String N = "web:navigation.";

  @Test
  void aGuestSaysWhereItsDocumentGoes() throws Exception {
    Places places = new Places();
    Guest guest = Guest.of(new WebNavigation(places));
    int size = guest.call(N + "location", 0, 100);
    assertEquals("https://a.example/page", guest.get(0, size));
    assertEquals(0, guest.call(N + "assign", 0, guest.put(0, "next")));
    assertEquals(0, guest.call(N + "replace", 0, guest.put(0, "other")));
    assertEquals(-1, guest.call(N + "assign", 0, guest.put(0, "no url")));
    guest.results(N + "reload");
    guest.results(N + "history_go", -2);
    assertEquals(List.of("assign next", "replace other", "assign no url", "reload", "go -2"), places.visits);
    assertEquals(5, guest.call(N + "history_length"));
    guest.close();
  }

  @Test
  void statesAreValuesThatGoWithEntries() throws Exception {
    Places places = new Places();
    Guest guest = Guest.of(new WebNavigation(places));
    assertEquals(-1, guest.call(N + "state", 0, 100));
    guest.memory().putByte(50, (byte) 3);
    assertEquals(0, guest.call(N + "push_state", 50, 1, 0, guest.put(0, "next")));
    assertEquals(0, guest.call(N + "replace_state", 50, 1, 0, 0));
    assertEquals(-1, guest.call(N + "push_state", 50, 1, 0, guest.put(0, "no url")));
    assertEquals(List.of("push state next", "replace state ", "push state no url"), places.visits);
    assertEquals(1, guest.call(N + "state", 60, 100));
    assertEquals(3, guest.memory().read(60, 1)[0]);
    guest.memory().putByte(50, (byte) 99);
    assertEquals(-1, guest.call(N + "push_state", 50, 1, 0, 0), "no value");
    assertEquals(-1, guest.call(N + "push_state", 50, 2, 0, 0), "something behind the value");
    guest.close();
  }

  @Test
  void aClickIsAnEventThatBubblesAndThenTheActivationUnlessAListenerPreventsIt() throws Exception {
    Document document = Jsoup.parse("<p><a href=x>link</a>");
    Element link = document.selectFirst("a");
    List<Element> activated = new ArrayList<>();
    Guest guest = Guest.of(new WebDom(document, Guest.RUNNER, 10, new DomHooks() {
      @Override
      public void activated(Element element) {
        activated.add(element);
      }
    }));
    int[] prevents = {0};
    guest.onCallback = data -> {
      assertEquals(5, guest.call("web:dom.event_type", 0, 100));
      if (prevents[0] == 1) {
        guest.results("web:dom.event_prevent");
      }
    };
    guest.call("web:dom.add_event_listener", document.selectFirst("p"), 0, guest.put(0, "click"), Guest.CALLBACK, 0);
    guest.results("web:dom.click", link);
    prevents[0] = 1;
    guest.results("web:dom.click", link);
    assertEquals(List.of(link), activated);
    guest.traps("the document was passed where an element is needed", "web:dom.click", document);
    guest.close();
  }
}
