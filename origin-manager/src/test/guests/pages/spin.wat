;; Computes for ever.
(module $spin
  (memory (export "memory") 1)
  (func $forever (loop (br 0)))
  (func (export "_start") (call $forever)))
