;; Starts a timer as the embedder's module "test" says, and logs each firing; a one-shot timer starts itself again
;; as often as it is told.
(module $timer
  (import "test" "millis" (func $millis (result i32)))
  (import "test" "repeat" (func $repeat (result i32)))
  (import "test" "again" (func $again (result i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (import "web:timers" "set_timeout" (func $set_timeout (param i32 i32 i32) (result i32)))
  (import "web:timers" "set_interval" (func $set_interval (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) $fire)
  (data (i32.const 0) "fired")
  (func $start
    (if (call $repeat)
      (then (drop (call $set_interval (i32.const 0) (i32.const 0) (call $millis))))
      (else (drop (call $set_timeout (i32.const 0) (i32.const 0) (call $millis))))))
  (func $fire (param i32)
    (call $log (i32.const 0) (i32.const 5))
    (if (call $again) (then (call $start))))
  (func (export "_initialize") (call $start)))
