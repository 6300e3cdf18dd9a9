;; Looks for a pattern in memory that it never wrote.
(module $scavenger
  (import "fault-domain" "memory" (memory 1))
  (func (export "leave") (param $pattern i64) (param $bytes i32)
    (local $at i32)
    (loop $next
      (i64.store (local.get $at) (local.get $pattern))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $bytes)))))
  ;; How many words in the first $bytes are not zero.
  (func (export "scan") (param $bytes i32) (result i32)
    (local $at i32) (local $found i32)
    (loop $next
      (local.set $found (i32.add (local.get $found) (i64.ne (i64.load (local.get $at)) (i64.const 0))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $bytes))))
    (local.get $found))
  (func (export "grow") (param $pages i32) (result i32) (memory.grow (local.get $pages))))
