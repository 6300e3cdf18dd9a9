package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What the tests of fetches say often. */
final class Fetching {

  static final FetchClient.Options QUICK =
      new FetchClient.Options(1 << 20, 16 << 10, 20, Duration.ofSeconds(60), List.of());

  /** A host that every resolver refuses without asking the network: a label has 63 characters at most. */
  static final String NO_HOST = "x".repeat(64) + ".invalid";

  private Fetching() {
  }

  static FetchResponse fetch(FetchClient client, FetchRequest request) throws Exception {
    return client.fetch(request).get(60, TimeUnit.SECONDS);
  }

  static FetchResponse get(FetchClient client, String url) throws Exception {
    return fetch(client, FetchRequest.document(Url.parse(url)));
  }

  /** The error of a fetch that must fail for that reason. */
  static FetchError failure(FetchClient client, FetchRequest request, FetchError.Reason reason) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> fetch(client, request));
    FetchError error = assertInstanceOf(FetchError.class, thrown.getCause());
    assertEquals(reason, error.reason(), error.getMessage());
    return error;
  }

  static FetchError failure(FetchClient client, String url, FetchError.Reason reason) throws UrlParseException {
    return failure(client, FetchRequest.document(Url.parse(url)), reason);
  }
}
