;; Grows a shared memory page by page, and writes in each new page that it is there.
(module $growing-shared
  (import "fault-domain" "memory" (memory 1 400 shared))
  (func (export "grow") (result i32) (local $at i32)
    (loop $again
      (local.set $at (memory.grow (i32.const 1)))
      (if (i32.ge_s (local.get $at) (i32.const 0))
        (then
          (i32.atomic.store (i32.shl (local.get $at) (i32.const 16)) (local.get $at))
          (br $again))))
    (memory.size)))
