package dev.skerry.bindings;

/** The storage areas of one document. */
public interface StorageAreas {

  /**
   * The area that outlives the page.
   *
   * @return null where the document has none, because its origin is opaque
   */
  StorageArea local();

  /** The area that lives as long as the page; null as {@link #local}. */
  StorageArea session();
}
