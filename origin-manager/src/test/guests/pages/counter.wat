;; Counts in its memory how often it was initialised, and logs the digit.
(module $counter
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "0")
  (func $bump (export "bump") (result i32)
    (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
    (i32.load8_u (i32.const 0)))
  (func (export "_initialize")
    (drop (call $bump))
    (call $log (i32.const 0) (i32.const 1))))
