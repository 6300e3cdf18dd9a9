;; Posts a secret to the window that embeds it, for the origin that its build names.
(module $letter-sender
  (import "web:messaging" "parent" (func $parent (result externref)))
  (import "web:messaging" "post" (func $post (param externref i32 i32 i32 i32) (result i32)))
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "attribute" (func $attribute (param externref i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "the secret of bank.localhost")
  (data (i32.const 64) "body")
  (data (i32.const 72) "data-target")
  (func (export "_start")
    (drop (call $post
      (call $parent) (i32.const 0) (i32.const 28)
      (i32.const 128)
      (call $attribute (call $query (call $document) (i32.const 64) (i32.const 4))
        (i32.const 72) (i32.const 11) (i32.const 128) (i32.const 256))))))
