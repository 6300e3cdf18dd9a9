;; Lays a port on the clipboard of an embedder that lets its pages share handles, and posts its secret to it.
(module $clipboard-port-bank
  (import "acme:clipboard" "put" (func $put (param externref)))
  (import "web:messaging" "channel" (func $channel (result externref)))
  (import "web:messaging" "channel_port" (func $port (param externref i32) (result externref)))
  (import "web:messaging" "port_post" (func $post (param externref i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "the secret of bank.localhost")
  (func (export "_start")
    (local $made externref)
    (local.set $made (call $channel))
    (drop (call $post (call $port (local.get $made) (i32.const 0)) (i32.const 0) (i32.const 28)))
    (call $put (call $port (local.get $made) (i32.const 1)))))
