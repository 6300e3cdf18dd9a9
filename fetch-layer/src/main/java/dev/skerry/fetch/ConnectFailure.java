package dev.skerry.fetch;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Map;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.util.Promise;

/**
 * Of a host with several addresses Jetty reports the failure of the last; this keeps the one that says most: where one
 * address answers with a bad certificate and the next refuses, the certificate is the news.
 */
final class ConnectFailure {

  private static final String KEY = ConnectFailure.class.getName();

  private ConnectFailure() {
  }

  /** To be called before each attempt, with the context that the attempts share. */
  @SuppressWarnings("unchecked")
  static void keepTheMostTelling(Map<String, Object> context) {
    String promiseKey = Connection.PROMISE_CONTEXT_KEY;
    Promise<Connection> promise = (Promise<Connection>) context.get(promiseKey);
    context.put(promiseKey, new Promise.Wrapper<>(promise) {
      @Override
      public void failed(Throwable failure) {
        Throwable known = (Throwable) context.get(KEY);
        Throwable telling = known == null || isRefusal(known) ? failure : known;
        context.put(KEY, telling);
        super.failed(telling);
      }
    });
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof ConnectException || failure instanceof NoRouteToHostException;
  }
}
