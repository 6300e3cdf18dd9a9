// skerry.ts: the web:* host modules for guests in AssemblyScript, as far as the demo sites use them.
// Strings cross as UTF-8; utf8() makes the bytes. Nodes are externrefs, callbacks are functions of one i32.

@external("web:console", "log")
declare function log_utf8(text: usize, length: i32): void;
@external("web:dom", "document")
export declare function document(): externref;
@external("web:dom", "query")
declare function query_utf8(root: externref, selector: usize, length: i32): externref;
@external("web:dom", "text")
export declare function text(node: externref, buffer: usize, capacity: i32): i32;
@external("web:dom", "set_text")
export declare function set_text_utf8(node: externref, text: usize, length: i32): void;
@external("web:dom", "attribute")
declare function attribute_utf8(node: externref, name: usize, length: i32, buffer: usize, capacity: i32): i32;
@external("web:dom", "set_attribute")
declare function set_attribute_utf8(node: externref, name: usize, nameLength: i32, value: usize, length: i32): void;
@external("web:timers", "set_timeout_ref")
declare function set_timeout_ref(callback: funcref, data: i32, ms: i32): i32;

function utf8(s: string): ArrayBuffer {
  return String.UTF8.encode(s);
}

export function log(message: string): void {
  const bytes = utf8(message);
  log_utf8(changetype<usize>(bytes), bytes.byteLength);
}

export function query(root: externref, selector: string): externref {
  const bytes = utf8(selector);
  return query_utf8(root, changetype<usize>(bytes), bytes.byteLength);
}

export function set_text(node: externref, value: string): void {
  const bytes = utf8(value);
  set_text_utf8(node, changetype<usize>(bytes), bytes.byteLength);
}

/** The attribute's value, or an empty string where it is absent. */
export function attribute(node: externref, name: string): string {
  const key = utf8(name);
  const size = attribute_utf8(node, changetype<usize>(key), key.byteLength, 0, 0);
  if (size <= 0) {
    return "";
  }
  const value = new ArrayBuffer(size);
  attribute_utf8(node, changetype<usize>(key), key.byteLength, changetype<usize>(value), size);
  return String.UTF8.decode(value);
}

export function set_attribute(node: externref, name: string, value: string): void {
  const key = utf8(name);
  const bytes = utf8(value);
  set_attribute_utf8(node, changetype<usize>(key), key.byteLength, changetype<usize>(bytes), bytes.byteLength);
}

export function set_timeout(callback: funcref, data: i32, ms: i32): i32 {
  return set_timeout_ref(callback, data, ms);
}
