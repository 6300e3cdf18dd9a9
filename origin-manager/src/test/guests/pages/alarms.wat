;; Starts timers without end.
(module $alarms
  (import "web:timers" "set_timeout" (func $set_timeout (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) $nothing)
  (func $nothing (param i32))
  (func (export "_start")
    (loop (drop (call $set_timeout (i32.const 0) (i32.const 0) (i32.const 60000))) (br 0))))
