package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Destination;
import java.util.Optional;
import java.util.Set;

/** Responses that no script can come from: blocked due to their MIME type (Fetch §2.10) or to nosniff (Fetch §3.6). */
final class MimeBlocking {

  /** JavaScript MIME type essences (MIME Sniffing §4.6). */
  private static final Set<String> JAVASCRIPT = Set.of("application/ecmascript", "application/javascript",
      "application/x-ecmascript", "application/x-javascript", "text/ecmascript", "text/javascript",
      "text/javascript1.0", "text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4",
      "text/javascript1.5", "text/jscript", "text/livescript", "text/x-ecmascript", "text/x-javascript");
  private static final String WASM = "application/wasm";

  private MimeBlocking() {
  }

  /** Why a response cannot be what the destination needs; empty where it can. */
  static Optional<String> refusal(NetworkResponse response, Destination destination) {
    if (destination != Destination.SCRIPT) {
      return Optional.empty();
    }
    String essence = MimeType.extract(response.headers()).map(MimeType::essence).orElse("");
    if (essence.startsWith("audio/") || essence.startsWith("image/") || essence.startsWith("video/")
        || essence.equals("text/csv")) {
      return Optional.of("a script cannot come as " + essence);
    }
    boolean nosniff = response.header("x-content-type-options").map(HeaderList::split)
        .filter(values -> values.get(0).equalsIgnoreCase("nosniff")).isPresent();
    return !nosniff || JAVASCRIPT.contains(essence) || essence.equals(WASM) ? Optional.empty()
        : Optional.of("X-Content-Type-Options is nosniff and "
            + (essence.isEmpty() ? "it has no Content-Type" : "a script cannot come as " + essence));
  }
}
