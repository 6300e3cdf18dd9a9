package dev.skerry.bindings;

/**
 * A storage area of one origin and top-level site (HTML §12.2.1): names and values, in an order that stays as long as
 * no name comes or goes. Thread-safe, because documents of several agents may share it.
 */
public interface StorageArea {

  /** The value of that name; null where there is none. */
  String get(String name);

  /** Sets a value; false when the area has no room for it, and then it is as before. */
  boolean set(String name, String value);

  void remove(String name);

  void clear();

  int size();

  /** The name at that place; null beyond the last. */
  String name(int index);
}
