;; The inner loop of the Mandelbrot page, a module of its own: mandelbrot.wasm imports it through the page's import map.
(module
  ;; How many steps of z := z^2 + c stay within |z| <= 2, at most $limit.
  (func (export "escape") (param $cx f64) (param $cy f64) (param $limit i32) (result i32)
    (local $x f64) (local $y f64) (local $xx f64) (local $yy f64) (local $steps i32)
    (loop $next
      (local.set $xx (f64.mul (local.get $x) (local.get $x)))
      (local.set $yy (f64.mul (local.get $y) (local.get $y)))
      (if (i32.and
            (f64.le (f64.add (local.get $xx) (local.get $yy)) (f64.const 4))
            (i32.lt_u (local.get $steps) (local.get $limit)))
        (then
          (local.set $y
            (f64.add
              (f64.mul (f64.mul (f64.const 2) (local.get $x)) (local.get $y))
              (local.get $cy)))
          (local.set $x (f64.add (f64.sub (local.get $xx) (local.get $yy)) (local.get $cx)))
          (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
          (br $next))))
    (local.get $steps)))
