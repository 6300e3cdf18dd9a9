package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subresource Integrity §3.3, with the digests of {@code alert('Hello, world.');} that its text gives. */
class IntegrityTest {

  private static final String BODY = "alert('Hello, world.');";
  private static final String SHA256 = "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=";
  private static final String SHA384 = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO";
  private static final String SHA512 = "sha512-Q2bFTOhEALkN8hOms2FKTDLy7eugP2zFZ1T8LCvX42Fp3WoNr3bjZSAHeOsHrbV1Fu9/"
      + "A0EzCinRE7Af1ofPrw==";

  private final FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of((request, next) ->
      CompletableFuture.completedFuture(new NetworkResponse(200, List.of(), BODY.getBytes()))));

  @AfterEach
  void stop() {
    client.close();
  }

  private static FetchRequest request(Mode mode, String integrity) throws UrlParseException {
    Url page = Url.parse("http://a.localhost/");
    Url url = Url.parse(mode == Mode.NO_CORS ? "http://b.localhost/" : "http://a.localhost/x");
    return new FetchRequest(url, mode, Credentials.OMIT, Destination.SCRIPT, page.origin(), page)
        .withIntegrity(integrity);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      SHA256 + " | true",
      SHA384 + " | true",
      SHA512 + " | true",
      "SHA256-qznLcsROx4GACP2dm0UCKCzCG-HiZ1guq6ZZDob_Tng | true",
      SHA256 + "?option | true",
      "sha256-AAAA " + SHA256 + " | true",
      "sha256-AAAA | false",
      "sha256- | false",
      "sha256-*** | false",
      "sha512-AAAA " + SHA256 + " | false",
      "sha256-AAAA " + SHA512 + " | true",
      "md5-AAAA | true",
      "nonsense | true",
      "'' | true",
  })
  void theStrongestDigestsDecide(String integrity, boolean matches) throws Exception {
    FetchRequest request = request(Mode.CORS, integrity);
    if (matches) {
      assertEquals(BODY, new String(fetch(client, request).body()));
    } else {
      FetchError error = failure(client, request, Reason.INTEGRITY);
      assertTrue(error.getMessage().contains("none of the digests"), error.getMessage());
    }
  }

  @Test
  void anOpaqueResponseNeverMatches() throws Exception {
    failure(client, request(Mode.NO_CORS, SHA256), Reason.INTEGRITY);
    fetch(client, request(Mode.NO_CORS, ""));
  }
}
