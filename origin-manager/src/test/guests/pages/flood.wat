;; Posts messages to the frame that embeds it, without end.
(module $flood
  (import "web:messaging" "parent" (func $parent (result externref)))
  (import "web:messaging" "post" (func $post (param externref i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "*")
  (func (export "_start")
    (loop
      (drop (call $post (call $parent) (i32.const 0) (i32.const 1000) (i32.const 0) (i32.const 1)))
      (br 0))))
