package dev.skerry.fetch;

import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchResponse.Header;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opaque response blocking: what a document gets from other origins without their leave is media, style sheets and
 * scripts, and all else does not even come into its process.
 */
final class OpaqueResponseBlocking {

  /** How much of a body is looked at. */
  static final int SNIFFED_LENGTH = 1024;

  private static final Set<String> SAFELISTED = Set.of("text/css", "image/svg+xml");
  private static final Set<String> NEVER_SNIFFED = Set.of("application/dash+xml", "application/gzip",
      "application/msexcel", "application/mspowerpoint", "application/msword", "application/msword-template",
      "application/pdf", "application/vnd.apple.mpegurl", "application/vnd.ces-quickpoint",
      "application/vnd.ces-quicksheet", "application/vnd.ces-quickword", "application/vnd.ms-excel",
      "application/vnd.ms-excel.sheet.macroenabled.12", "application/vnd.ms-powerpoint",
      "application/vnd.ms-powerpoint.presentation.macroenabled.12", "application/vnd.ms-word",
      "application/vnd.ms-word.document.12", "application/vnd.ms-word.document.macroenabled.12",
      "application/vnd.msword", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      "application/vnd.openxmlformats-officedocument.presentationml.template",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
      "application/vnd.presentation-openxml", "application/vnd.presentation-openxmlm",
      "application/vnd.spreadsheet-openxml", "application/vnd.wordprocessing-openxml", "application/x-gzip",
      "application/x-protobuf", "application/x-protobuffer", "application/zip", "audio/mpegurl",
      "multipart/byteranges", "multipart/signed", "text/event-stream", "text/csv", "text/vtt");
  private static final int PARTIAL_CONTENT = 206;

  private OpaqueResponseBlocking() {
  }

  /** The verdict from headers alone, before a byte of the body is read; empty where the body has to tell. */
  static Optional<Boolean> allowsByHeaders(int status, List<Header> headers) {
    Optional<MimeType> type = MimeType.extract(headers);
    boolean partial = status == PARTIAL_CONTENT;
    if (type.isPresent()) {
      String essence = type.get().essence();
      if (type.get().isJavaScript() || SAFELISTED.contains(essence)) {
        return Optional.of(true);
      }
      boolean blocklisted = essence.equals("text/html") || type.get().isJson() || type.get().isXml();
      if (NEVER_SNIFFED.contains(essence) || partial && blocklisted
          || MimeSniffing.nosniff(headers) && (blocklisted || essence.equals("text/plain"))) {
        return Optional.of(false);
      }
    }
    boolean fromTheStart = HeaderList.get(headers, "content-range").filter(range -> range.startsWith("bytes 0-"))
        .isPresent();
    return partial && !fromTheStart ? Optional.of(false) : Optional.empty();
  }

  /**
   * The verdict from the beginning of the body, where {@link #allowsByHeaders} has none. A body that is neither media
   * nor without a type would have to parse as JavaScript; nothing here runs what has not its type, so it is blocked.
   *
   * @param start its first {@value #SNIFFED_LENGTH} bytes, or all of it
   */
  static boolean allowsByBody(Destination destination, int status, List<Header> headers, byte[] start) {
    boolean mediaElement = destination == Destination.AUDIO || destination == Destination.VIDEO;
    if (MimeSniffing.media(start).isPresent()) {
      return mediaElement && (status == 200 || status == PARTIAL_CONTENT);
    }
    if (mediaElement) {
      return false;
    }
    if (MimeSniffing.image(start).isPresent()) {
      return true;
    }
    boolean ok = status >= 200 && status <= 299;
    return !MimeSniffing.nosniff(headers) && ok && MimeType.extract(headers).isEmpty();
  }

  /** What to say of a response that is blocked. */
  static Refusal refusal(List<Header> headers) {
    String type = HeaderList.get(headers, "content-type").map(Excerpt::of).orElse("no type");
    return Refusal.of(Refusal.Rule.ORB, "it comes from another origin without CORS, and with " + type
        + " it is neither script, style sheet nor media");
  }
}
