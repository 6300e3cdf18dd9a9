;; A module that others import: initialised before them.
(module $dep
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "dep ready")
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize")
    (global.set $ready (i32.const 42))
    (call $log (i32.const 0) (i32.const 9)))
  (func (export "_start") unreachable)
  (func (export "value") (result i32) (global.get $ready)))
