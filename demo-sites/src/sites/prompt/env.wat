;; What QuickJS asks of its host: UTC, no interrupts (the host's own limits end what runs too long), no modules to
;; import, and no functions of the host.
(module
  (func $host_get_timezone_offset (export "host_get_timezone_offset") (param i32 i32) (result i32) (i32.const 0))
  (func $host_interrupt (export "host_interrupt") (result i32) (i32.const 0))
  (func $host_promise_rejection (export "host_promise_rejection") (param i32 i32 i32))
  (func $host_module_normalize (export "host_module_normalize") (param i32 i32) (result i32) (i32.const 0))
  (func $host_module_load (export "host_module_load") (param i32 i32) (result i32) (i32.const 0))
  (func $host_call (export "host_call") (param i32 i32 i32 i32 i32) (result i32) (unreachable)))
