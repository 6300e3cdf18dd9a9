package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages between frames, as their sender and their receiver see them. */
class WebMessagingTest {

  private static final String M = "web:messaging.";
  private static final Message MESSAGE = new Message(buffer(1, 2, 3), "https://b.example:8080", Windows.FRAME,
      List.of(Windows.PORT));

  /** An ArrayBuffer of those bytes, as a value. */
  private static byte[] buffer(int... bytes) {
    ByteBuffer value = ByteBuffer.allocate(5 + bytes.length).order(ByteOrder.LITTLE_ENDIAN).put((byte) 12)
        .putInt(bytes.length);
    for (int one : bytes) {
      value.put((byte) one);
    }
    return value.array();
  }

  private final Windows windows = new Windows();
  private final WebMessaging messaging = new WebMessaging(windows, Guest.RUNNER);
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    guest = Guest.of(messaging);
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  @Test
  void windowsAreHandlesThatStayTheSame() {
    assertSame(Windows.TOP, guest.ref(M + "parent"));
    assertEquals(1, guest.call(M + "frame_count"));
    assertSame(Windows.FRAME, guest.ref(M + "frame", 0));
    assertNull(guest.ref(M + "frame", 1));
    assertNull(guest.ref(M + "frame", -1));
  }

  @Test
  void anIframeElementLeadsToItsWindowAndNothingElseDoes() {
    Document document = Jsoup.parse("<iframe></iframe><p>");
    assertSame(Windows.FRAME, guest.ref(M + "frame_of", document.selectFirst("iframe")));
    assertNull(guest.ref(M + "frame_of", document.selectFirst("p")));
    guest.traps("iframe is null where an element is needed", M + "frame_of", new Object[] {null});
    guest.traps("iframe is a handle of another kind", M + "frame_of", Windows.TOP);
  }

  @Test
  void aPostHandsOverACopy() {
    int length = guest.put(0, "data");
    int origin = guest.put(100, "https://c.example");
    assertEquals(0, guest.call(M + "post", Windows.TOP, 0, length, 100, origin));
    guest.put(0, "xxxx");
    Windows.Post post = windows.posts.get(0);
    assertSame(Windows.TOP, post.target());
    assertArrayEquals(buffer('d', 'a', 't', 'a'), post.data());
    assertEquals("https://c.example", post.targetOrigin());
  }

  @Test
  void aBadTargetOriginIsMinusOne() {
    int origin = guest.put(100, "no origin");
    assertEquals(-1, guest.call(M + "post", Windows.TOP, 0, 0, 100, origin));
  }

  @Test
  void onlyWindowsCanBePostedTo() {
    guest.traps("window is null where a window is needed", M + "post", null, 0, 0, 0, 0);
    guest.traps("window is a handle of another kind", M + "post", "text", 0, 0, 0, 0);
  }

  @Test
  void aDeliveredMessageIsThereForItsListenerAndThenGone() {
    List<String> seen = new ArrayList<>();
    guest.onCallback = data -> {
      int size = guest.call(M + "message_data", 0, 2);
      assertArrayEquals(new byte[2], guest.memory().read(0, 2), "too small a buffer stays untouched");
      assertEquals(3, size);
      guest.call(M + "message_data", 0, 3);
      int origin = guest.call(M + "message_origin", 10, 100);
      seen.add(data + " " + guest.memory().getByte(2) + " " + guest.get(10, origin));
      assertSame(Windows.FRAME, guest.ref(M + "message_source"));
    };
    guest.results(M + "on_message", Guest.CALLBACK, 7);
    messaging.deliver(MESSAGE);
    assertEquals(List.of("7 3 https://b.example:8080"), seen);
    assertEquals(-1, guest.call(M + "message_data", 0, 3));
    assertEquals(-1, guest.call(M + "message_origin", 0, 3));
    assertNull(guest.ref(M + "message_source"));
  }

