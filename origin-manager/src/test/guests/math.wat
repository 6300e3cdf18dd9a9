;; Exports for --invoke: every number type in and out, several results, and a module that is no command.
(module $math
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "add32") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
  (func (export "add64") (param i64 i64) (result i64) local.get 0 local.get 1 i64.add)
  (func (export "half32") (param f32) (result f32) local.get 0 f32.const 2 f32.div)
  (func (export "half64") (param f64) (result f64) local.get 0 f64.const 2 f64.div)
  (func (export "swap") (param i32 f64) (result f64 i32) local.get 1 local.get 0)
  (func (export "same") (param externref) (result externref) local.get 0)
  (func $inner unreachable)
  (func (export "trap") call $inner)
  (func $deep (export "deep") call $deep))
