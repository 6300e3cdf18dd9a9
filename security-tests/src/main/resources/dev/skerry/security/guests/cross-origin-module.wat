;; A module that another site keeps for itself; whoever runs it learns its secret.
(module $cross-origin-module
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "the secret of bank.localhost")
  (func (export "_start") (call $log (i32.const 0) (i32.const 28))))
