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
    return document.origin().isOpaque() ? null
        : shed.area(document.partition(), document.page().limits().get(Limit.STORAGE));
  }
}
