;; Calls what a table holds under its first type. The harness has another module of the very same code, whose first type
;; is one of references.
(module $type-identity
  (type $first (func (param i64) (result i64)))
  (import "fault-domain" "table" (table 2 funcref))
  (func $same (export "same") (type $first) (local.get 0))
  (func (export "call") (type $first) (call_indirect (type $first) (local.get 0) (i32.const 0))))
