package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.ConsoleSink.Level;
import dev.skerry.bindings.WebModules;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every function of every {@code web:*} module, called in a page by guests that clang and wat2wasm made. */
final class EveryBindingTest extends PageTest {

  /** Holds back the answer to the request that a guest aborts. */
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void openGate() {
    gate.countDown();
  }

  /** What a guest logs beside its name; nothing where the call itself, or its callback, is the whole of it. */
  private Map<String, String> expected() {
    String here = sites.url("a", "/");
    Map<String, String> lines = new TreeMap<>();
    """
        dom.document 1|dom.query 1|dom.query_all 1|dom.list_length 2|dom.list_item 0|dom.text two
        dom.create_element em|dom.append_child em|dom.parent p|dom.tag_name #document|dom.set_text oneset|dom.remove 0
        dom.set_attribute gd|dom.remove_attribute none|dom.attribute #there|dom.event_type click|dom.event_target a
        dom.event_prevent 1|dom.event_stop 0|dom.dispatch_event 1|dom.remove_event_listener 1
        dom.add_event_listener|dom.click|dom.add_event_listener_ref
        console.debug|console.log|console.info|console.warn|console.error
        navigation.push_state 1|navigation.state 1|navigation.history_length 2|navigation.assign 0
        navigation.replace 0|navigation.reload|navigation.history_go
        storage.set 1|storage.get value|storage.key name|storage.length 1|storage.remove none|storage.clear 0
        crypto.random 1|crypto.uuid 36|crypto.digest 1
        messaging.self 1|messaging.parent 0|messaging.frame_count 1|messaging.frame 1|messaging.frame_of 1
        messaging.window_frame_count 1|messaging.window_frame 1|messaging.window_closed 0
        messaging.window_location none|messaging.window_navigate 0|messaging.channel 1|messaging.channel_port 1
        messaging.transfer 1|messaging.post 1|messaging.post_error SyntaxError: the target origin is no origin
        messaging.message_value 1|messaging.post_value 5|messaging.message_data to the window|messaging.on_message 1
        messaging.message_port_count 1|messaging.message_port 1|messaging.port_post to the port
        messaging.on_port_message 1|messaging.port_post_value 7|messaging.port_close 1|messaging.on_message_ref
        messaging.on_port_message_ref
        fetch.request 1|fetch.set_method 1|fetch.set_header 1|fetch.set_body 1|fetch.set_mode 1|fetch.set_credentials 1
        fetch.set_redirect 1|fetch.set_cache 1|fetch.set_referrer_policy 1|fetch.set_integrity 1|fetch.start 1
        fetch.wait 1|fetch.failure 0|fetch.status 200|fetch.type 0|fetch.redirected 0|fetch.header 42
        fetch.header_value 42|fetch.header_name 1|fetch.header_count 1|fetch.read 6|fetch.cancel 0|fetch.send 200
        fetch.abort 1
        performance.now 1|timers.queue_microtask|timers.set_timeout|timers.set_interval|timers.sleep 1|timers.clear 1
        timers.set_timeout_ref|timers.set_interval_ref|timers.queue_microtask_ref"""
        .lines().flatMap(line -> Arrays.stream(line.split("\\|"))).forEach(line -> put(lines, "web:" + line));
    put(lines, "web:navigation.location " + here);
    put(lines, "web:navigation.replace_state " + here + "replaced");
    put(lines, "web:messaging.window_parent " + here + "replaced");
    put(lines, "web:messaging.window_top " + here + "replaced");
    put(lines, "web:messaging.message_origin " + sites.origin("a"));
    put(lines, "web:messaging.message_source " + here + "replaced");
    put(lines, "web:fetch.url " + here + "data?1");
    return lines;
  }

  private static void put(Map<String, String> lines, String line) {
    int blank = line.indexOf(' ');
    lines.put(blank < 0 ? line : line.substring(0, blank), blank < 0 ? "" : line.substring(blank + 1));
  }

  private Page open() throws LoadError {
    for (int i = 1; i <= 3; i++) {
      sites.answer("a", "/data?" + i, 200, Map.of("content-type", "text/plain", "x-answer", "42"),
          "answer".getBytes(StandardCharsets.UTF_8));
    }
    sites.gate("a", "/data?3", gate);
    sites.wasm("a", "every", "every-ref").html("b", "/", "<p>in").html("a", "/", "<p>one</p><p>two</p>"
        + "<a href='#there'>link</a><iframe src='" + sites.url("b", "/") + "'></iframe>" + script("every"))
        .html("a", "/refs", script("every-ref"));
    return settled("a", "/");
  }

  private static void run(Page page, String export) {
    page.call(export);
    assertTrue(page.settle(LONG), () -> "did not settle: " + page.problems());
  }

  @Test
  void givenGuestsThatCallEachFunctionThenEachDoesWhatItSays() throws LoadError {
    Page page = open();
    run(page, "run");
    run(page, "back");
    assertEquals(sites.url("a", "/"), page.url());
    run(page, "reload");
    assertEquals(2, sites.requested().stream().filter("a/"::equals).count());
    page.navigate(sites.url("a", "/refs"), LONG);
    assertTrue(page.settle(LONG));
    run(page, "run");
    assertEquals(List.of(), messages(page));
    Map<String, String> said = new TreeMap<>();
    texts(page).stream().filter(line -> line.startsWith("web:")).forEach(line -> put(said, line));
    assertEquals(String.join("\n", expected().entrySet().toString().split(", ")),
        String.join("\n", said.entrySet().toString().split(", ")));
    assertFalse(texts(page).contains("a timer that was cleared"));
    for (Level level : Level.values()) {
      String name = "web:console." + level.name().toLowerCase(Locale.ROOT);
      assertTrue(page.console().stream().anyMatch(line -> line.level() == level && line.text().equals(name)), name);
    }
  }

  @Test
  void givenTheTablesThenEachFunctionIsAmongThem() {
    TreeSet<String> functions = new TreeSet<>();
    WebModules.tables().forEach(table ->
        table.rows().forEach(row -> functions.add(table.module() + "." + row.name())));
    assertEquals(String.join("\n", functions), String.join("\n", expected().keySet()));
  }
}
