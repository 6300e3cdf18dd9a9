/* Hello in plain C: a command, whose main runs when the page runs the module. */
#include "skerry.h"

int main(void) {
  console_log("hello from C");
  return 0;
}
