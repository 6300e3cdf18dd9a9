;; Grows its memory by 1 MiB until that is refused, writing to every page; says so, and then traps.
(module $hungry
  (import "web:console" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "refused")
  (func (export "_start")
    (local $old i32)
    (block (loop
      (local.set $old (memory.grow (i32.const 16)))
      (br_if 1 (i32.eq (local.get $old) (i32.const -1)))
      (memory.fill (i32.mul (local.get $old) (i32.const 65536)) (i32.const 1) (i32.const 1048576))
      (br 0)))
    (call $log (i32.const 0) (i32.const 7))
    unreachable))
