package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Scheme fetch (Fetch §4.3), {@code file}: a file below a folder that the embedder has granted, asked for by a person;
 * nothing that was fetched can reach one. Links count as where they lead.
 */
final class FileFetch {

  private static final Map<String, String> TYPES = Map.of("html", "text/html", "htm", "text/html",
      "wasm", "application/wasm", "js", "text/javascript", "mjs", "text/javascript", "json", "application/json",
      "css", "text/css", "txt", "text/plain", "svg", "image/svg+xml", "png", "image/png");

  private FileFetch() {
  }

  static CompletableFuture<NetworkResponse> fetch(FetchParams params, FetchServices services) {
    Url url = params.currentUrl();
    if (services.files().isEmpty()) {
      return params.failure(Reason.UNSUPPORTED_SCHEME,
          "files can be read only where the embedder has granted a folder");
    }
    if (!params.request.isTopLevelNavigation() || params.request.origin() != null || params.urlList.size() > 1
        || !params.method.equals("GET")) {
      return params.failure(Reason.BLOCKED, "a file is opened by a person alone, not by what was fetched");
    }
    if (!url.host().isEmpty()) {
      return params.failure(Reason.BLOCKED, "a file is on this machine, not on the host " + url.host());
    }
    return CompletableFuture.supplyAsync(() -> null).thenCompose(none -> read(params, services));
  }

  private static CompletableFuture<NetworkResponse> read(FetchParams params, FetchServices services) {
    try {
      String text = new String(PercentDecoder.decode(params.currentUrl().path()), StandardCharsets.UTF_8);
      Path file = Path.of(text).toRealPath();
      boolean granted = false;
      for (Path folder : services.files()) {
        granted |= file.startsWith(folder.toRealPath());
      }
      if (!granted) {
        return params.failure(Reason.BLOCKED, "the file is in no folder that the embedder has granted");
      }
      long limit = services.options().maxBodyBytes();
      if (!Files.isRegularFile(file) || Files.size(file) > limit) {
        return params.failure(Reason.TOO_LARGE, "it is no file, or one of more than " + limit + " bytes");
      }
      String name = file.getFileName().toString();
      String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
      return CompletableFuture.completedFuture(new NetworkResponse(200,
          new HeaderList().append("content-type", type).headers(), Files.readAllBytes(file)));
    } catch (IOException | InvalidPathException e) {
      return params.failure(Reason.CONNECT, "the file cannot be read: " + Excerpt.of(e.toString()));
    }
  }
}
