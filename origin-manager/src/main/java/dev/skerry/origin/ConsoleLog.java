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

  private final long timeOrigin;
  private final Consumer<ConsoleMessage> listener;
  private final List<ConsoleMessage> messages = new ArrayList<>();
  private final Map<WindowAgent, Share> shares = new IdentityHashMap<>();
  private long dropped;

  /** What one agent has written. */
  private static final class Share {

    long messages;
    long chars;
  }

  ConsoleLog(long timeOrigin, Consumer<ConsoleMessage> listener) {
    this.timeOrigin = timeOrigin;
    this.listener = listener;
  }

  /** Keeps a message, or counts it as dropped when the agent's share is used up. */
  void add(WindowAgent agent, String document, Level level, String text) {
    ConsoleMessage message = new ConsoleMessage(Duration.ofNanos(System.nanoTime() - timeOrigin),
        agent.origin().toString(), document, level, text);
    Limit forbidden = keep(agent, message);
    if (forbidden == null) {
      listener.accept(message);
    } else {
      agent.exceeded(forbidden);
    }
  }

  /** The limit that forbids it, or null. */
  private synchronized Limit keep(WindowAgent agent, ConsoleMessage message) {
    Share share = shares.computeIfAbsent(agent, any -> new Share());
    Limits limits = agent.limits();
    boolean many = share.messages >= limits.get(Limit.CONSOLE_MESSAGES);
    if (many || share.chars + message.text().length() > limits.get(Limit.CONSOLE_TEXT)) {
      dropped++;
      return many ? Limit.CONSOLE_MESSAGES : Limit.CONSOLE_TEXT;
    }
    share.messages++;
    share.chars += message.text().length();
    messages.add(message);
    return null;
  }

  /** Messages and characters that were kept of an agent. */
  synchronized Map<Limit, Long> usage(WindowAgent agent) {
    Share share = shares.getOrDefault(agent, new Share());
    return Map.of(Limit.CONSOLE_MESSAGES, share.messages, Limit.CONSOLE_TEXT, share.chars);
  }

  synchronized List<ConsoleMessage> messages() {
    return List.copyOf(messages);
  }

  /** Messages that were not kept. */
  synchronized long dropped() {
    return dropped;
  }
}
