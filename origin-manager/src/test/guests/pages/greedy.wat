;; Grows its memory as far as it may and writes to all of it, for ever.
(module $greedy
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $for_ever
      (drop (memory.grow (i32.const 1)))
      (memory.fill (i32.const 0) (i32.const 7) (i32.mul (memory.size) (i32.const 65536)))
      (br $for_ever))))
