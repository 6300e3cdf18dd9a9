;; Hello in the text format: one import, one memory, one string.
(module
  (import "web:console" "log" (func $log (param $text i32) (param $length i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello from the text format")
  (func (export "_start")
    (call $log (i32.const 0) (i32.const 26))))
