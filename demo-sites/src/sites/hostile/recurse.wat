;; Calls itself without end: first a small frame, then, in a task of its own, one with many locals.
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
  (data (i32.const 96) "0 recursions, 0 survived")

  (table (export "__indirect_function_table") 3 3 funcref)
  (elem (i32.const 0) $small $large $report)

  (global $tried (mut i32) (i32.const 0))
  (global $survived (mut i32) (i32.const 0))

  (func (export "_start")
    (drop (call $set_timeout (i32.const 0) (i32.const 0) (i32.const 0)))
    (drop (call $set_timeout (i32.const 1) (i32.const 0) (i32.const 0)))
    (drop (call $set_timeout (i32.const 2) (i32.const 0) (i32.const 0))))

  (func $small (param $depth i32)
    (global.set $tried (i32.add (global.get $tried) (i32.eqz (local.get $depth))))
    (call $small (i32.add (local.get $depth) (i32.const 1)))
    (global.set $survived (i32.const 1)))

  (func $large (param $depth i32)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64) (local $e i64) (local $f i64) (local $g i64)
    (local.set $a (i64.extend_i32_u (local.get $depth)))
    (local.set $b (i64.add (local.get $a) (i64.const 1)))
    (local.set $c (i64.add (local.get $b) (i64.const 1)))
    (local.set $d (i64.add (local.get $c) (i64.const 1)))
    (local.set $e (i64.add (local.get $d) (i64.const 1)))
    (local.set $f (i64.add (local.get $e) (i64.const 1)))
    (local.set $g (i64.add (local.get $f) (i64.const 1)))
    (global.set $tried (i32.add (global.get $tried) (i32.eqz (local.get $depth))))
    (call $large (i32.add (local.get $depth) (i32.const 1)))
    (global.set $survived (i32.wrap_i64 (i64.sub (local.get $g) (local.get $a)))))

  (func $report (param i32)
    (call $show (i32.const 32) (i32.const 10) (i32.const 96) (global.get $tried))
    (call $show (i32.const 48) (i32.const 13) (i32.const 110) (global.get $survived))
    (call $log (i32.const 96) (i32.const 24)))

  ;; Writes a number of one digit to $at, and sets an attribute of #report to it.
  (func $show (param $name i32) (param $length i32) (param $at i32) (param $number i32)
    (i32.store8 (local.get $at) (i32.add (i32.const 48) (local.get $number)))
    (call $set_attribute
      (call $query (call $document) (i32.const 16) (i32.const 7))
      (local.get $name) (local.get $length) (local.get $at) (i32.const 1))))
