;; Imports from a module name that only JavaScript may use.
(module (import "wasm-js:string" "length" (func)))
