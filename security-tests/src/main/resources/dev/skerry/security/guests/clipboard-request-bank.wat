;; Makes a request of its own server, and lays it on the clipboard of an embedder that lets its pages share handles.
(module $clipboard-request-bank
  (import "acme:clipboard" "put" (func $put (param externref)))
  (import "web:fetch" "request" (func $request (param i32 i32) (result externref)))
  (import "web:fetch" "start" (func $start (param externref) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "/balance")
  (func (export "_start")
    (local $made externref)
    (local.set $made (call $request (i32.const 0) (i32.const 8)))
    (drop (call $start (local.get $made)))
    (call $put (local.get $made))))
