;; Writes outside its memory: every store, to where its last byte lies just past the end, and to the highest address
;; plus the highest offset, just below 2^33. Each try is a task of its own, because a trap ends the task; the last
;; task counts them, and the bytes inside the memory that a store changed although it trapped.
(module
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "set_attribute" (func $set_attribute (param externref i32 i32 i32 i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (import "web:timers" "set_timeout" (func $set_timeout (param i32 i32 i32) (result i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "#report")
  (data (i32.const 32) "data-tried")
  (data (i32.const 48) "data-survived")
  (data (i32.const 64) "data-torn")
  (data (i32.const 96) "00 writes outside, ")
  (data (i32.const 160) " survived")

  (table (export "__indirect_function_table") 12 12 funcref)
  (elem (i32.const 0)
    $i32.store $i64.store $f32.store $f64.store
    $i32.store8 $i32.store16 $i64.store8 $i64.store16 $i64.store32
    $memory.fill $memory.copy
    $report)

  (global $tried (mut i32) (i32.const 0))
  (global $survived (mut i32) (i32.const 0))

  (func (export "_start")
    (local $store i32)
    (loop $next
      (drop (call $set_timeout (local.get $store) (i32.const 0) (i32.const 0)))
      (drop (call $set_timeout (local.get $store) (i32.const 1) (i32.const 0)))
      (local.set $store (i32.add (local.get $store) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $store) (i32.const 11))))
    (drop (call $set_timeout (local.get $store) (i32.const 0) (i32.const 0))))

  ;; Counts a try and gives its address: so that the last byte of $width lies outside, or the last one there is.
  (func $address (param $far i32) (param $width i32) (result i32)
    (global.set $tried (i32.add (global.get $tried) (i32.const 1)))
    (select
      (i32.const 0xffffffff)
      (i32.add (i32.sub (i32.mul (memory.size) (i32.const 65536)) (local.get $width)) (i32.const 1))
      (local.get $far)))

  (func $survive
    (global.set $survived (i32.add (global.get $survived) (i32.const 1))))

  (func $i32.store (param $far i32)
    (if (local.get $far)
      (then (i32.store offset=0xffffffff (call $address (local.get $far) (i32.const 4)) (i32.const -1)))
      (else (i32.store (call $address (local.get $far) (i32.const 4)) (i32.const -1))))
    (call $survive))
  (func $i64.store (param $far i32)
    (if (local.get $far)
      (then (i64.store offset=0xffffffff (call $address (local.get $far) (i32.const 8)) (i64.const -1)))
      (else (i64.store (call $address (local.get $far) (i32.const 8)) (i64.const -1))))
    (call $survive))
  (func $f32.store (param $far i32)
    (if (local.get $far)
      (then (f32.store offset=0xffffffff (call $address (local.get $far) (i32.const 4)) (f32.const -1)))
      (else (f32.store (call $address (local.get $far) (i32.const 4)) (f32.const -1))))
    (call $survive))
  (func $f64.store (param $far i32)
    (if (local.get $far)
      (then (f64.store offset=0xffffffff (call $address (local.get $far) (i32.const 8)) (f64.const -1)))
      (else (f64.store (call $address (local.get $far) (i32.const 8)) (f64.const -1))))
    (call $survive))
  (func $i32.store8 (param $far i32)
    (if (local.get $far)
      (then (i32.store8 offset=0xffffffff (call $address (local.get $far) (i32.const 1)) (i32.const -1)))
      (else (i32.store8 (call $address (local.get $far) (i32.const 1)) (i32.const -1))))
    (call $survive))
  (func $i32.store16 (param $far i32)
    (if (local.get $far)
      (then (i32.store16 offset=0xffffffff (call $address (local.get $far) (i32.const 2)) (i32.const -1)))
      (else (i32.store16 (call $address (local.get $far) (i32.const 2)) (i32.const -1))))
    (call $survive))
  (func $i64.store8 (param $far i32)
    (if (local.get $far)
      (then (i64.store8 offset=0xffffffff (call $address (local.get $far) (i32.const 1)) (i64.const -1)))
      (else (i64.store8 (call $address (local.get $far) (i32.const 1)) (i64.const -1))))
    (call $survive))
  (func $i64.store16 (param $far i32)
    (if (local.get $far)
      (then (i64.store16 offset=0xffffffff (call $address (local.get $far) (i32.const 2)) (i64.const -1)))
      (else (i64.store16 (call $address (local.get $far) (i32.const 2)) (i64.const -1))))
    (call $survive))
  (func $i64.store32 (param $far i32)
    (if (local.get $far)
      (then (i64.store32 offset=0xffffffff (call $address (local.get $far) (i32.const 4)) (i64.const -1)))
      (else (i64.store32 (call $address (local.get $far) (i32.const 4)) (i64.const -1))))
    (call $survive))
  (func $memory.fill (param $far i32)
    (memory.fill (call $address (local.get $far) (i32.const 16)) (i32.const 0xff) (i32.const 16))
    (call $survive))
  (func $memory.copy (param $far i32)
    (memory.copy (call $address (local.get $far) (i32.const 16)) (i32.const 16) (i32.const 16))
    (call $survive))

  (func $report (param i32)
    (local $end i32)
    (drop (call $show (i32.const 32) (i32.const 10) (i32.const 96) (global.get $tried)))
    (local.set $end (i32.add (i32.const 115)
      (call $show (i32.const 48) (i32.const 13) (i32.const 115) (global.get $survived))))
    (memory.copy (local.get $end) (i32.const 160) (i32.const 9))
    (drop (call $show (i32.const 64) (i32.const 9) (i32.const 0) (call $torn)))
    (call $log (i32.const 96) (i32.sub (local.get $end) (i32.const 87))))

  ;; How many of the last 16 bytes are no longer zero.
  (func $torn (result i32)
    (local $at i32) (local $changed i32)
    (local.set $at (i32.const 65520))
    (loop $next
      (local.set $changed
        (i32.add (local.get $changed) (i32.ne (i32.load8_u (local.get $at)) (i32.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 65536))))
    (local.get $changed))

  ;; Writes a number below 100 to $at, sets an attribute of #report to it, and gives how many digits it has.
  (func $show (param $name i32) (param $length i32) (param $at i32) (param $number i32) (result i32)
    (local $digits i32)
    (local.set $digits (i32.add (i32.const 1) (i32.ge_u (local.get $number) (i32.const 10))))
    (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.div_u (local.get $number) (i32.const 10))))
    (i32.store8
      (i32.sub (i32.add (local.get $at) (local.get $digits)) (i32.const 1))
      (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
    (call $set_attribute
      (call $query (call $document) (i32.const 16) (i32.const 7))
      (local.get $name) (local.get $length) (local.get $at) (local.get $digits))
    (local.get $digits)))
