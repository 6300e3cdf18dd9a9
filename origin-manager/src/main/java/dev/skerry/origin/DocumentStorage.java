package dev.skerry.origin;

import dev.skerry.bindings.StorageArea;
import dev.skerry.bindings.StorageAreas;

/** The storage areas of one document: its origin's, in the partition of the page's site. Opaque origins have none. */
record DocumentStorage(Environment document) implements StorageAreas {

  @Override
  public StorageArea local() {
    return area(document.page().localStorage());
  }

  @Override
  public StorageArea session() {
    return area(document.page().sessionStorage());
  }

  private StorageArea area(StorageShed shed) {
    if (document.origin().isOpaque()) {
      return null;
    }
    WindowAgent agent = document.agent();
    return new Told(shed, shed.area(document.partition(), agent.limits().get(Limit.STORAGE)), agent);
  }

  /** An area whose refusals are told. */
  private record Told(StorageShed shed, StorageArea area, WindowAgent agent) implements StorageArea {

    @Override
    public String get(String name) {
      return area.get(name);
    }

    @Override
    public boolean set(String name, String value) {
      boolean fits = area.set(name, value);
      if (!fits) {
        agent.exceeded(shed.isFull() ? Limit.HOST_STORAGE : Limit.STORAGE);
      }
      return fits;
    }

    @Override
    public void remove(String name) {
      area.remove(name);
    }

    @Override
    public void clear() {
      area.clear();
    }

    @Override
    public int size() {
      return area.size();
    }

    @Override
    public String name(int index) {
      return area.name(index);
    }
  }
}
