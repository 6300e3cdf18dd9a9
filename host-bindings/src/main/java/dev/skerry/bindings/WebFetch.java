package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchRequest.Redirect;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.ReferrerPolicy;
import dev.skerry.fetch.RequestBody;
import dev.skerry.fetch.UrlParseException;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * {@code web:fetch}: requests of one document (Fetch §5). A request is written, made once, and waited for; its
 * response's body is read in pieces. Guests learn of a failure that there was one, and never why: that would tell of
 * servers which they may not read; the page's report has it.
 */
public final class WebFetch extends WebModule<WebFetch> {

  /** Those that a guest can choose. */
  private static final List<Mode> MODES = List.of(Mode.CORS, Mode.NO_CORS, Mode.SAME_ORIGIN);

  static final BindingTable<WebFetch> TABLE = BindingTable.of("web:fetch", Capability.NETWORK,
      "Requests under the rules of the web (Fetch 5): CORS, content security policy and cookies as for a script.",
      row("request", "string url -> ref",
          "A new request: GET, mode cors, credentials same-origin. The URL is relative to the document's base; null "
              + "when it is none, or has a user name or password.", WebFetch::request),
      row("set_method", "ref request, string method -> status", "Sets the method; refused where Fetch forbids it.",
          (fetch, call) -> fetch.write(call, request -> request.withMethod(call.string(1)))),
      row("set_header", "ref request, string name, text value -> status",
          "Adds a header; refused where Fetch forbids it.",
          (fetch, call) -> fetch.write(call, request -> request.withHeader(call.string(1), call.string(3)))),
      row("set_body", "ref request, bytes data -> status",
          "Sets the body, a copy; set the method first, GET and HEAD have none.", (fetch, call) -> fetch.setBody(call)),
      row("set_mode", "ref request, i32 mode -> status", "Sets the mode: 0 cors, 1 no-cors, 2 same-origin.",
          (fetch, call) -> fetch.choose(call, MODES, FetchRequest::withMode)),
      row("set_credentials", "ref request, i32 credentials -> status",
          "Sets who gets cookies: 0 nobody, 1 the document's own origin, 2 every origin that allows it.",
          (fetch, call) -> fetch.choose(call, List.of(Credentials.values()), FetchRequest::withCredentials)),
      row("set_redirect", "ref request, i32 redirect -> status", "Sets what redirects do: 0 follow, 1 error, 2 manual.",
          (fetch, call) -> fetch.choose(call, List.of(Redirect.values()), FetchRequest::withRedirect)),
      row("set_cache", "ref request, i32 cache -> status", "Sets the cache mode: 0 default, 1 no-store, 2 reload, "
              + "3 no-cache, 4 force-cache, 5 only-if-cached.",
          (fetch, call) -> fetch.choose(call, List.of(CacheMode.values()), FetchRequest::withCacheMode)),
      row("set_referrer_policy", "ref request, string policy -> status", "Sets how much of the referrer is told.",
          (fetch, call) -> fetch.setReferrerPolicy(call)),
      row("set_integrity", "ref request, string metadata -> status",
          "Sets the digests of which the body must have one (Subresource Integrity).",
          (fetch, call) -> fetch.write(call, request -> request.withIntegrity(call.string(1)))),
      row("start", "ref request -> status", "Makes the request, and does not wait; refused where it was made.",
          WebFetch::start),
      row("wait", "ref request -> ref",
          "Waits for the head of the response; null where there is none: a network error, or aborted.",
          WebFetch::waitFor),
      row("send", "ref request -> ref", "The same as start and wait.", WebFetch::send),
      row("failure", "ref request -> i32", "Why there is no response: 0 it did not fail, 1 network error, 2 aborted.",
          (fetch, call) -> call.result(fetch.made(call).failure().ordinal())),
      row("abort", "ref request ->", "Ends the request, or the body of its response, wherever it is.",
          (fetch, call) -> fetch.made(call).abort()),
      row("status", "ref response -> i32", "The HTTP status; 0 of an opaque response.",
          (fetch, call) -> call.result(fetch.response(call).head().status())),
      row("type", "ref response -> i32", "The response type: 0 basic, 1 cors, 2 opaque, 3 opaque redirect.",
          (fetch, call) -> call.result(fetch.response(call).head().type().ordinal())),
      row("url", "ref response, buffer buf -> size", "The URL after redirects, without its fragment.",
          (fetch, call) -> fetch.url(call)),
      row("redirected", "ref response -> flag", "Whether redirects led there.",
          (fetch, call) -> call.result(fetch.response(call).head().urlList().size() > 1 ? 1 : 0)),
      row("header", "ref response, string name, buffer buf -> size",
          "The values of a header, joined by commas; -1 when there is none that the document may see.",
          (fetch, call) -> fetch.header(call)),
      row("header_count", "ref response -> i32", "How many header fields the document may see.",
          (fetch, call) -> call.result(fetch.response(call).head().headers().size())),
      row("header_name", "ref response, i32 index, buffer buf -> size",
          "The name of a header field, in lower case; -1 beyond the last.",
          (fetch, call) -> fetch.field(call, FetchResponse.Header::name)),
      row("header_value", "ref response, i32 index, buffer buf -> size",
          "The value of a header field; -1 beyond the last.",
          (fetch, call) -> fetch.field(call, FetchResponse.Header::value)),
      row("read", "ref response, fill buf -> size",
          "Waits for bytes of the body and takes as many as fit; their number, 0 at the end, -1 when it failed.",
          (fetch, call) -> fetch.read(call)),
      row("cancel", "ref response ->", "Says that nobody reads the rest of the body.",
          (fetch, call) -> fetch.response(call).cancel()));

