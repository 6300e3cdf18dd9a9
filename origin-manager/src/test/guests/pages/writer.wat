;; Writes into the element with the id "out".
(module $writer
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "set_text" (func $set_text (param externref i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "#out")
  (data (i32.const 8) "written by wasm")
  (func (export "_initialize")
    (call $set_text (call $query (call $document) (i32.const 0) (i32.const 4)) (i32.const 8) (i32.const 15))))
