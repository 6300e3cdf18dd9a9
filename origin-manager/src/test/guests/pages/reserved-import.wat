;; Imports a name that only JavaScript may use.
(module
  (import "./dep.wasm" "wasm-js:value" (func)))
