package dev.skerry.fetch;

import java.util.concurrent.CompletableFuture;

/** Appends a request's {@code Cookie} header and takes the cookies of its response (Fetch §4.6, §4.7). */
final class CookieInterceptor implements Interceptor {

  private final CookieJar jar;

  CookieInterceptor(CookieJar jar) {
    this.jar = jar;
  }

  @Override
  public CompletableFuture<NetworkResponse> intercept(NetworkRequest request, Chain next) {
    if (!request.includeCredentials()) {
      return next.proceed(request);
    }
    NetworkRequest carrying = jar.isEmpty() ? request : CookieContext.of(request).flatMap(jar::header)
        .map(value -> request.withHeader("cookie", value)).orElse(request);
    return next.proceed(carrying).thenApply(response -> {
      if (response.header("set-cookie").isPresent()) {
        CookieContext.of(request).ifPresent(context -> take(response, context));
      }
      return response;
    });
  }

  private void take(NetworkResponse response, CookieContext context) {
    response.headers().stream().filter(header -> header.name().equals("set-cookie"))
        .forEach(header -> jar.set(header.value(), context));
  }
}
