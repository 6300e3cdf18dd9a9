package dev.skerry.bindings;

import java.util.Iterator;
import java.util.function.BiConsumer;

/**
 * Does something with one item after the other, where each says when it is done: at once or later. Items that are done
 * at once cost no stack.
 */
public final class Sequence {

  private Sequence() {
  }

  /**
   * Begins with the first item.
   *
   * @param items asked for the next one when the one before it is done
   * @param action runs what it is given, once, when it is done with the item; where it throws, the sequence is over
   * @param after runs when there is no item left
   */
  public static <T> void run(Iterator<T> items, BiConsumer<T, Runnable> action, Runnable after) {
    new Steps<>(items, action, after).go();
  }

  /** One thread at a time goes. */
  private static final class Steps<T> {

    private final Iterator<T> items;
    private final BiConsumer<T, Runnable> action;
    private final Runnable after;
    private boolean going;
    private boolean done;

    Steps(Iterator<T> items, BiConsumer<T, Runnable> action, Runnable after) {
      this.items = items;
      this.action = action;
      this.after = after;
    }

    void go() {
      going = true;
      do {
        if (!items.hasNext()) {
          going = false;
          after.run();
          return;
        }
        done = false;
        action.accept(items.next(), this::itemDone);
      } while (done);
      going = false;
    }

    private void itemDone() {
      if (going) {
        done = true;
      } else {
        go();
      }
    }
  }
}
