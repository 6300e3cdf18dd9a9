;; The other half of the cycle.
(module $b
  (import "./cycle-a.wasm" "a" (func $a))
  (func (export "b") (call $a)))
