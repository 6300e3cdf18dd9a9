;; Waits where it cannot: in a listener of an event that its own call dispatches, and in a start function.
(module $await_nested
  (import "web:timers" "sleep" (func $sleep (param i32)))
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "add_event_listener" (func $listen (param externref i32 i32 i32 i32) (result i32)))
  (import "web:dom" "dispatch_event" (func $dispatch (param externref i32 i32 i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) $nap)
  (data (i32.const 0) "go")
  (func $nap (param i32) (call $sleep (i32.const 0)))
  (func (export "dispatch")
    (drop (call $listen (call $document) (i32.const 0) (i32.const 2) (i32.const 0) (i32.const 0)))
    (call $dispatch (call $document) (i32.const 0) (i32.const 2) (i32.const 0))))
