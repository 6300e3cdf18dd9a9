;; Waits until there is a handle on the clipboard, and reads the answer to it as a request.
(module $clipboard-request-thief
  (import "acme:clipboard" "take" (func $take (result externref)))
  (import "web:fetch" "wait" (func $wait (param externref) (result externref)))
  (import "web:fetch" "read" (func $read (param externref i32 i32) (result i32)))
  (import "web:timers" "set_timeout" (func $set-timeout (param i32 i32 i32) (result i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 1 funcref)
  (elem (i32.const 0) func $look)
  (func $look (param $again i32)
    (local $handle externref)
    (local.set $handle (call $take))
    (if (ref.is_null (local.get $handle))
      (then
        (if (local.get $again)
          (then (drop (call $set-timeout (i32.const 0) (i32.sub (local.get $again) (i32.const 1)) (i32.const 20))))))
      (else (call $log (i32.const 0) (call $read (call $wait (local.get $handle)) (i32.const 0) (i32.const 4096))))))
  (func (export "_start") (call $look (i32.const 1500))))
