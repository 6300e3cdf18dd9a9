;; Runs for ever, and does not even call the host while it does.
(module
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "set_attribute" (func $set_attribute (param externref i32 i32 i32 i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "#report")
  (data (i32.const 32) "data-state")
  (data (i32.const 48) "looping")
  (data (i32.const 64) "escaped")

  (func (export "_start")
    (call $state (i32.const 48))
    (loop $for_ever
      (br $for_ever))
    (call $state (i32.const 64)))

  (func $state (param $text i32)
    (call $set_attribute
      (call $query (call $document) (i32.const 16) (i32.const 7))
      (i32.const 32) (i32.const 10) (local.get $text) (i32.const 7))))
