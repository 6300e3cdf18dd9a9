;; The gadget of Spectre v1: the byte at the index says which page of the second megabyte is touched.
(module $bounds-bypass
  (import "fault-domain" "memory" (memory 32 32))
  (func (export "load") (param i32) (result i32)
    (i32.load8_u offset=1048576 (i32.shl (i32.load8_u (local.get 0)) (i32.const 12)))))
