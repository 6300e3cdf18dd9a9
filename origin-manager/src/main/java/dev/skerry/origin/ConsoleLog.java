package dev.skerry.origin;

import dev.skerry.bindings.ConsoleSink.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The console of one page. Each agent has its own share of the space, so that none can silence another. */
final class ConsoleLog {

  private final Limits limits;
  private final long timeOrigin;
  private final Consumer<ConsoleMessage> listener;
  private final List<ConsoleMessage> messages = new ArrayList<>();
  private final Map<Agent, Share> shares = new IdentityHashMap<>();
  private long dropped;

  /** What one agent has written. */
  private static final class Share {

    long messages;
    long chars;
  }

  ConsoleLog(Limits limits, long timeOrigin, Consumer<ConsoleMessage> listener) {
    this.limits = limits;
    this.timeOrigin = timeOrigin;
    this.listener = listener;
  }

  /** Keeps a message, or counts it as dropped when the agent's share is used up. */
  void add(Agent agent, String document, Level level, String text) {
    ConsoleMessage message = new ConsoleMessage(Duration.ofNanos(System.nanoTime() - timeOrigin),
        agent.origin().toString(), document, level, text);
    synchronized (this) {
      Share share = shares.computeIfAbsent(agent, any -> new Share());
      if (share.messages >= limits.get(Limit.CONSOLE_MESSAGES)
          || share.chars + text.length() > limits.get(Limit.CONSOLE_TEXT)) {
        dropped++;
        return;
      }
      share.messages++;
      share.chars += text.length();
      messages.add(message);
    }
    listener.accept(message);
  }

  synchronized List<ConsoleMessage> messages() {
    return List.copyOf(messages);
  }

  /** Messages that were not kept. */
  synchronized long dropped() {
    return dropped;
  }
}
