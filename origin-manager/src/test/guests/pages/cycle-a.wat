;; One half of a cycle.
(module $a
  (import "./cycle-b.wasm" "b" (func $b))
  (func (export "a") (call $b)))
