;; Calls whatever stands in a table at an index of its choice: past the end, at a hole, after the table grew.
(module $table-reach
  (type $secret (func (result i32)))
  (import "fault-domain" "table" (table 1 funcref))
  (func (export "call") (param $index i32) (result i32)
    (call_indirect (type $secret) (local.get $index)))
  (func (export "get") (param $index i32) (result i32)
    (ref.is_null (table.get 0 (local.get $index))))
  (func (export "copy-then-call") (param $from i32) (param $count i32) (result i32)
    (table.copy (i32.const 0) (local.get $from) (local.get $count))
    (call_indirect (type $secret) (i32.const 0))))
