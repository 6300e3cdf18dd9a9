;; Imports something that skerry run does not offer.
(module
  (import "env" "launch" (func))
  (func (export "_start")))
