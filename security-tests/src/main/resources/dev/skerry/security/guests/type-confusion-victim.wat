;; The function that is called under false types, in another module with a type section of its own.
(module $type-confusion-victim
  (type $padding (func (param f32)))
  (type $own (func (param i64) (result i64)))
  (func $secret (type $own) (i64.xor (local.get 0) (i64.const 0x5ec2e7)))
  (func $answer (result i32) (i32.const 0x5ec2e7))
  (table (export "table") 1 funcref)
  (table (export "answers") 4 8 funcref)
  (elem (table 0) (i32.const 0) func $secret)
  (elem (table 1) (i32.const 3) func $answer))
