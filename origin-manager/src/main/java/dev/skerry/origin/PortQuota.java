package dev.skerry.origin;

/** How many ends of channels a document has made or has on their way; its event loop takes, any thread gives back. */
final class PortQuota {

  private final long most;
  private long count;

  PortQuota(long most) {
    this.most = most;
  }

  synchronized boolean hasRoom(int more) {
    return count + more <= most;
  }

  synchronized void take() {
    count++;
  }

  synchronized void give() {
    count--;
  }

  synchronized long used() {
    return count;
  }
}
