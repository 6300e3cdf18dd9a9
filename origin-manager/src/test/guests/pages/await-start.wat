;; Waits in its start function, where it cannot.
(module $await_start
  (import "web:timers" "sleep" (func $sleep (param i32)))
  (start $nap)
  (func $nap (call $sleep (i32.const 0))))
