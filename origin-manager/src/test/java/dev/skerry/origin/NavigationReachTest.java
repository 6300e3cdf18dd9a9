package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.AddressSpace;
import dev.skerry.fetch.ByteStream;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * How far a navigation reaches (Local Network Access): no further than the document that asks for it, whoever embeds
 * the frame, and whatever the frame has shown before.
 */
final class NavigationReachTest extends PageTest {

  private static final String PUBLIC = "http://public.example";

  private final Map<String, byte[]> pages = new ConcurrentHashMap<>(
      Map.of("/traveller.wasm", TestSites.guest("traveller")));

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().intercept(publicSite()).resolve("public.example:" + sites.port() + ":127.0.0.1");
  }

  /** Plays a public server; what it has no page for is asked for at the address that its name was bound to since. */
  private Interceptor publicSite() {
    return (request, next) -> {
      String path = request.url().path();
      if (!request.url().host().equals("public.example") || !pages.containsKey(path)) {
        return next.proceed(request);
      }
      String type = path.endsWith(".wasm") ? "application/wasm" : "text/html";
      return CompletableFuture.completedFuture(new NetworkResponse(200, List.of(new Header("content-type", type),
          new Header("access-control-allow-origin", "*")), ByteStream.of(pages.get(path)), AddressSpace.PUBLIC));
    };
  }

  private void publicPage(String path, String html) {
    pages.put(path, ("<!doctype html>" + html).getBytes(StandardCharsets.UTF_8));
  }

  /** A page of this machine with a frame of the public site. */
  private Page withFrame(String html) throws LoadError {
    publicPage("/frame", html);
    sites.html("local", "/", "<iframe src=" + PUBLIC + "/frame></iframe>").html("router", "/", "");
    return settled("local", "/");
  }

  private static String traveller(String url, String more) {
    return "<body data-url=\"" + url + "\">" + more + "<script type=module src=" + PUBLIC + "/traveller.wasm></script>";
  }

  private void act(Page page, Frame frame, String function) {
    frame.call(function);
    assertTrue(page.settle(LONG), () -> "did not settle: " + page.problems());
  }

  private void assertNothingWasAsked() {
    assertFalse(sites.requested().contains("router/"), () -> sites.requested().toString());
  }

  @Test
  void givenAPublicFrameInAPageOfThisMachineWhenItRefreshesToThisMachineThenNothingIsAsked() throws LoadError {
    withFrame("<meta http-equiv=refresh content='0;url=" + sites.url("router", "/") + "'>");
    assertNothingWasAsked();
  }

  @Test
  void givenAPublicFrameInAPageOfThisMachineWhenItsGuestNavigatesToThisMachineThenNothingIsAsked() throws LoadError {
    Page page = withFrame(traveller(sites.url("router", "/"), ""));
    act(page, page.top().children().get(0), "assign");
    assertNothingWasAsked();
  }

  @Test
  void givenAPublicFrameThatShowsADocumentWithoutAServerWhenItComesBackThenThatIsAsPublic() throws LoadError {
    String local = "<iframe src='" + sites.url("router", "/") + "'></iframe>";
    Page page = withFrame(traveller("data:text/html," + traveller(PUBLIC + "/end", local).replace('"', '\''), ""));
    publicPage("/end", "");
    Frame frame = page.top().children().get(0);
    act(page, frame, "assign");
    assertTrue(frame.url().startsWith("data:"), frame.url());
    act(page, frame, "assign");
    assertEquals(PUBLIC + "/end", frame.url());
    assertTrue(page.go(-1, LONG));
    assertTrue(page.settle(LONG));
    assertTrue(frame.url().startsWith("data:"), frame.url());
    assertNothingWasAsked();
  }

  @Test
  void givenAPublicPageWhoseNameIsBoundToThisMachineWhenItReloadsThenNothingIsAsked() throws LoadError {
    publicPage("/", traveller("/", ""));
    sites.html("public.example", "/", "of this machine");
    Page page = host.open(PUBLIC + ":" + sites.port() + "/");
    assertTrue(page.settle(LONG));
    pages.remove("/");
    act(page, page.top(), "reload");
    assertEquals(List.of(), sites.requested());
    page.reload(LONG);
    assertEquals(List.of("public.example/"), sites.requested(), "who opened the page reaches every address");
  }

  @Test
  void givenAPageOfThisMachineWhenItsPublicFrameIsNavigatedForItThenThisMachineIsReached() throws LoadError {
    Page page = withFrame("");
    page.top().children().get(0).navigate(sites.url("router", "/"), LONG);
    assertTrue(sites.requested().contains("router/"));
  }
}
