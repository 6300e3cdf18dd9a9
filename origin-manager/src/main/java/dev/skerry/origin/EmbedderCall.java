package dev.skerry.origin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an embedder's observers: what they throw is their own fault, is logged, and disturbs neither page nor others
 * who are told. That holds for all errors, a stack that is used up or a heap that is full among them: where the host
 * itself finds no room, it sees so at its next step, in a place that can do something about it.
 */
final class EmbedderCall {

  private static final Logger LOG = LoggerFactory.getLogger(EmbedderCall.class);

  private EmbedderCall() {
  }

  /** @param who is told, as the subject of a sentence */
  static void tell(String who, Runnable event) {
    try {
      event.run();
    } catch (Throwable fault) {
      log(who, fault);
    }
  }

  /** A throwable of somebody else's class may have no words, and a full heap no room for them. */
  private static void log(String who, Throwable fault) {
    try {
      LOG.warn("{} failed: {}", who, TerminalText.escape(fault.toString()));
    } catch (Throwable silent) {
      LOG.warn("{} failed, and cannot say how", who);
    }
  }
}
