;; A neighbour whose memory, table, globals, code and stack hold nothing but its secret.
(module $surroundings
  (type $answer (func (result i64)))
  (import "harness" "attack" (func $attack))
  (memory (export "memory") 2)
  (table (export "table") 64 funcref)
  (global (export "global") (mut i64) (i64.const 0x5e5e5e5e5e5e5e5e))
  (func $answer (export "answer") (result i64) (i64.const 0x5e5e5e5e5e5e5e5e))
  ;; Fills the table, and leaves the secret in hundreds of frames of its stack.
  (func (export "settle")
    (local $i i32)
    (loop $more
      (table.set 0 (local.get $i) (ref.func $answer))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
    (memory.fill (i32.const 0) (i32.const 0x5e) (i32.const 131072))
    (drop (call $deep (i32.const 500) (i64.const 0x5e5e5e5e5e5e5e5e))))
  (func $deep (param $left i32) (param $secret i64) (result i64)
    (local $kept i64)
    (local.set $kept (local.get $secret))
    (if (local.get $left)
      (then (drop (call $deep (i32.sub (local.get $left) (i32.const 1)) (local.get $kept)))))
    (call_indirect (type $answer) (i32.and (local.get $left) (i32.const 63))))
  ;; Has the attack happen below so many calls, and says how many of them still had the secret afterwards.
  (func $hold (export "hold") (param $calls i32) (result i32)
    (local $kept i64)
    (local $whole i32)
    (local.set $kept (i64.load (i32.shl (local.get $calls) (i32.const 3))))
    (if (local.get $calls)
      (then (local.set $whole (call $hold (i32.sub (local.get $calls) (i32.const 1)))))
      (else (call $attack)))
    (i32.add (local.get $whole) (i64.eq (local.get $kept) (i64.const 0x5e5e5e5e5e5e5e5e))))
  ;; Whether every element still leads to this code.
  (func (export "table is whole") (result i32)
    (local $i i32)
    (loop $more
      (if (i64.ne (call_indirect (type $answer) (local.get $i)) (i64.const 0x5e5e5e5e5e5e5e5e))
        (then (return (i32.const 0))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
    (i32.const 1)))
