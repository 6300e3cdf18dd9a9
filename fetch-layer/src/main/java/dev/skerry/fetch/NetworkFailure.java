package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;

/** Says in one sentence why the network failed, from what the HTTP client threw. */
final class NetworkFailure {

  private static final String JETTY_HEADERS_TOO_LARGE = "Response Header Bytes Too Large";

  private NetworkFailure() {
  }

  /** @param received bytes of the body that had arrived */
  static FetchError of(Url url, Throwable thrown, FetchClient.Options options, long received, Response response) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FetchError error) {
        return error;
      }
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      FetchError error = known(url, cause, options, received, response);
      if (error != null) {
        return error;
      }
    }
    return error(Reason.PROTOCOL, url, "the exchange failed: " + Excerpt.of(String.valueOf(thrown)), thrown);
  }

  private static FetchError known(Url url, Throwable cause, FetchClient.Options options, long received,
                                  Response response) {
    String server = url.host() + ":" + url.effectivePort();
    String message = Excerpt.of(String.valueOf(cause.getMessage()));
    if (cause instanceof AddressOutOfReach outOfReach) {
      return new FetchError(Excerpt.of(url.href()), outOfReach.refusal(), "");
    }
    if (cause instanceof UnknownHostException) {
      return error(Reason.DNS, url, "the host " + url.host() + " has no address", cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return error(Reason.TIMEOUT, url, "no connection to " + server + " within " + options.timeout().toMillis()
          + " ms", cause);
    }
    if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
      boolean refused = message.contains("refused");
      return error(Reason.CONNECT, url, refused ? server + " refuses the connection"
          : "no connection to " + server + ": " + message, cause);
    }
    if (cause instanceof SSLException tls) {
      return error(Reason.TLS, url, "no trusted TLS connection to " + server + ": "
          + CertificateFailure.describe(tls), cause);
    }
    if (cause instanceof HttpResponseException refused
        && refused.getResponse().getRequest().getMethod().equals("CONNECT")) {
      return error(Reason.CONNECT, url, "the proxy refuses a tunnel to " + server + " with status "
          + refused.getResponse().getStatus(), cause);
    }
    if (cause instanceof TimeoutException) {
      return error(Reason.TIMEOUT, url, "no whole answer within " + options.timeout().toMillis() + " ms", cause);
    }
    if (cause instanceof HttpException http) {
      return JETTY_HEADERS_TOO_LARGE.equals(http.getReason())
          ? error(Reason.TOO_LARGE, url, "the response's headers are longer than the limit of "
              + options.maxHeaderBytes() + " bytes", cause)
          : error(Reason.PROTOCOL, url, "the answer is not HTTP: " + Excerpt.of(String.valueOf(http.getReason())),
              cause);
    }
    if (cause instanceof AsynchronousCloseException) {
      return error(Reason.ABORTED, url, "the client was closed", cause);
    }
    if (cause instanceof EOFException || cause instanceof ClosedChannelException) {
      return error(Reason.PROTOCOL, url, prematureEnd(server, received, response), cause);
    }
    return cause instanceof IOException
        ? error(Reason.PROTOCOL, url, "the connection to " + server + " broke: " + message, cause) : null;
  }

  private static String prematureEnd(String server, long received, Response response) {
    if (response == null || response.getStatus() == 0) {
      return server + " closed the connection without an answer";
    }
    String length = response.getHeaders().get(HttpHeader.CONTENT_LENGTH);
    return server + " closed the connection after " + received + (length == null ? "" : " of " + Excerpt.of(length))
        + " bytes of the body";
  }

  private static FetchError error(Reason reason, Url url, String detail, Throwable cause) {
    return new FetchError(reason, Excerpt.of(url.href()), detail, cause);
  }
}
