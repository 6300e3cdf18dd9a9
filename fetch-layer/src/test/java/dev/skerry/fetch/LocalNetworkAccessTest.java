package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Policies.url;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Refusal.Rule;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Local Network Access: a server on loopback, and documents that came from elsewhere. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class LocalNetworkAccessTest extends ProtocolTest {

  @BeforeEach
  void start() throws Exception {
    site.on("/x", 200, "x", "Access-Control-Allow-Origin: *");
  }

  private FetchRequest asked(AddressSpace space, String page, String url, Mode mode, Destination destination) {
    RequestClient document = Policies.client(page, PolicyContainer.EMPTY.at(space), FetchObserver.NONE);
    return new FetchRequest(url(url), mode, Credentials.OMIT, destination, document.origin(), document.url())
        .withClient(document).in(document.partition());
  }

  private FetchRequest fromSecurePage(AddressSpace space, String path) {
    return asked(space, "https://page.example/", site.origin("localhost") + path, Mode.CORS, Destination.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({
      "127.0.0.1, LOOPBACK", "127.255.0.9, LOOPBACK", "::1, LOOPBACK", "0.0.0.0, LOOPBACK", "0.1.2.3, LOOPBACK",
      "::, LOOPBACK", "10.0.0.1, LOCAL", "172.16.0.1, LOCAL", "172.31.255.255, LOCAL", "172.32.0.1, PUBLIC",
      "192.168.1.1, LOCAL", "169.254.169.254, LOCAL", "100.64.0.1, LOCAL", "100.127.255.255, LOCAL",
      "100.128.0.1, PUBLIC", "8.8.8.8, PUBLIC", "fe80::1, LOCAL", "fc00::1, LOCAL", "fd12::1, LOCAL", "fec0::1, LOCAL",
      "2001:4860::1, PUBLIC", "::ffff:127.0.0.1, LOOPBACK", "::ffff:10.0.0.1, LOCAL", "::ffff:8.8.8.8, PUBLIC",
      "64:ff9b::7f00:1, LOOPBACK", "64:ff9b::a00:1, LOCAL", "2002:7f00:1::, LOOPBACK", "2002:808:808::, PUBLIC",
  })
  void section21AnAddressHasASpace(String address, AddressSpace expected) throws Exception {
    assertEquals(expected, AddressSpace.of(InetAddress.getByName(address)));
  }

  @Test
  void section3ADocumentReachesItsOwnSpaceAndMorePublicOnes() throws Exception {
    assertEquals("x", new String(fetch(client, fromSecurePage(AddressSpace.LOOPBACK, "/x")).body()));
  }

  @ParameterizedTest
  @CsvSource({"PUBLIC", "LOCAL"})
  void section3AMorePrivateSpaceIsOutOfReachAndNoByteIsSentThere(AddressSpace space) {
    FetchError error = failure(client, fromSecurePage(space, "/x"), Reason.BLOCKED);
    assertEquals(Rule.LOCAL_NETWORK_ACCESS, error.refusal().orElseThrow().rule());
    assertEquals(List.of(), site.seen());
  }

  @Test
  void section3FramesImagesAndLiteralAddressesAreNoWayAround() {
    for (String host : List.of("localhost", "127.0.0.1", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "0.0.0.0")) {
      failure(client, asked(AddressSpace.PUBLIC, "https://page.example/", site.origin(host) + "/x", Mode.NAVIGATE,
          Destination.IFRAME).withClient(Policies.client("http://page.example/", PolicyContainer.EMPTY,
          FetchObserver.NONE)), Reason.BLOCKED);
    }
    assertEquals(List.of(), site.seen());
  }

  @Test
  void section3ANameThatLeadsThereIsCheckedAtItsAddress() throws Exception {
    try (FetchClient rebound = protocol.builder().options(new FetchClient.Options(1 << 20, 16 << 10, 20,
        Fetching.QUICK.timeout(), List.of("rebind.example:" + site.port() + ":127.0.0.1"))).build()) {
      String page = site.origin("rebind.example") + "/";
      failure(rebound, asked(AddressSpace.PUBLIC, page, page + "x", Mode.SAME_ORIGIN, Destination.EMPTY),
          Reason.BLOCKED);
      fetch(rebound, FetchRequest.document(url(page + "x")));
      failure(rebound, asked(AddressSpace.PUBLIC, page, page + "x", Mode.SAME_ORIGIN, Destination.EMPTY),
          Reason.BLOCKED);
    }
    assertEquals(1, site.seen().size(), "a connection that a person's load left open is not used either");
  }

  @Test
  void section3TheEmbedderGrantsToSecureContextsAlone() throws Exception {
    LocalNetworkGrants grants = (requester, target, space) -> requester.host().equals("page.example")
        && space == AddressSpace.LOOPBACK && target.path().startsWith("/x");
    try (FetchClient granting = protocol.builder().localNetwork(grants).build()) {
      fetch(granting, fromSecurePage(AddressSpace.PUBLIC, "/x"));
      failure(granting, fromSecurePage(AddressSpace.PUBLIC, "/y"), Reason.BLOCKED);
      failure(granting, asked(AddressSpace.PUBLIC, "http://page.example/", site.origin("localhost") + "/x", Mode.CORS,
          Destination.EMPTY), Reason.BLOCKED);
      failure(granting, asked(AddressSpace.PUBLIC, "https://other.example/", site.origin("localhost") + "/x",
          Mode.CORS, Destination.EMPTY), Reason.BLOCKED);
    }
  }

  /** A link that plays a public server, for there is none here. */
  private static Interceptor publicServer(String location) {
    return (request, next) -> request.url().host().endsWith(".example")
        ? CompletableFuture.completedFuture(new NetworkResponse(302,
            Policies.headers("Location: " + location, "Access-Control-Allow-Origin: *"), ByteStream.of(new byte[0]),
            AddressSpace.PUBLIC)) : next.proceed(request);
  }

  @Test
  void section3ARedirectIsCheckedAgainAlsoOfWhatAPersonOpened() throws Exception {
    try (FetchClient redirected = protocol.builder()
        .interceptor(publicServer(site.origin("localhost") + "/x")).build()) {
      failure(redirected, "http://public.example/", Reason.BLOCKED);
      assertEquals(List.of(), site.seen());
      fetch(redirected, FetchRequest.document(site.url("localhost", "/x")));
    }
  }

  @Test
  void section3AResponseFromAPrivateSpaceIsRefusedWhereverItWasKept() throws Exception {
    Interceptor cache = (request, next) -> CompletableFuture.completedFuture(new NetworkResponse(200,
        Policies.headers("Access-Control-Allow-Origin: *"), ByteStream.of(new byte[1]), AddressSpace.LOCAL));
    try (FetchClient caching = protocol.builder().interceptor(cache).build()) {
      failure(caching, fromSecurePage(AddressSpace.PUBLIC, "/x"), Reason.BLOCKED);
    }
  }

  @Test
  void aResponseKnowsWhereItCameFromUnlessItIsAnotherOrigins() throws Exception {
    assertEquals(AddressSpace.LOOPBACK, fetch(client, FetchRequest.document(site.url("localhost", "/x")))
        .addressSpace());
    assertEquals(null, fetch(client, fromSecurePage(AddressSpace.LOOPBACK, "/x")).addressSpace());
    assertEquals(null, fetch(client, FetchRequest.document(url("data:,x"))).addressSpace());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "deny * | false", "allow localhost | true", "allow *.localhost | false", "allow 127.1 | false",
      "deny localhost/x | false", "deny localhost/y | true", "deny ftp://localhost | true",
      "deny OWN://LOCALHOST | false", "allow OWN://localhost/x deny * | true", "deny * allow localhost | false",
      "deny localhost:1 | true", "deny localhost. | false", "^^ | true",
  })
  void theEmbeddersFirstMatchingRuleDecides(String rules, boolean allowed) throws Exception {
    String[] words = rules.isEmpty() ? new String[0]
        : rules.replace("OWN", protocol.scheme().toUpperCase(Locale.ROOT)).split(" ");
    EmbedderRules built = EmbedderRules.none();
    for (int i = 0; i < words.length; i += 2) {
      built = words[i].equals("allow") ? built.allow(words[i + 1]) : built.deny(words[i + 1]);
    }
    try (FetchClient ruled = protocol.builder().interceptor(built).build()) {
      FetchRequest request = FetchRequest.document(site.url("localhost", "/x"));
      if (allowed) {
        fetch(ruled, request);
      } else {
        assertEquals(Rule.EMBEDDER, failure(ruled, request, Reason.BLOCKED).refusal().orElseThrow().rule());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "http://", "a b", "*.*.x", "x:y", "x:1:2", "[::1", "http://x?q"})
  void aRuleThatIsNoneIsNamed(String pattern) {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
        () -> EmbedderRules.none().deny(pattern));
    assertTrue(error.getMessage().contains("\"" + pattern + "\""), error.getMessage());
  }

  @Test
  void aRuleNamesAddressesInAnyNotation() throws Exception {
    EmbedderRules rules = EmbedderRules.none().deny("0x7f.1").deny("[0:0::1]");
    try (FetchClient ruled = protocol.builder().interceptor(rules).build()) {
      failure(ruled, site.origin("127.0.0.1") + "/x", Reason.BLOCKED);
      failure(ruled, site.origin("[::1]") + "/x", Reason.BLOCKED);
      failure(ruled, site.origin("[::ffff:127.0.0.1]") + "/x", Reason.BLOCKED);
      fetch(ruled, FetchRequest.document(site.url("localhost", "/x")));
    }
  }
}
