;; Imports from a host module that there is not.
(module (import "web:teleport" "jump" (func)))
