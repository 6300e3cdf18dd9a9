;; Imports a module by a bare name, and traps unless that one was initialised before.
(module $bare
  (import "dep" "value" (func $value (result i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "bare ready")
  (func (export "_initialize")
    (if (i32.ne (call $value) (i32.const 42)) (then unreachable))
    (call $log (i32.const 0) (i32.const 10)))
  (func (export "answer") (result i32) (call $value)))
