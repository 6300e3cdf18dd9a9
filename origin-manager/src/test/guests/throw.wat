;; Throws an exception that nothing catches.
(module $throw
  (tag $t (param i32))
  (memory (export "memory") 1)
  (func $start (export "_start") (throw $t (i32.const 7))))
