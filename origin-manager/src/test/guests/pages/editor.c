/*
 * Edits its document: each call of step does what the next li of the document says, commands with a semicolon between
 * them: create TAG, find SELECTOR, set NAME VALUE, unset NAME, append SELECTOR (the element that was made or found goes
 * to the end of that one), remove, text TEXT, listen TYPE (logs the type and the tag of the target from then on).
 */
#include "skerry.h"

#include <stdlib.h>
#include <string.h>

static skerry_ref current;
static int32_t steps;

static void heard(void *data) {
  (void) data;
  char line[64];
  int32_t length = dom_event_type(line, 24);
  line[length] = ' ';
  length += 1 + dom_tag_name(dom_event_target(), line + length + 1, 24);
  console_log_n(line, (size_t) length);
}

/* The word before the first blank, which becomes its end; what follows is the rest. */
static char *rest(char *command) {
  char *blank = strchr(command, ' ');
  if (blank == NULL) {
    return command + strlen(command);
  }
  *blank = '\0';
  return blank + 1;
}

static void run(char *command) {
  char *what = rest(command);
  if (strcmp(command, "create") == 0) {
    current = dom_create_element(what);
  } else if (strcmp(command, "find") == 0) {
    current = dom_query(dom_document(), what);
  } else if (strcmp(command, "set") == 0) {
    char *value = rest(what);
    dom_set_attribute(current, what, value);
  } else if (strcmp(command, "unset") == 0) {
    dom_remove_attribute(current, what);
  } else if (strcmp(command, "append") == 0) {
    dom_append_child(dom_query(dom_document(), what), current);
  } else if (strcmp(command, "remove") == 0) {
    dom_remove(current);
  } else if (strcmp(command, "text") == 0) {
    dom_set_text(current, what);
  } else if (strcmp(command, "listen") == 0) {
    dom_add_event_listener(current, what, heard, NULL);
  } else {
    __builtin_trap();
  }
}

__attribute__((export_name("step"))) void step(void) {
  char *text = dom_text_copy(dom_list_item(dom_query_all(dom_document(), "li"), steps++));
  for (char *command = text, *next; command != NULL; command = next) {
    next = strchr(command, ';');
    if (next != NULL) {
      *next++ = '\0';
      next += *next == ' ';
    }
    run(command);
  }
  free(text);
}
