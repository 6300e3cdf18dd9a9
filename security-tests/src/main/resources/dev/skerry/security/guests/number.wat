;; Answers with a number in its body, which the harness changes byte by byte: 0x11223344 as a constant of five bytes.
(module $number
  (type $answer (func (result i32)))
  (table (export "table") 1 funcref)
  (elem (i32.const 0) $answer)
  (func $answer (export "answer") (result i32) (i32.const 0x11223344))
  (func (export "indirect") (result i32) (call_indirect (type $answer) (i32.const 0)))
  (func (export "hot") (param i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.or (local.get $sum) (call $answer)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum)))
