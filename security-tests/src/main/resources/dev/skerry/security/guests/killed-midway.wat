;; Fills and copies megabytes for ever.
(module $killed-midway
  (import "fault-domain" "memory" (memory 512))
  (func (export "fill") (param $byte i32)
    (loop $again
      (memory.fill (i32.const 0) (local.get $byte) (i32.const 0x2000000))
      (br $again)))
  (func (export "copy") (param $byte i32)
    (memory.fill (i32.const 0) (local.get $byte) (i32.const 0x1000000))
    (loop $again
      (memory.copy (i32.const 0x1000000) (i32.const 0) (i32.const 0x1000000))
      (br $again)))
  (func (export "ping") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))
