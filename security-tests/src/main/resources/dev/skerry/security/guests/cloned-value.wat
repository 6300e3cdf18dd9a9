;; Posts whatever bytes the harness puts here as an encoded value to its first frame, and shows what comes of it.
(module $cloned-value
  (import "web:messaging" "frame" (func $frame (param i32) (result externref)))
  (import "web:messaging" "post_value" (func $post (param externref i32 i32 i32 i32) (result i32)))
  (import "web:messaging" "post_error" (func $post-error (param i32 i32) (result i32)))
  (import "web:messaging" "on_message" (func $on-message (param i32 i32)))
  (import "web:messaging" "message_data" (func $answer (param i32 i32) (result i32)))
  (import "web:messaging" "channel" (func $channel (result externref)))
  (import "web:messaging" "channel_port" (func $port (param externref i32) (result externref)))
  (import "web:messaging" "transfer" (func $transfer (param externref) (result i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 2)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) func $answered)
  (data (i32.const 0) "*")
  (func $answered (param i32)
    (call $log (i32.const 16) (call $answer (i32.const 16) (i32.const 4096))))
  (func (export "put") (param $at i32) (param $bytes i64)
    (i64.store offset=65536 (local.get $at) (local.get $bytes)))
  ;; Posts the first bytes with so many ports, and shows why that was refused, if it was.
  (func (export "post") (param $length i32) (param $ports i32) (result i32)
    (local $status i32)
    (block $all
      (loop $next
        (br_if $all (i32.eqz (local.get $ports)))
        (drop (call $transfer (call $port (call $channel) (i32.const 0))))
        (local.set $ports (i32.sub (local.get $ports) (i32.const 1)))
        (br $next)))
    (local.set $status
      (call $post (call $frame (i32.const 0)) (i32.const 65536) (local.get $length) (i32.const 0) (i32.const 1)))
    (if (local.get $status)
      (then (call $log (i32.const 16) (call $post-error (i32.const 16) (i32.const 4096)))))
    (local.get $status))
  (func (export "_start") (call $on-message (i32.const 0) (i32.const 0))))
