;; Takes 48 MiB, writes to all of it, and keeps it.
(module $hoarder
  (memory (export "memory") 768)
  (func (export "_initialize")
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 50331648))
    (drop (memory.grow (i32.const 0)))))