  private final FetchService service;

  public WebFetch(FetchService service) {
    super(TABLE, WebFetch.class);
    this.service = service;
  }

  private void request(Call call) {
    String url = call.string(0);
    GuestRequest request;
    try {
      request = new GuestRequest(service, service.request(url));
    } catch (UrlParseException none) {
      request = null;
    }
    call.result(request);
  }

  private GuestRequest made(Call call) {
    GuestRequest request = call.handle(0, GuestRequest.class, "a request");
    if (request.owner() != service) {
      throw call.trap("the request belongs to another document");
    }
    return request;
  }

  private GuestResponse response(Call call) {
    GuestResponse response = call.handle(0, GuestResponse.class, "a response");
    if (response.owner() != service) {
      throw call.trap("the response belongs to another document");
    }
    return response;
  }

  /** A request that is not made yet. */
  private GuestRequest unmade(Call call) {
    GuestRequest request = made(call);
    if (request.isMade()) {
      throw call.trap("the request was made already");
    }
    return request;
  }

  private void write(Call call, UnaryOperator<FetchRequest> change) {
    call.result(unmade(call).write(change) ? 0 : Call.NONE);
  }

  /** Sets one of the values of an enumeration. */
  private interface Setter<T> {
    FetchRequest set(FetchRequest request, T value);
  }

  private <T> void choose(Call call, List<T> values, Setter<T> setter) {
    long index = call.u32(1);
    GuestRequest request = unmade(call);
    if (index >= values.size()) {
      call.result(Call.NONE);
    } else {
      call.result(request.write(written -> setter.set(written, values.get((int) index))) ? 0 : Call.NONE);
    }
  }

  private void setBody(Call call) {
    byte[] body = call.bytes(1);
    write(call, request -> request.withBody(RequestBody.of(body, "")));
  }

  private void setReferrerPolicy(Call call) {
    String name = call.string(1);
    write(call, request -> request.withReferrerPolicy(ReferrerPolicy.parse(name)
        .orElseThrow(() -> new IllegalArgumentException(name))));
  }

  private void start(Call call) {
    GuestRequest request = made(call);
    boolean first = !request.isMade();
    if (first) {
      request.make();
    }
    call.result(first ? 0 : Call.NONE);
  }

  private void waitFor(Call call) {
    GuestRequest request = made(call);
    if (!request.isMade()) {
      throw call.trap("the request was not made yet");
    }
    call.<GuestResponse>await(request::response, Call::result);
  }

  private void send(Call call) {
    GuestRequest request = unmade(call);
    call.<GuestResponse>await(() -> {
      request.make();
      return request.response();
    }, Call::result);
  }

  private void url(Call call) {
    FetchResponse head = response(call).head();
    boolean hidden = head.type() == FetchResponse.Type.OPAQUE;
    call.answer(1, hidden ? "" : head.url().withoutFragment().href());
  }

  private void header(Call call) {
    FetchResponse head = response(call).head();
    call.answer(3, head.header(call.string(1).toLowerCase(Locale.ROOT)).orElse(null));
  }

  /** What to tell of a header field. */
  private interface Part {
    String of(FetchResponse.Header field);
  }

  private void field(Call call, Part part) {
    FetchResponse.Header field = response(call).header(call.u32(1));
    call.answer(2, field == null ? null : part.of(field));
  }

  private void read(Call call) {
    GuestResponse response = response(call);
    call.memory().check("buf", call.u32(1), call.u32(2));
    if (response.isReading()) {
      throw call.trap("the body is being read already");
    }
    if (response.isReady() || call.u32(2) == 0) {
      take(call, response);
    } else {
      call.<Boolean>await(response::arrive, (again, arrived) -> {
        if (arrived) {
          take(again, response);
        } else {
          again.result(Call.NONE);
        }
      });
    }
  }

  private static void take(Call call, GuestResponse response) {
    byte[] bytes = response.take((int) Math.min(Integer.MAX_VALUE, call.u32(2)));
    call.memory().write("buf", call.u32(1), bytes, 0, bytes.length);
    call.result(bytes.length);
  }
}
