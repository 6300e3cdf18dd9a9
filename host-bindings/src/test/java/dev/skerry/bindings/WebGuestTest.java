package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** A guest written by hand, {@code src/test/guests/counter.wat}, that listens, nests events, and uses a timer. */
class WebGuestTest {

  @Test
  void aGuestCountsClicksUntilItUnsubscribes() throws Exception {
    Document document = Jsoup.parse("<button id=button>+</button><output id=count>0</output>");
    List<String> lines = new ArrayList<>();
    Timers timers = new Timers();
    WebDom dom = new WebDom(document, Guest.RUNNER, 100);
    Engine engine = Engine.create();
    Module module = Module.compile(engine, Files.readAllBytes(Path.of("src/test/guests/counter.wasm")));
    try (Store store = engine.newStore()) {
      Linker linker = new Linker(store);
      List.of(new WebConsole((level, text) -> lines.add(text)), dom, new WebTimers(timers, Guest.RUNNER))
          .forEach(each -> each.define(linker));
      linker.instantiate(module).func("_start").orElseThrow().call();
      for (int click = 1; click <= 5; click++) {
        dom.dispatch(document.getElementById("button"), "click", true);
        assertEquals(String.valueOf(Math.min(click, 3)), document.getElementById("count").text());
      }
      assertEquals(List.of("counted", "counted", "counted"), lines);
      assertEquals(250, timers.started.get(0).delayMillis());
      timers.started.get(0).fire();
      assertEquals("ticked", document.getElementById("button").className());
    }
  }
}
