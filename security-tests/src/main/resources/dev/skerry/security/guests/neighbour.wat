;; What a neighbour does: one small task at a time.
(module $neighbour
  (func (export "tick") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
