package dev.skerry.wasm.runtime;

import dev.skerry.wasm.format.ValType;

/** An exception instance (WASM core 4.2.11): a tag, and the raw slots of the values that it carries. */
public final class ExceptionInstance {

  private final TagInstance tag;
  private final long[] payload;
  private int ref;

  public ExceptionInstance(TagInstance tag, long[] payload) {
    this.tag = tag;
    this.payload = payload;
    if (tag.type().type().params().stream().anyMatch(ValType::isExternReference)) {
      tag.store().externs().root(this);
    }
  }

  public TagInstance tag() {
    return tag;
  }

  public long[] payload() {
    return payload;
  }

  /** Its index among the store's exceptions while guest code can have a reference to it, else 0. */
  int ref() {
    return ref;
  }

  void ref(int index) {
    ref = index;
  }
}
