;; Exports a name that only JavaScript may use.
(module
  (func (export "wasm-js:value")))
