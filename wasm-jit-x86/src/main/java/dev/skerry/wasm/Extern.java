package dev.skerry.wasm;

import dev.skerry.wasm.format.ExternType;

/** What instances import and export. */
public sealed interface Extern permits Func, Table, Memory, Global, Tag {

  /** The type, with the current size as lower limit for memories and tables. */
  ExternType type();

  /** The store that owns it. */
  Store store();
}
