package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.TagType;
import dev.skerry.wasm.runtime.TagInstance;

/** A tag instance (WASM core 4.2.10): what tells exceptions apart. Two tags of one type are different. */
public final class Tag implements Extern {

  private final Store store;
  private final TagInstance tag;

  Tag(Store store, TagInstance tag) {
    this.store = store;
    this.tag = tag;
  }

  TagInstance tag() {
    return tag;
  }

  /**
   * A new tag in the store.
   *
   * @throws IllegalArgumentException if the type has results
   */
  public static Tag create(Store store, FuncType type) {
    if (!type.results().isEmpty()) {
      throw new IllegalArgumentException("a tag has no results: " + type);
    }
    return store.inside(() -> new Tag(store, new TagInstance(store.state(), store.engine().types().of(type))));
  }

  @Override
  public TagType type() {
    return new TagType(tag.type().type());
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tag that && that.tag == tag;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(tag);
  }

  @Override
  public String toString() {
    return "tag " + tag.type().type();
  }
}
