package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.FetchResponse.Tainting;
import dev.skerry.fetch.Refusal.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Fetch params (Fetch §2.1): the state of one fetch, and what its redirects have made of the request. Used by one
 * thread at a time, each the one that completed the step before.
 */
final class FetchParams {

  final FetchRequest request;
  /** The request's origin; opaque where a person started the load. */
  final Origin origin;
  final AbortSignal signal;
  final long startNanos = System.nanoTime();
  private final long timeoutNanos;
  final List<Url> urlList = new ArrayList<>();
  String method;
  List<Header> headers;
  RequestBody body;
  Tainting tainting = Tainting.BASIC;
  ReferrerPolicy referrerPolicy;
  /** The most public address space of the servers that redirected the request; null for none. */
  AddressSpace redirectedFrom;

  FetchParams(FetchRequest request, long timeoutNanos, AbortSignal signal) {
    this.request = request;
    this.timeoutNanos = timeoutNanos;
    this.signal = signal;
    origin = request.origin() == null ? Origin.opaque() : request.origin();
    urlList.add(request.url());
    method = request.method();
    headers = request.headers();
    body = request.body();
    referrerPolicy = request.referrerPolicy();
  }

  Url currentUrl() {
    return urlList.get(urlList.size() - 1);
  }

  /** What is left of the fetch's time; zero or less for nothing. */
  long nanosLeft() {
    return timeoutNanos - (System.nanoTime() - startNanos);
  }

  /** Whether credentials go with the request (Fetch §4.6, includeCredentials). */
  boolean includesCredentials() {
    boolean wanted = request.credentials() == Credentials.INCLUDE
        || request.credentials() == Credentials.SAME_ORIGIN && tainting == Tainting.BASIC;
    return wanted && CrossOriginResourcePolicy.allowsCredentials(request, currentUrl(),
        RedirectTaint.of(urlList, origin));
  }

  /** Serialising a request origin (Fetch §2.2.5): {@code null} once the redirects have tainted it. */
  String serialisedOrigin() {
    return RedirectTaint.of(urlList, origin) == RedirectTaint.SAME_ORIGIN ? origin.toString() : "null";
  }

  <T> CompletableFuture<T> refused(Rule rule, String detail) {
    return CompletableFuture.failedFuture(refusal(rule, detail));
  }

  FetchError refusal(Rule rule, String detail) {
    return refusal(Refusal.of(rule, detail));
  }

  FetchError refusal(Refusal refusal) {
    return new FetchError(Excerpt.of(currentUrl().href()), refusal, redirectedFrom());
  }

  <T> CompletableFuture<T> failure(Reason reason, String detail) {
    return CompletableFuture.failedFuture(error(reason, detail, null));
  }

  FetchError error(Reason reason, String detail, Throwable cause) {
    return new FetchError(reason, Excerpt.of(currentUrl().href()), detail + redirectedFrom(), cause);
  }

  private String redirectedFrom() {
    return urlList.size() > 1 ? " (redirected from " + Excerpt.of(urlList.get(0).href()) + ")" : "";
  }
}
