// Inlined into its callers, so that one function has lines of two files.
static inline __attribute__((always_inline)) int step(int divisor) {
  int quotient = 100;
  quotient /= divisor;
  return quotient;
}
