;; Imports a function with another type than its dependency exports it with.
(module $unfit
  (import "./dep.wasm" "value" (func (param f64))))
