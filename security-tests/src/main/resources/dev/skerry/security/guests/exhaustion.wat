;; Uses up a stack, a processor, or memory, in every shape that the language offers.
(module $exhaustion
  (type $deep (func (param i32) (result i32)))
  (import "host" "call-back" (func $call-back (param i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 1 funcref)
  (elem (i32.const 0) func $indirect)

  ;; Each answers how deep it came; 0 frames left ends it.
  (func $direct (export "direct") (param $left i32) (result i32)
    (if (result i32) (local.get $left)
      (then (i32.add (i32.const 1) (call $direct (i32.sub (local.get $left) (i32.const 1)))))
      (else (i32.const 0))))
  (func $indirect (export "indirect") (param $left i32) (result i32)
    (if (result i32) (local.get $left)
      (then (i32.add (i32.const 1)
        (call_indirect (type $deep) (i32.sub (local.get $left) (i32.const 1)) (i32.const 0))))
      (else (i32.const 0))))
  (func $even (export "mutual") (param $left i32) (result i32)
    (if (result i32) (local.get $left)
      (then (i32.add (i32.const 1) (call $odd (i32.sub (local.get $left) (i32.const 1)))))
      (else (i32.const 0))))
  (func $odd (param $left i32) (result i32)
    (if (result i32) (local.get $left)
      (then (i32.add (i32.const 1) (call $even (i32.sub (local.get $left) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "through-host") (param $left i32) (result i32)
    (if (result i32) (local.get $left)
      (then (i32.add (i32.const 1) (call $call-back (i32.sub (local.get $left) (i32.const 1)))))
      (else (i32.const 0))))

  (func (export "loop") (loop $for-ever (br $for-ever)))
  (func (export "br-table") (loop $for-ever (br_table $for-ever $for-ever (i32.const 1))))
  (func $spin (export "calls") (loop $for-ever (call $nothing) (br $for-ever)))
  (func $nothing)
  (func (export "fill") (loop $for-ever
    (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65536))) (br $for-ever)))
  (func (export "grow-and-fail") (loop $for-ever (drop (memory.grow (i32.const 65536))) (br $for-ever)))

  ;; Takes pages until the host refuses, and touches each; answers how many it has.
  (func (export "hunger") (param $most i32) (result i32)
    (block $refused
      (loop $more
        (br_if $refused (i32.ge_u (memory.size) (local.get $most)))
        (br_if $refused (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
        (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 0x5a5a5a5a))
        (br $more)))
    (memory.size)))
