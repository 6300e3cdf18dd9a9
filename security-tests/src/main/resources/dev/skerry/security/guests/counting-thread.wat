;; A memory that another thread could count in: a clock as fine as a processor.
(module $counting-thread
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1 1 shared)
  (data (i32.const 0) "a shared memory")
  (func (export "_start") (call $log (i32.const 0) (i32.const 15))))
