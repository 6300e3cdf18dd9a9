package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.Refusal.Rule;
import java.util.Optional;

/** Responses that cannot be what they are for: by their MIME type (Fetch §2.10) or by nosniff (Fetch §3.6). */
final class MimeBlocking {

  private static final String WASM = "application/wasm";
  private static final String CSS = "text/css";

  private MimeBlocking() {
  }

  /** Why a response cannot be what the destination needs; empty where it can. */
  static Optional<Refusal> refusal(NetworkResponse response, Destination destination) {
    Optional<MimeType> type = MimeType.extract(response.headers());
    String essence = type.map(MimeType::essence).orElse("");
    boolean script = destination.isScriptLike();
    if (script && (essence.startsWith("audio/") || essence.startsWith("image/") || essence.startsWith("video/")
        || essence.equals("text/csv"))) {
      return Optional.of(Refusal.of(Rule.MIME_TYPE, "a script cannot come as " + essence));
    }
    boolean suits = !script && destination != Destination.STYLE
        || script && (type.filter(MimeType::isJavaScript).isPresent() || essence.equals(WASM))
        || destination == Destination.STYLE && essence.equals(CSS);
    return suits || !MimeSniffing.nosniff(response.headers()) ? Optional.empty()
        : Optional.of(new Refusal(Rule.NOSNIFF, "nosniff", "X-Content-Type-Options is nosniff and "
            + (essence.isEmpty() ? "it has no Content-Type"
            : "a " + (script ? "script" : "style sheet") + " cannot come as " + essence)));
  }
}
