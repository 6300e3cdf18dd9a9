;; Exports a reserved name.
(module (func (export "wasm:secret")))
