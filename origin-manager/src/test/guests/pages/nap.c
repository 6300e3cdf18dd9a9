/* A program that sleeps as C programs do, while a timer of its page is due. */
#include "skerry.h"

#include <time.h>

static void said(void *text) {
  console_log(text);
}

static void nap(const char *text, long millis) {
  struct timespec before, after, time = {0, millis * 1000000};
  clock_gettime(CLOCK_MONOTONIC, &before);
  nanosleep(&time, NULL);
  clock_gettime(CLOCK_MONOTONIC, &after);
  long long slept = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
  console_log(slept >= millis * 1000000 ? text : "too early");
}

__attribute__((export_name("sleep"))) int sleep_a_while(void) {
  timers_set_timeout(said, "a timer", 1);
  nap("awake", 60);
  nap("again", 1);
  return 42;
}

static void dispatched(void *data) {
  (void) data;
  timers_set_timeout(said, "a timer", 0);
  nap("awake", 20);
}

/* Where it cannot wait, for its own call of a host function lies on the stack. */
__attribute__((export_name("dispatch"))) void dispatch(void) {
  dom_add_event_listener(dom_document(), "nap", dispatched, NULL);
  dom_dispatch_event(dom_document(), "nap", false);
}

/* Whether one of the clocks shows a time that is no multiple of so many nanoseconds, looked at often. */
__attribute__((export_name("finer_than"))) int finer_than(int nanos) {
  bool finer = false;
  for (int i = 0; i < 1000; i++) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    finer |= (now.tv_sec * 1000000000LL + now.tv_nsec) % nanos != 0;
    double steps = performance_now() * 1e6 / nanos;
    double rest = steps - (double) (long long) (steps + 0.5);
    finer |= rest > 1e-3 || rest < -1e-3;
    timers_sleep(i % 20 == 0);
  }
  return finer;
}
