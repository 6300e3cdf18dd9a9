package dev.skerry.origin;

import dev.skerry.wasm.TierCounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one agent is and did: a snapshot.
 *
 * @param origin the serialised origin; {@code "null"} for opaque ones
 * @param site scheme and registrable domain; {@code "null"} for opaque origins
 * @param frames the URLs of its documents, in the order of loading
 * @param instances module instances in its store
 * @param tiers where the functions of its modules run
 * @param memoryBytes linear memory at the end of its last task, or when it ended
 * @param peakMemoryBytes the most that was seen
 * @param busyTime processor time of its tasks
 * @param tasks tasks that ran
 * @param traps the first of them, at most as many as {@link Limit#TRAPS}
 * @param trapCount all of them
 * @param messagesSent messages accepted from its guests
 * @param messagesReceived messages delivered to its documents
 * @param messagesWithheld messages of its guests that the receiver's origin did not match
 * @param verdict what became of it
 * @param limitsReached how often its guests wanted more than a limit
 */
public record AgentReport(String origin, String site, List<String> frames, int instances, TierCounts tiers,
                          long memoryBytes, long peakMemoryBytes, Duration busyTime, long tasks,
                          List<TrapReport> traps, long trapCount, long messagesSent, long messagesReceived,
                          long messagesWithheld, Verdict verdict, Map<Limit, Long> limitsReached) {

  public AgentReport {
    frames = List.copyOf(frames);
    traps = List.copyOf(traps);
    limitsReached = Map.copyOf(limitsReached);
  }
}
