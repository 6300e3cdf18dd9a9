;; Tells its console all that it can find out, each line as "own secret|kind|what", and gives its own secret away by
;; messages to every window that it can reach, for the origin that its document names. The module's own secret, of the
;; origin that serves it, stands at address 0.
(module $spy
  (import "web:console" "log" (func $log (param i32 i32)))
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "attribute" (func $attribute (param externref i32 i32 i32 i32) (result i32)))
  (import "web:dom" "text" (func $text (param externref i32 i32) (result i32)))
  (import "web:messaging" "parent" (func $parent (result externref)))
  (import "web:messaging" "self" (func $self (result externref)))
  (import "web:messaging" "window_top" (func $top (param externref) (result externref)))
  (import "web:messaging" "frame_count" (func $frame-count (result i32)))
  (import "web:messaging" "frame" (func $frame (param i32) (result externref)))
  (import "web:messaging" "window_location" (func $location (param externref i32 i32) (result i32)))
  (import "web:messaging" "post" (func $post (param externref i32 i32 i32 i32) (result i32)))
  (import "web:messaging" "on_message" (func $on-message (param i32 i32)))
  (import "web:messaging" "message_data" (func $message-data (param i32 i32) (result i32)))
  (import "web:messaging" "message_origin" (func $message-origin (param i32 i32) (result i32)))
  (import "web:messaging" "message_source" (func $message-source (result externref)))
  (import "web:storage" "get" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (import "web:storage" "set" (func $set (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) func $received)
  (data (i32.const 0) "TOKEN-module-placeholder")
  (data (i32.const 32) "body")
  (data (i32.const 40) "data-secret")
  (data (i32.const 56) "data-target")
  (data (i32.const 80) "|doc||mod||msg||loc||sto|")
  (global $own (mut i32) (i32.const 0))
  (global $target (mut i32) (i32.const 0))
  (global $replies (mut i32) (i32.const 0))

  ;; Begins a line of that kind; gives the address of its end, which has room for 4096 bytes.
  (func $begin (param $kind i32) (result i32)
    (memory.copy (i32.const 1024) (i32.const 256) (global.get $own))
    (memory.copy (i32.add (i32.const 1024) (global.get $own)) (i32.add (i32.const 80) (local.get $kind)) (i32.const 5))
    (i32.add (i32.const 1029) (global.get $own)))

  ;; Writes the line that was begun, with so many bytes more; nothing for what is not there.
  (func $end (param $length i32)
    (if (i32.le_u (local.get $length) (i32.const 4096))
      (then (call $log (i32.const 1024) (i32.add (i32.add (global.get $own) (i32.const 5)) (local.get $length))))))

  (func $tell (param $window externref)
    (if (i32.eqz (ref.is_null (local.get $window)))
      (then
        (drop (call $post (local.get $window) (i32.const 256) (global.get $own) (i32.const 512) (global.get $target)))
        (call $end (call $location (local.get $window) (call $begin (i32.const 15)) (i32.const 4096))))))

  (func $received (param $data i32)
    (local $at i32)
    (local $length i32)
    (local.set $at (call $begin (i32.const 10)))
    (local.set $length (call $message-data (local.get $at) (i32.const 2048)))
    (if (i32.gt_u (local.get $length) (i32.const 2048)) (then (return)))
    (i32.store8 (i32.add (local.get $at) (local.get $length)) (i32.const 0x7c))
    (call $end (i32.add (i32.add (local.get $length) (i32.const 1))
      (call $message-origin (i32.add (i32.add (local.get $at) (local.get $length)) (i32.const 1)) (i32.const 1024))))
    (if (i32.lt_u (global.get $replies) (i32.const 4))
      (then
        (global.set $replies (i32.add (global.get $replies) (i32.const 1)))
        (call $tell (call $message-source)))))

  (func (export "_start")
    (local $body externref)
    (local $i i32)
    (local.set $body (call $query (call $document) (i32.const 32) (i32.const 4)))
    (global.set $own (call $attribute (local.get $body) (i32.const 40) (i32.const 11) (i32.const 256) (i32.const 64)))
    (global.set $target
      (call $attribute (local.get $body) (i32.const 56) (i32.const 11) (i32.const 512) (i32.const 256)))
    (memory.copy (call $begin (i32.const 5)) (i32.const 0) (i32.const 24))
    (call $end (i32.const 24))
    (call $end (call $text (local.get $body) (call $begin (i32.const 0)) (i32.const 4096)))
    (call $on-message (i32.const 0) (i32.const 0))
    (if (i32.eqz (ref.is_null (call $parent)))
      (then
        (call $tell (call $parent))
        (call $tell (call $top (call $self)))))
    (loop $frames
      (if (i32.lt_u (local.get $i) (call $frame-count))
        (then
          (call $tell (call $frame (local.get $i)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $frames))))
    ;; The last, for an opaque origin has no storage and the call traps.
    (call $end (call $get (i32.const 0) (i32.const 32) (i32.const 4) (call $begin (i32.const 20)) (i32.const 4096)))
    (drop (call $set (i32.const 0) (i32.const 32) (i32.const 4) (i32.const 256) (global.get $own)))))
