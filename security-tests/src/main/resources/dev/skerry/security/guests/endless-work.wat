;; Work without end in a page: the document's body says by a digit where from.
(module $endless-work
  (import "web:dom" "document" (func $document (result externref)))
  (import "web:dom" "query" (func $query (param externref i32 i32) (result externref)))
  (import "web:dom" "attribute" (func $attribute (param externref i32 i32 i32 i32) (result i32)))
  (import "web:dom" "add_event_listener" (func $listen (param externref i32 i32 i32 i32) (result i32)))
  (import "web:dom" "dispatch_event" (func $dispatch (param externref i32 i32 i32)))
  (import "web:timers" "set_timeout" (func $timeout (param i32 i32 i32) (result i32)))
  (import "web:timers" "set_interval" (func $interval (param i32 i32 i32) (result i32)))
  (import "web:timers" "queue_microtask" (func $microtask (param i32 i32)))
  (import "web:messaging" "self" (func $self (result externref)))
  (import "web:messaging" "post" (func $post (param externref i32 i32 i32 i32) (result i32)))
  (import "web:messaging" "on_message" (func $on-message (param i32 i32)))
  (memory (export "memory") 1)
  (table (export "__indirect_function_table") 5 funcref)
  (elem (i32.const 0) func $spin $again $double $busy $start)
  (data (i32.const 0) "body")
  (data (i32.const 8) "data-shape")
  (data (i32.const 24) "*")

  (func $spin (param i32) (loop $for-ever (br $for-ever)))
  ;; Every microtask queues the next one.
  (func $again (param i32) (call $microtask (i32.const 1) (i32.const 0)))
  ;; Every message posts two.
  (func $double (param i32)
    (drop (call $post (call $self) (i32.const 0) (i32.const 64) (i32.const 24) (i32.const 1)))
    (drop (call $post (call $self) (i32.const 0) (i32.const 64) (i32.const 24) (i32.const 1))))
  ;; A millisecond or so of work.
  (func $busy (param i32)
    (local.set 0 (i32.const 1000000))
    (loop $on (br_if $on (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func $start (param i32) (call $run))

  (func $run (export "_start")
    (local $body externref) (local $i i32)
    (local.set $body (call $query (call $document) (i32.const 0) (i32.const 4)))
    (drop (call $attribute (local.get $body) (i32.const 8) (i32.const 10) (i32.const 32) (i32.const 8)))
    (block $8 (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 (i32.sub (i32.load8_u (i32.const 32)) (i32.const 48))))
      ;; 0: right here.
      (call $spin (i32.const 0)))
      ;; 1: in a timer.
      (drop (call $timeout (i32.const 0) (i32.const 0) (i32.const 0)))
      (return))
      ;; 2: microtasks that queue microtasks.
      (call $again (i32.const 0))
      (return))
      ;; 3: in the listener of an event.
      (drop (call $listen (local.get $body) (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 0)))
      (call $dispatch (local.get $body) (i32.const 0) (i32.const 4) (i32.const 0))
      (return))
      ;; 4: messages that breed.
      (call $on-message (i32.const 2) (i32.const 0))
      (call $double (i32.const 0))
      (return))
      ;; 5: hundreds of timers, each with a little work, again and again.
      (local.set $i (i32.const 500))
      (loop $more
        (drop (call $interval (i32.const 3) (i32.const 0) (i32.const 0)))
        (br_if $more (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (return))
      ;; 6: page after page, and on when there are no more.
      (loop $for-ever
        (drop (memory.grow (i32.const 1)))
        (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 1))
        (br $for-ever)))
      ;; 7: gigabytes filled and copied.
      (drop (memory.grow (i32.const 2000)))
      (loop $for-ever
        (memory.fill (i32.const 0) (i32.const 48) (i32.mul (memory.size) (i32.const 65536)))
        (memory.copy (i32.const 65536) (i32.const 0) (i32.mul (i32.sub (memory.size) (i32.const 1)) (i32.const 65536)))
        (br $for-ever)))))