  @Test
  void aValueIsPostedAsItIsAndReadAsItIs() {
    byte[] number = {4, 0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x3f};
    guest.memory().write(200, number, 0, number.length);
    int origin = guest.put(100, "*");
    assertEquals(0, guest.call(M + "post_value", Windows.TOP, 200, 9, 100, origin));
    assertEquals(0, guest.call(M + "port_post_value", Windows.PORT, 200, 9));
    assertArrayEquals(number, windows.posts.get(0).data());
    assertArrayEquals(number, windows.posts.get(1).data());
    List<Integer> seen = new ArrayList<>();
    guest.onCallback = data -> {
      seen.add(guest.call(M + "message_data", 0, 100));
      seen.add(guest.call(M + "message_value", 300, 8));
      seen.add(guest.call(M + "message_value", 300, 9));
      assertArrayEquals(number, guest.memory().read(300, 9));
    };
    guest.results(M + "on_message", Guest.CALLBACK, 7);
    messaging.deliver(new Message(number, "https://b.example", Windows.FRAME, List.of()));
    assertEquals(List.of(-1, 9, 9), seen);
    assertEquals(-1, guest.call(M + "message_value", 300, 9));
  }

  @Test
  void bytesAreAnArrayBufferForWhoReadsThemAsAValue() {
    guest.onCallback = data -> {
      assertEquals(8, guest.call(M + "message_value", 300, 8));
      assertArrayEquals(buffer(1, 2, 3), guest.memory().read(300, 8));
    };
    guest.results(M + "on_message", Guest.CALLBACK, 7);
    messaging.deliver(MESSAGE);
  }

  @Test
  void aRefusedPostSaysWhyUntilTheNextOne() {
    int origin = guest.put(100, "no origin");
    assertEquals(-1, guest.call(M + "post_error", 300, 100));
    assertEquals(-1, guest.call(M + "post", Windows.TOP, 0, 0, 100, origin));
    assertEquals("SyntaxError: the target origin is no origin", error());
    guest.memory().write(0, new byte[] {99}, 0, 1);
    assertEquals(-1, guest.call(M + "post_value", Windows.TOP, 0, 1, 100, guest.put(100, "*")));
    assertEquals("DataCloneError: at byte 0 is a kind of value that cannot be cloned (99)", error());
    guest.call(M + "transfer", Windows.PORT);
    assertEquals(-1, guest.call(M + "port_post", Windows.PORT, 0, 1));
    assertEquals("DataCloneError: a port to transfer is detached, or is the one that is posted to", error());
    assertEquals(0, guest.call(M + "port_post", Windows.PORT, 0, 1));
    assertEquals(-1, guest.call(M + "post_error", 300, 100));
  }

  private String error() {
    return guest.get(300, guest.call(M + "post_error", 300, 100));
  }

  @Test
  void withoutAListenerAMessageIsDropped() {
    messaging.deliver(MESSAGE);
    assertEquals(-1, guest.call(M + "message_data", 0, 3));
  }

  @Test
  void eachInstanceHasOneListener() throws Exception {
    List<String> seen = new ArrayList<>();
    Guest other = guest.beside(messaging);
    guest.onCallback = data -> seen.add("first " + data);
    other.onCallback = data -> seen.add("second " + data);
    guest.results(M + "on_message", Guest.CALLBACK, 1);
    other.results(M + "on_message_ref", other.func("test.callback"), 2);
    guest.results(M + "on_message", Guest.CALLBACK, 3);
    messaging.deliver(MESSAGE);
    assertEquals(List.of("first 3", "second 2"), seen);
  }

  @Test
  void aWindowShowsItsNeighboursToEveryoneAndItsLocationToItsOrigin() {
    assertSame(Windows.SELF, guest.ref(M + "self"));
    assertSame(Windows.TOP, guest.ref(M + "window_parent", Windows.SELF));
    assertSame(Windows.TOP, guest.ref(M + "window_top", Windows.SELF));
    assertEquals(1, guest.call(M + "window_frame_count", Windows.TOP));
    assertSame(Windows.SELF, guest.ref(M + "window_frame", Windows.TOP, 0));
    assertNull(guest.ref(M + "window_frame", Windows.TOP, 1));
    assertEquals(1, guest.call(M + "window_closed", Windows.FRAME));
    assertEquals(0, guest.call(M + "window_closed", Windows.TOP));
    assertEquals(18, guest.call(M + "window_location", Windows.SELF, 0, 100));
    assertEquals("https://a.example/", guest.get(0, 18));
    assertEquals(-1, guest.call(M + "window_location", Windows.TOP, 0, 100));
    guest.traps("window is a handle of another kind", M + "window_parent", Windows.PORT);
  }

