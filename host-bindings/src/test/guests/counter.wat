;; Counts clicks on #button in #count, marks #button at a timer, and unsubscribes at the third click.
(module
  (import "web:console" "log" (func $log (param i32 i32)))
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "set_text" (func $set_text (param externref i32 i32)))
  (import "web:dom" "set_attribute" (func $set_attribute (param externref i32 i32 i32 i32)))
  (import "web:dom" "add_event_listener"
    (func $add_event_listener (param externref i32 i32 i32 i32) (result i32)))
  (import "web:dom" "add_event_listener_ref"
    (func $add_event_listener_ref (param externref i32 i32 funcref i32) (result i32)))
  (import "web:dom" "remove_event_listener" (func $remove_event_listener (param i32)))
  (import "web:dom" "dispatch_event" (func $dispatch_event (param externref i32 i32 i32)))
  (import "web:dom" "event_target" (func $event_target (result externref)))
  (import "web:dom" "event_type" (func $event_type (param i32 i32) (result i32)))
  (import "web:timers" "set_timeout_ref" (func $set_timeout_ref (param funcref i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 2 funcref)
  (elem (i32.const 1) $clicked)
  (elem declare func $tick $counted)
  (global $button (mut externref) (ref.null extern))
  (global $count (mut i32) (i32.const 0))
  (global $listener (mut i32) (i32.const 0))
  (data (i32.const 0) "#button")
  (data (i32.const 16) "#count")
  (data (i32.const 32) "click")
  (data (i32.const 48) "counted")
  (data (i32.const 64) "class")
  (data (i32.const 80) "ticked")

  (func (export "_start")
    (global.set $button (call $query (call $document) (i32.const 0) (i32.const 7)))
    (global.set $listener
      (call $add_event_listener (global.get $button) (i32.const 32) (i32.const 5) (i32.const 1) (i32.const 10)))
    (drop (call $add_event_listener_ref
      (call $document) (i32.const 48) (i32.const 7) (ref.func $counted) (i32.const 0)))
    (drop (call $set_timeout_ref (ref.func $tick) (i32.const 80) (i32.const 250))))

  ;; Shows the count as a digit, and says "counted" from the button upwards.
  (func $clicked (param $step i32)
    (global.set $count (i32.add (global.get $count) (i32.div_u (local.get $step) (i32.const 10))))
    (i32.store8 (i32.const 100) (i32.add (i32.const 48) (global.get $count)))
    (call $set_text (call $query (call $document) (i32.const 16) (i32.const 6)) (i32.const 100) (i32.const 1))
    (call $dispatch_event (call $event_target) (i32.const 48) (i32.const 7) (i32.const 1))
    (if (i32.eq (global.get $count) (i32.const 3))
      (then (call $remove_event_listener (global.get $listener)))))

  ;; Logs the type of the event.
  (func $counted (param i32)
    (call $log (i32.const 200) (call $event_type (i32.const 200) (i32.const 50))))

  (func $tick (param $class i32)
    (call $set_attribute (global.get $button) (i32.const 64) (i32.const 5) (local.get $class) (i32.const 6))))
