;; Logs without end.
(module $chatter
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "again")
  (func (export "_start") (loop (call $log (i32.const 0) (i32.const 5)) (br 0))))
