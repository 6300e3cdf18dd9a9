;; The program of a cache's victim: some of everything that compiled code and its tables consist of, so that an attacker
;; who may write them has it all to change. Its answer is a number that depends on each part.
(module
  (type $step (func (param i32 i32) (result i32)))
  (memory 1 2)
  (table 4 funcref)
  (elem (i32.const 0) $sum $store $choose $divide)
  (global $turns (mut i32) (i32.const 0))

  (func $sum (type $step)
    (i32.add (i32.mul (local.get 0) (i32.const 31)) (local.get 1)))

  (func $store (type $step)
    (i32.store offset=16 (i32.and (local.get 0) (i32.const 0xfffc)) (local.get 1))
    (i64.store8 offset=3 (i32.and (local.get 1) (i32.const 0xff)) (i64.extend_i32_u (local.get 0)))
    (return_call $sum (i32.load (i32.const 64)) (i32.load8_s offset=20 (i32.and (local.get 0) (i32.const 0xfff)))))

  (func $choose (type $step)
    (block $other
      (block $two
        (block $one
          (br_table $one $two $other (i32.rem_u (local.get 0) (i32.const 3))))
        (return (i32.xor (local.get 0) (i32.const 0x5a5a))))
      (return (i32.trunc_sat_f64_u (f64.sqrt (f64.convert_i32_u (local.get 0))))))
    (i32.rotl (local.get 0) (local.get 1)))

  (func $divide (type $step)
    (return_call_indirect (type $step)
      (i32.div_s (local.get 0) (i32.or (local.get 1) (i32.const 1)))
      (i32.wrap_i64 (i64.rem_u (i64.extend_i32_u (local.get 0)) (i64.extend_i32_u (i32.or (local.get 1) (i32.const 2)))))
      (i32.and (local.get 0) (i32.const 2))))

  (func (export "answer") (result i32)
    (local $value i32) (local $turn i32)
    (local.set $value (i32.const 12345))
    (loop $again
      (local.set $value
        (call_indirect (type $step) (local.get $value) (local.get $turn) (i32.and (local.get $turn) (i32.const 3))))
      (global.set $turns (i32.add (global.get $turns) (i32.const 1)))
      (br_if $again (i32.lt_u (local.tee $turn (i32.add (local.get $turn) (i32.const 1))) (i32.const 40))))
    (if (i32.eqz (memory.grow (i32.const 1))) (then (unreachable)))
    (memory.fill (i32.const 70000) (i32.const 1) (i32.const 8))
    (call $sum (local.get $value) (i32.add (global.get $turns) (i32.load (i32.const 70002))))))
