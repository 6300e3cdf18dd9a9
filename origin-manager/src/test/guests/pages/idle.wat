;; Sets a listener for messages and waits; "count" says how many came, "ping" that it is there.
(module $idle
  (import "web:messaging" "on_message" (func $on_message (param i32 i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) $message)
  (func (export "_initialize") (call $on_message (i32.const 0) (i32.const 0)))
  (func (export "count") (result i32) (i32.load (i32.const 0)))
  (func $message (param i32)
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))))
