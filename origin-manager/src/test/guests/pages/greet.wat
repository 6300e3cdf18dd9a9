;; Logs a greeting when it is initialised, and exports a function.
(module $greet
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello from greet")
  (func (export "_initialize") (call $log (i32.const 0) (i32.const 16)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $inner unreachable)
  (func (export "fail") (call $inner))
  (func (export "spin") (loop (br 0))))
