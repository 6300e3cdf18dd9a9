package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.Awaited;
import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.wasm.Execution;
import dev.skerry.wasm.Trap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of a real guest, waited for by straight-line code. */
class WebFetchTest {

  private static final String FETCH = "web:fetch.";

  private final Requests requests = new Requests();
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    guest = Guest.of(new WebFetch(requests));
  }

  @AfterEach
  void close() {
    guest.close();
  }

  private Object result(String function, Object... arguments) {
    Object[] results = guest.results(FETCH + function, arguments);
    return results.length == 0 ? null : results[0];
  }

  private Object request(String url) {
    guest.put(0, url);
    return result("request", 0, url.length());
  }

  private Object withText(String function, Object handle, String text) {
    guest.put(0, text);
    return result(function, handle, 0, text.length());
  }

  /** Begins a call that waits, as the agent of a page does. */
  private Execution waiting(String function, Object... arguments) {
    Execution execution = guest.func(FETCH + function).start(arguments);
    assertEquals(Execution.State.SUSPENDED, execution.state());
    return execution;
  }

  private static Object resumed(Execution execution) {
    execution.resume(((Awaited<?>) execution.awaited()).results());
    return execution.results()[0];
  }

  @Test
  void givenARequestWhenItIsWrittenThenItIsMadeSoAndOnlyOnce() throws Exception {
    Object request = request("../x?y");
    assertEquals(0, withText("set_method", request, "put"));
    guest.put(0, "X-Namevalue");
    assertEquals(0, result("set_header", request, 0, 6, 6, 5));
    guest.put(0, "body");
    assertEquals(0, result("set_body", request, 0, 4));
    assertEquals(0, result("set_mode", request, 2));
    assertEquals(0, result("set_credentials", request, 2));
    assertEquals(0, result("set_redirect", request, 1));
    assertEquals(0, result("set_cache", request, 3));
    assertEquals(0, withText("set_referrer_policy", request, "no-referrer"));
    assertEquals(0, withText("set_integrity", request, "sha256-x"));
    assertEquals(0, result("start", request));
    assertEquals(-1, result("start", request));
    FetchRequest made = requests.made.get(0);
    assertEquals(1, requests.made.size());
    assertEquals("https://a.example/x?y", made.url().href());
    assertEquals("PUT", made.method());
    assertEquals("[Header[name=x-name, value=value]]", made.headers().toString());
    assertEquals(FetchRequest.Mode.SAME_ORIGIN, made.mode());
    assertEquals(FetchRequest.Credentials.INCLUDE, made.credentials());
    assertEquals(FetchRequest.Redirect.ERROR, made.redirect());
    assertEquals(FetchRequest.CacheMode.NO_CACHE, made.cacheMode());
    assertEquals("sha256-x", made.integrity());
    assertTrue(made.body() != null);
    assertTrue(assertThrows(Trap.class, () -> result("set_mode", request, 0)).getMessage().contains("made already"));
  }

  @Test
  void givenWhatFetchForbidsWhenAGuestAsksForItThenItIsRefused() {
    Object request = request("https://b.example/");
    assertNull(request("https://["));
    assertEquals(-1, withText("set_method", request, "TRACE"));
    assertEquals(-1, withText("set_method", request, "a b"));
    guest.put(0, "Cookiex");
    assertEquals(-1, result("set_header", request, 0, 6, 6, 1));
    assertEquals(-1, result("set_body", request, 0, 4), "GET has no body");
    assertEquals(-1, result("set_mode", request, 3));
    assertEquals(-1, result("set_mode", request, -1));
    assertEquals(-1, result("set_credentials", request, 3));
    assertEquals(-1, result("set_redirect", request, 3));
    assertEquals(-1, result("set_cache", request, 6));
    assertEquals(-1, withText("set_referrer_policy", request, "everything"));
  }

  @Test
  void givenASentRequestWhenTheHeadArrivesThenTheGuestGoesOnAndReadsTheBodyInPieces() {
    Execution sending = waiting("send", request("x"));
    requests.answer.complete(Requests.streamed());
    Object response = resumed(sending);
    assertEquals(201, result("status", response));
    assertEquals(0, result("type", response));
    assertEquals(1, result("redirected", response));
    assertEquals("https://a.example/answer".length(), result("url", response, 100, 100));
    assertEquals("https://a.example/answer", new String(guest.memory().read(100, 24)));
    guest.put(0, "X");
    assertEquals(1, result("header", response, 0, 1, 200, 8));
    assertEquals("y", new String(guest.memory().read(200, 1)));
    guest.put(0, "Z");
    assertEquals(-1, result("header", response, 0, 1, 200, 8));
    assertEquals(1, result("header_count", response));
    assertEquals(1, result("header_name", response, 0, 200, 8));
    assertEquals(1, result("header_value", response, 0, 200, 8));
    assertEquals(-1, result("header_value", response, 1, 200, 8));
    assertEquals(1, resumed(waiting("read", response, 300, 1)));
    assertEquals(1, result("read", response, 301, 8), "the rest is there already");
    assertArrayEquals(new byte[] {1, 2}, Arrays.copyOf(guest.memory().read(300, 2), 2));
    assertEquals(0, resumed(waiting("read", response, 300, 8)));
    assertEquals(0, result("read", response, 300, 8), "the end stays");
  }

  @Test
  void givenAFailureWhenTheGuestWaitsThenItLearnsThatAndNotWhy() {
    Object request = request("x");
    assertEquals(0, result("start", request));
    assertEquals(0, result("failure", request));
    requests.answer.completeExceptionally(new FetchError(FetchError.Reason.CORS, "u", "secret reason", null));
    assertNull(resumed(waiting("wait", request)));
    assertEquals(1, result("failure", request));
  }

  @Test
  void givenARequestThatIsAbortedWhenItIsAskedThenItsSignalWasGivenAndItSaysSo() {
    Object request = request("x");
    result("start", request);
    result("abort", request);
    assertTrue(requests.signals.get(0).isAborted());
    assertEquals(2, result("failure", request));
  }

  @Test
  void givenWrongHandlesAndOrderWhenAGuestCallsThenTheTrapNamesIt() {
    Object request = request("x");
    assertTrue(assertThrows(Trap.class, () -> result("wait", request)).getMessage().contains("not made yet"));
    assertTrue(assertThrows(Trap.class, () -> result("status", request)).getMessage().contains("a response"));
    assertTrue(assertThrows(Trap.class, () -> result("send", (Object) null)).getMessage().contains("null"));
    assertTrue(assertThrows(Trap.class, () -> result("send", request)).getMessage().contains("cannot wait here"));
    GuestResponse response = requests.response();
    response.cancel();
    assertEquals(0, result("read", response, 0, 8));
  }

  @Test
  void givenABufferThatIsNoMoreThereWhenTheBytesArriveThenTheCallTraps() {
    GuestResponse response = new GuestResponse(requests, Requests.streamed(), new AbortSignal());
    assertThrows(Trap.class, () -> result("read", response, Guest.END - 1, 2));
    assertThrows(Trap.class, () -> result("read", response, -1, 2));
    assertEquals(2, resumed(waiting("read", response, Guest.END - 2, 2)));
  }

  /** Found by the attack foreign-request: who held another document's request could make it, and read the answer. */
  @Test
  void givenARequestOrResponseOfAnotherDocumentThenEveryUseTraps() {
    Requests others = new Requests();
    GuestRequest request = others.unmade();
    GuestResponse response = others.response();
    for (String function : List.of("start", "wait", "send", "failure", "abort")) {
      assertTrue(assertThrows(Trap.class, () -> result(function, request)).getMessage()
          .contains("the request belongs to another document"), function);
    }
    assertTrue(assertThrows(Trap.class, () -> result("set_mode", request, 1)).getMessage()
        .contains("the request belongs to another document"));
    for (String function : List.of("status", "type", "redirected", "header_count", "cancel")) {
      assertTrue(assertThrows(Trap.class, () -> result(function, response)).getMessage()
          .contains("the response belongs to another document"), function);
    }
    assertTrue(assertThrows(Trap.class, () -> result("read", response, 0, 8)).getMessage()
        .contains("the response belongs to another document"));
    assertTrue(others.made.isEmpty() && requests.made.isEmpty());
  }
}
