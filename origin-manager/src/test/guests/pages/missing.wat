;; Imports a name that its dependency does not export.
(module $missing
  (import "./dep.wasm" "nothing" (func)))
