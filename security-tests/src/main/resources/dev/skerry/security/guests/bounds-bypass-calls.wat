;; Calls through a table, and jumps through one, with an index of the caller's choice.
(module $bounds-bypass-calls
  (type $plain (func (param i32) (result i32)))
  (import "fault-domain" "memory" (memory 32 32))
  (import "fault-domain" "table" (table 8 8 funcref))
  (elem (i32.const 0) $nothing $nothing $nothing $nothing $nothing $other $touch $nothing)
  (func $nothing (type $plain) (local.get 0))
  ;; In the table, but of another type.
  (func $other (export "other") (param i64 i32) (result i32) (i32.load8_u offset=1363968 (i32.const 0)))
  ;; Behind the table's end, once the harness has shortened it.
  (func $touch (type $plain) (i32.load8_u offset=1363968 (i32.const 0)))
  (func (export "call") (param i32) (result i32) (call_indirect (type $plain) (i32.const 0) (local.get 0)))
  ;; The index comes from memory, and so comes late.
  (func (export "jump") (param i32) (result i32)
    (block $out (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $out (i32.add (local.get 0) (i32.load (i32.const 8192)))))
      (return (local.get 0)))
      (return (i32.load8_u offset=1368064 (i32.const 0))))
      (return (i32.load8_u offset=1372160 (i32.const 0))))
      (return (i32.load8_u offset=1376256 (i32.const 0))))
      (return (i32.load8_u offset=1380352 (i32.const 0))))
    (i32.const 0)))
