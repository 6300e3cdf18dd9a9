;; A start function that does not end: nothing was called yet.
(module $endless-start
  (func $spin (loop $for-ever (br $for-ever)))
  (start $spin))
