;; Imports something that only a page has.
(module
  (import "web:console" "log" (func (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
