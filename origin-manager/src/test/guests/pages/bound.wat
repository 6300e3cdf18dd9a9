;; Calls an embedder's own host function.
(module $bound
  (import "acme:till" "ring" (func $ring (param i32) (result i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "rang")
  (func (export "_initialize")
    (if (i32.ne (call $ring (i32.const 20)) (i32.const 21)) (then unreachable))
    (call $log (i32.const 0) (i32.const 4)))
  (func (export "ring") (param i32) (result i32) (call $ring (local.get 0))))
