;; Takes every port that anybody sends, listens there, and shows what it hears.
(module $port-flood-bank
  (import "web:messaging" "on_message" (func $on-message (param i32 i32)))
  (import "web:messaging" "message_port_count" (func $ports (result i32)))
  (import "web:messaging" "message_port" (func $message-port (param i32) (result externref)))
  (import "web:messaging" "on_port_message" (func $listen (param externref i32 i32)))
  (import "web:messaging" "message_data" (func $message-data (param i32 i32) (result i32)))
  (import "web:messaging" "channel" (func $channel (result externref)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 2 funcref)
  (table $own 64 externref)
  (elem (i32.const 0) func $sent $received)
  (func $sent (param i32)
    (local $index i32)
    (loop $next
      (call $listen (call $message-port (local.get $index)) (i32.const 1) (i32.const 0))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $index) (call $ports)))))
  (func $received (param i32)
    (call $log (i32.const 0) (call $message-data (i32.const 0) (i32.const 1024))))
  ;; Makes channels of its own.
  (func (export "make own") (param $count i32)
    (loop $next
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (table.set $own (local.get $count) (call $channel))
      (br_if $next (local.get $count))))
  (func (export "_start") (call $on-message (i32.const 0) (i32.const 0))))
