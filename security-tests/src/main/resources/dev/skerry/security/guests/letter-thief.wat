;; Listens for any message and shows it to its console.
(module $letter-thief
  (import "web:messaging" "on_message" (func $on-message (param i32 i32)))
  (import "web:messaging" "message_data" (func $message-data (param i32 i32) (result i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) func $received)
  (func $received (param $data i32)
    (call $log (i32.const 0) (call $message-data (i32.const 0) (i32.const 1024))))
  (func (export "_start") (call $on-message (i32.const 0) (i32.const 0))))
