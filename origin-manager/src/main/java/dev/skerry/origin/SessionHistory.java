package dev.skerry.origin;

import dev.skerry.fetch.Url;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The joint session history of a page (HTML §7.4.1): what its frames have shown, in steps that all of them share. The
 * entry of a frame at a step is its last one up to there. Entries of a frame that is gone are gone, and of the oldest
 * steps only so many are kept. Thread-safe.
 */
final class SessionHistory {

  /** As many steps as browsers keep. */
  private static final int MOST_STEPS = 50;

  private final List<Entry> entries = new ArrayList<>();
  private int current;
  private long documents;

  /** How a navigation changes the history. */
  enum Handling { PUSH, REPLACE, TRAVERSE }

  /**
   * What a frame showed.
   *
   * @param step from which on it is the frame's entry
   * @param srcdoc the source of a document without an address; null for one that is fetched
   * @param inherited what a document without a server of its own has of others (HTML §7.4.1.1, the document state's
   *     policy container); null for one that a server sent
   * @param document which document: navigations to fragments keep it
   * @param state what the document's guests gave the entry, encoded; null for nothing
   */
  record Entry(Navigable frame, int step, Url url, String srcdoc, NavigationParams inherited, long document,
               byte[] state) {
  }

  /**
   * What follows from moving in the history.
   *
   * @param sameDocument whether the frame's document stays and only its URL and state change
   */
  record Move(Entry entry, boolean sameDocument) {
  }

  /** Notes a new document of a frame. */
  synchronized void committed(Navigable frame, Url url, String srcdoc, NavigationParams params, Handling handling) {
    if (handling != Handling.TRAVERSE) {
      add(new Entry(frame, current, url, srcdoc, url.isHttp() ? null : params, ++documents, null), handling);
    }
  }

  /** Notes that a frame's document has another URL or state (HTML §7.4.4). */
  synchronized void updated(Navigable frame, Url url, byte[] state, Handling handling) {
    Entry before = at(frame, current);
    if (before != null && handling != Handling.TRAVERSE) {
      add(new Entry(frame, current, url, before.srcdoc, before.inherited, before.document, state), handling);
    }
  }

  private void add(Entry added, Handling handling) {
    Entry before = at(added.frame, current);
    if (before != null && handling == Handling.PUSH) {
      entries.removeIf(entry -> entry.step > current);
      current++;
    } else if (before != null) {
      entries.remove(before);
    }
    int step = before == null || handling == Handling.PUSH ? current : before.step;
    entries.add(new Entry(added.frame, step, added.url, added.srcdoc, added.inherited, added.document, added.state));
    if (steps().size() > MOST_STEPS) {
      int oldest = steps().first();
      entries.removeIf(entry -> entry.step == oldest && at(entry.frame, oldest + 1) != entry);
    }
  }

  private Entry at(Navigable frame, int step) {
    Entry last = null;
    for (Entry entry : entries) {
      if (entry.frame == frame && entry.step <= step && (last == null || entry.step > last.step)) {
        last = entry;
      }
    }
    return last;
  }

  private TreeSet<Integer> steps() {
    TreeSet<Integer> steps = new TreeSet<>();
    entries.forEach(entry -> steps.add(entry.step));
    return steps;
  }

  /** How many steps there are. */
  synchronized int length() {
    return steps().size();
  }

  /** The entry that a frame shows; null before its first document. */
  synchronized Entry current(Navigable frame) {
    return at(frame, current);
  }

  /**
   * Moves by that many steps.
   *
   * @return the entries that frames must show now and did not before; none beyond the ends of the history
   */
  synchronized List<Move> traverse(int delta) {
    List<Integer> steps = new ArrayList<>(steps());
    long target = delta + (long) steps.indexOf(steps().floor(current));
    if (target < 0 || target >= steps.size()) {
      return List.of();
    }
    int before = current;
    current = steps.get((int) target);
    List<Move> moves = new ArrayList<>();
    for (Entry entry : entries) {
      Entry left = at(entry.frame, before);
      if (at(entry.frame, current) == entry && left != entry && left != null) {
        moves.add(new Move(entry, left.document == entry.document));
      }
    }
    return moves;
  }

  /** The frame is gone. */
  synchronized void forget(Navigable frame) {
    entries.removeIf(entry -> entry.frame == frame);
  }
}
