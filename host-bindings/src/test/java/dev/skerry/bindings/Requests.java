package dev.skerry.bindings;

import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.ByteStream;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.StreamedResponse;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Requests that are answered when a test says so, with two bytes and a header. */
final class Requests implements FetchService {

  final List<FetchRequest> made = new ArrayList<>();
  final List<AbortSignal> signals = new ArrayList<>();
  final CompletableFuture<StreamedResponse> answer = new CompletableFuture<>();

  @Override
  public FetchRequest request(String url) throws UrlParseException {
    Url base = Url.parse("https://a.example/dir/");
    return new FetchRequest(Url.parse(url, base), FetchRequest.Mode.CORS, FetchRequest.Credentials.SAME_ORIGIN,
        FetchRequest.Destination.EMPTY, base.origin(), base);
  }

  @Override
  public CompletableFuture<StreamedResponse> fetch(FetchRequest request, AbortSignal signal) {
    made.add(request);
    signals.add(signal);
    return answer;
  }

  GuestRequest unmade() {
    try {
      return new GuestRequest(this, request("x").withMethod("POST"));
    } catch (UrlParseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A response whose first bytes are there. */
  GuestResponse response() {
    GuestResponse response = new GuestResponse(this, streamed(), new AbortSignal());
    response.arrive().join();
    return response;
  }

  static StreamedResponse streamed() {
    try {
      Url url = Url.parse("https://a.example/answer#part");
      return new StreamedResponse(new FetchResponse(url, List.of(url, url), 201, List.of(new Header("x", "y")),
          new byte[0], FetchResponse.Tainting.BASIC, FetchResponse.Type.BASIC, null, 0),
          ByteStream.of(new byte[] {1, 2}));
    } catch (UrlParseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
