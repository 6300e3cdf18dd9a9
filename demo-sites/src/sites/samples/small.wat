;; One small page's program: writes its result into the element with the id "result".
(module $small
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "set_text" (func $set_text (param externref i32 i32)))
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "#result")
  (data (i32.const 16) "0000000000 is the sum")
  ;; The sum of the squares below 1,000 in decimal digits, from the last one on.
  (func (export "_start")
    (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $i) (local.get $i))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
    (local.set $i (i32.const 26))
    (loop $digit
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (i32.store8 (local.get $i) (i32.add (i32.const 48) (i32.rem_u (local.get $sum) (i32.const 10))))
      (local.set $sum (i32.div_u (local.get $sum) (i32.const 10)))
      (br_if $digit (i32.gt_u (local.get $i) (i32.const 16))))
    (call $set_text (call $query (call $document) (i32.const 0) (i32.const 7)) (i32.const 16) (i32.const 21))
    (call $log (i32.const 16) (i32.const 21))))