  @Test
  void aWindowIsNavigatedWhereThatIsAllowed() {
    int length = guest.put(0, "/next");
    assertEquals(0, guest.call(M + "window_navigate", Windows.FRAME, 0, length));
    assertEquals(-1, guest.call(M + "window_navigate", Windows.TOP, 0, length));
    assertEquals(List.of("/next", "/next"), windows.visits);
  }

  @Test
  void aChannelHasTwoPorts() {
    Object channel = guest.ref(M + "channel");
    assertSame(Windows.PORT, guest.ref(M + "channel_port", channel, 0));
    assertSame(Windows.OTHER, guest.ref(M + "channel_port", channel, 1));
    assertNull(guest.ref(M + "channel_port", channel, 2));
    guest.traps("channel is a handle of another kind where a message channel is needed", M + "channel_port",
        Windows.PORT, 0);
  }

  @Test
  void portsGoWithTheNextMessageOfTheirInstanceOnceEach() {
    int origin = guest.put(100, "*");
    assertEquals(0, guest.call(M + "transfer", Windows.PORT));
    assertEquals(-1, guest.call(M + "transfer", Windows.PORT));
    assertEquals(0, guest.call(M + "post", Windows.TOP, 0, 1, 100, origin));
    assertEquals(0, guest.call(M + "post", Windows.TOP, 0, 1, 100, origin));
    assertEquals(0, guest.call(M + "transfer", Windows.PORT));
    assertEquals(0, guest.call(M + "port_post", Windows.OTHER, 0, 1));
    assertEquals(List.of(List.of(Windows.PORT), List.of(), List.of(Windows.PORT)),
        windows.posts.stream().map(Windows.Post::ports).toList());
  }

  @Test
  void aPortCannotTakeItselfAlong() {
    guest.call(M + "transfer", Windows.PORT);
    assertEquals(-1, guest.call(M + "port_post", Windows.PORT, 0, 1));
  }

  @Test
  void oneMessageTakesSixtyFourPortsAtMost() {
    for (int i = 0; i < 64; i++) {
      assertEquals(0, guest.call(M + "transfer", new PortHandle() { }));
    }
    assertEquals(-1, guest.call(M + "transfer", Windows.PORT));
  }

  @Test
  void aMessageOfAPortReachesThatPortsListenerWithItsPorts() {
    List<String> seen = new ArrayList<>();
    guest.onCallback = data -> {
      assertEquals(1, guest.call(M + "message_port_count"));
      assertSame(Windows.OTHER, guest.ref(M + "message_port", 0));
      assertNull(guest.ref(M + "message_port", 1));
      assertNull(guest.ref(M + "message_source"));
      assertEquals(0, guest.call(M + "message_origin", 10, 100));
      seen.add("listener " + data + ", byte " + guest.call(M + "message_data", 0, 1));
    };
    guest.results(M + "on_port_message", Windows.PORT, Guest.CALLBACK, 5);
    windows.listeners.get(Windows.PORT).accept(new Message(buffer(9), "", null, List.of(Windows.OTHER)));
    guest.results(M + "on_port_message_ref", Windows.PORT, guest.func("test.callback"), 6);
    windows.listeners.get(Windows.PORT).accept(new Message(buffer(9), "", null, List.of(Windows.OTHER)));
    assertEquals(List.of("listener 5, byte 1", "listener 6, byte 1"), seen);
    assertEquals(0, guest.call(M + "message_port_count"));
    assertNull(guest.ref(M + "message_port", 0));
  }

  @Test
  void aPortIsClosed() {
    guest.results(M + "port_close", Windows.PORT);
    assertEquals(List.of(Windows.PORT), windows.closed);
    guest.traps("port is null where a message port is needed", M + "port_close", new Object[] {null});
  }
}
