;; How fine a clock is: the smallest step between two looks at it, of so many steps.
(module $guest-clock
  (import "web:performance" "now" (func $now (result f64)))
  (func (export "finest step") (param $steps i32) (result f64)
    (local $before f64) (local $now f64) (local $finest f64)
    (local.set $finest (f64.const inf))
    (local.set $before (call $now))
    (loop $look
      (local.set $now (call $now))
      (if (f64.gt (local.get $now) (local.get $before))
        (then
          (local.set $finest (f64.min (local.get $finest) (f64.sub (local.get $now) (local.get $before))))
          (local.set $before (local.get $now))
          (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))))
      (br_if $look (i32.gt_s (local.get $steps) (i32.const 0))))
    (local.get $finest)))
