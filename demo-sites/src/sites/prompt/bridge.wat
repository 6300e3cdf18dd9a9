;; Two doors into the memory of QuickJS, for prompt.c, whose own memory is another one.
(module
  (import "quickjs" "memory" (memory 1))
  (func $peek (export "peek") (param $address i32) (result i32)
    (i32.load8_u (local.get $address)))
  (func $poke (export "poke") (param $address i32) (param $byte i32)
    (i32.store8 (local.get $address) (local.get $byte))))
