package dev.skerry.origin;

import dev.skerry.fetch.FetchRequest.Destination;

/**
 * An image or style sheet that a document asks for. Nothing is rendered here, so it is requested only where the
 * embedder wants that ({@link PageHost.Builder#subresources}).
 *
 * @param url absolute
 * @param destination what it is for
 * @param document the URL of the document
 * @param requested whether it was requested; what came of that stands with the other requests
 */
public record SubresourceReport(String url, Destination destination, String document, boolean requested) {
}
