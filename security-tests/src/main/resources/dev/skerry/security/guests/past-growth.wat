;; Grows its memory, then reads and writes at the end that it had before, at its new end, and one past it.
(module $past-growth
  (import "fault-domain" "memory" (memory 1))
  (func (export "grow") (param $pages i32) (result i32)
    (memory.grow (local.get $pages)))
  (func (export "read") (param $at i32) (result i32)
    (i32.load8_u (local.get $at)))
  (func (export "write") (param $at i32)
    (i32.store8 (local.get $at) (i32.const 0x5a)))
  ;; A load in a loop whose bound was read before the loop; the body grows the memory on the way.
  (func (export "sum-while-growing") (param $pages i32) (param $bytes i32) (result i32)
    (local $at i32) (local $sum i32)
    (loop $next
      (if (i32.eq (local.get $at) (i32.const 65535))
        (then (drop (memory.grow (local.get $pages)))))
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $bytes))))
    (local.get $sum)))
