package dev.skerry.origin;

import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.Refusal;
import java.time.Duration;

/**
 * A request that a page made.
 *
 * @param url as requested
 * @param finalUrl after redirects; the same as {@code url} where there was no response
 * @param initiator the origin that asked; empty for a navigation that a person started
 * @param status the HTTP status, or 0 where there was no response
 * @param bytes length of the body
 * @param reason why there was no response, or why it was refused; null where it was not
 * @param error the sentence for that reason; empty where there is none
 * @param refusal the rule that stopped it; null where none did
 */
public record RequestReport(String url, String finalUrl, FetchRequest.Destination destination, String initiator,
                            int status, String mimeType, long bytes, Duration time, FetchError.Reason reason,
                            String error, Refusal refusal) {
}
