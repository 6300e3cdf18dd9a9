package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Local and session storage as a guest sees them. */
class WebStorageTest {

  private static final String S = "web:storage.";
  private static final int LOCAL = 0;
  private static final int SESSION = 1;
  private static final int NAME = 100;
  private static final int VALUE = 200;

  private final Places places = new Places();
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    guest = Guest.of(new WebStorage(places));
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  private int set(int area, String name, String value) {
    return guest.call(S + "set", area, NAME, guest.put(NAME, name), VALUE, guest.put(VALUE, value));
  }

  private String get(int area, String name) {
    int size = guest.call(S + "get", area, NAME, guest.put(NAME, name), 0, 90);
    return size < 0 ? null : guest.get(0, size);
  }

  @Test
  void aValueIsFoundAgainInItsAreaOnly() {
    assertEquals(0, set(LOCAL, "name", "wert \u20ac"));
    assertEquals("wert \u20ac", get(LOCAL, "name"));
    assertEquals(null, get(SESSION, "name"));
    assertEquals(0, set(LOCAL, "name", ""));
    assertEquals("", get(LOCAL, "name"));
  }

  @Test
  void namesKeepTheOrderInWhichTheyWereSet() {
    set(SESSION, "b", "1");
    set(SESSION, "a", "2");
    set(SESSION, "b", "3");
    assertEquals(2, guest.call(S + "length", SESSION));
    assertEquals(1, guest.call(S + "key", SESSION, 0, 0, 90));
    assertEquals("b", guest.get(0, 1));
    assertEquals(1, guest.call(S + "key", SESSION, 1, 0, 90));
    assertEquals("a", guest.get(0, 1));
    assertEquals(-1, guest.call(S + "key", SESSION, 2, 0, 90));
    assertEquals(-1, guest.call(S + "key", SESSION, -1, 0, 90));
  }

  @Test
  void aFullAreaRefusesAndStaysAsItWas() {
    set(LOCAL, "name", "value");
    assertEquals(-1, set(LOCAL, "name", "x".repeat(Places.Area.ROOM)));
    assertEquals("value", get(LOCAL, "name"));
  }

  @Test
  void whatIsRemovedIsGone() {
    set(LOCAL, "a", "1");
    set(LOCAL, "b", "2");
    guest.results(S + "remove", LOCAL, NAME, guest.put(NAME, "a"));
    assertEquals(null, get(LOCAL, "a"));
    guest.results(S + "clear", LOCAL);
    assertEquals(0, guest.call(S + "length", LOCAL));
  }

  @Test
  void anOpaqueOriginHasNoStorage() {
    places.opaque = true;
    guest.traps("SecurityError: a document of an opaque origin has no storage", S + "length", LOCAL);
    guest.traps("SecurityError", S + "set", SESSION, 0, 1, 0, 1);
  }

  @Test
  void thereAreTwoAreas() {
    guest.traps("area 2 is neither 0, local, nor 1, session", S + "length", 2);
    guest.traps("area -1 is neither", S + "clear", -1);
  }
}
