;; Fetches the URL in its body's attribute data-fetch and logs the response's body, or "refused".
(module $fetcher
  (import "web:console" "log" (func $log (param i32 i32)))
  (import "web:fetch" "request" (func $request (param i32 i32) (result externref)))
  (import "web:fetch" "send" (func $send (param externref) (result externref)))
  (import "web:fetch" "read" (func $read (param externref i32 i32) (result i32)))
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "attribute" (func $attribute (param externref i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "body")
  (data (i32.const 8) "data-fetch")
  (data (i32.const 24) "refused")
  ;; Straight-line code: asks, waits for the head, reads the body in pieces of 8 bytes, and logs the whole
  (func (export "_start")
    (local $request externref) (local $response externref) (local $length i32) (local $read i32) (local $at i32)
    (local.set $length (call $attribute (call $query (call $document) (i32.const 0) (i32.const 4))
      (i32.const 8) (i32.const 10) (i32.const 1024) (i32.const 1024)))
    (local.set $request (call $request (i32.const 1024) (local.get $length)))
    (local.set $response (call $send (local.get $request)))
    (if (ref.is_null (local.get $response))
      (then
        (call $log (i32.const 24) (i32.const 7))
        (return)))
    (local.set $at (i32.const 4096))
    (loop $more
      (local.set $read (call $read (local.get $response) (local.get $at) (i32.const 8)))
      (if (i32.gt_s (local.get $read) (i32.const 0))
        (then
          (local.set $at (i32.add (local.get $at) (local.get $read)))
          (br $more))))
    (call $log (i32.const 4096) (i32.sub (local.get $at) (i32.const 4096)))))
