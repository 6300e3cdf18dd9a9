/*
 * SQL in a page: SQLite with a database in memory, linked with this program into one module by fetch.sh. The statements
 * of the page's list run at the start, those of #source whenever #run is clicked; each answer is a table in #answers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "skerry.h"
#include "sqlite3.h"

static sqlite3 *database;
static skerry_ref answers;
static int statements, rows, errors;

/* The system that SQLite sees: no files, the random bytes and the clock of WASI. */
static int open_no_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
  (void) vfs, (void) name, (void) flags, (void) given;
  file->pMethods = NULL;
  return SQLITE_CANTOPEN;
}

static int delete_no_file(sqlite3_vfs *vfs, const char *name, int sync) {
  (void) vfs, (void) name, (void) sync;
  return SQLITE_IOERR_DELETE;
}

static int access_no_file(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  (void) vfs, (void) name, (void) flags;
  *result = 0;
  return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *path) {
  (void) vfs;
  return snprintf(path, (size_t) size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int random_bytes(sqlite3_vfs *vfs, int size, char *bytes) {
  (void) vfs;
  for (int i = 0; i < size; i += 256) {
    getentropy(bytes + i, (size_t) (size - i < 256 ? size - i : 256));
  }
  return size;
}

static int sleep_not(sqlite3_vfs *vfs, int microseconds) {
  (void) vfs, (void) microseconds;
  return 0;
}

/* Milliseconds of the Julian day number. */
static int current_time(sqlite3_vfs *vfs, sqlite3_int64 *now) {
  (void) vfs;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  *now = 210866760000000LL + (sqlite3_int64) time.tv_sec * 1000 + time.tv_nsec / 1000000;
  return SQLITE_OK;
}

static int current_day(sqlite3_vfs *vfs, double *day) {
  sqlite3_int64 now;
  current_time(vfs, &now);
  *day = (double) now / 86400000.0;
  return SQLITE_OK;
}

int sqlite3_os_init(void) {
  static sqlite3_vfs vfs = {
    .iVersion = 2, .szOsFile = sizeof(sqlite3_file), .mxPathname = 64, .zName = "none",
    .xOpen = open_no_file, .xDelete = delete_no_file, .xAccess = access_no_file, .xFullPathname = full_path,
    .xRandomness = random_bytes, .xSleep = sleep_not, .xCurrentTime = current_day, .xCurrentTimeInt64 = current_time,
  };
  return sqlite3_vfs_register(&vfs, 1);
}

int sqlite3_os_end(void) {
  return SQLITE_OK;
}

static skerry_ref add(skerry_ref parent, const char *tag) {
  skerry_ref child = dom_create_element(tag);
  dom_append_child(parent, child);
  return child;
}

static void add_text(skerry_ref parent, const char *tag, const char *text) {
  skerry_ref child = add(parent, tag);
  dom_set_text(child, text);
  skerry_drop(child);
}

static void write_row(skerry_ref table, sqlite3_stmt *statement, bool head) {
  skerry_ref row = add(table, "tr");
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    const char *text = head ? sqlite3_column_name(statement, i) : (const char *) sqlite3_column_text(statement, i);
    add_text(row, head ? "th" : "td", text == NULL ? "NULL" : text);
  }
  skerry_drop(row);
}

/* Runs one statement to its end; its rows go into a table of their own. */
static int run_statement(sqlite3_stmt *statement) {
  skerry_ref table = 0;
  int result;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    if (table == 0) {
      table = add(answers, "table");
      add_text(table, "caption", sqlite3_sql(statement));
      write_row(table, statement, true);
    }
    write_row(table, statement, false);
    rows++;
  }
  skerry_drop(table);
  statements++;
  return result;
}

/* Runs all statements of a text, up to the first that fails. */
static void run_text(const char *text) {
  while (*text != '\0') {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database, text, -1, &statement, &text);
    if (result == SQLITE_OK && statement != NULL) {
      result = run_statement(statement);
    }
    if (result != SQLITE_OK && result != SQLITE_DONE) {
      add_text(answers, "strong", sqlite3_errmsg(database));
      errors++;
      sqlite3_finalize(statement);
      return;
    }
    sqlite3_finalize(statement);
  }
}

static void run_element(skerry_ref element) {
  char *text = dom_text_copy(element);
  if (text != NULL) {
    run_text(text);
  }
  free(text);
}

static void show_status(void) {
  char line[80];
  snprintf(line, sizeof line, "%d statements, %d rows, %d errors", statements, rows, errors);
  skerry_ref status = dom_query(dom_document(), "#status");
  dom_set_text(status, line);
  skerry_drop(status);
}

static void on_click(void *data) {
  (void) data;
  skerry_ref source = dom_query(dom_document(), "#source");
  run_element(source);
  skerry_drop(source);
  show_status();
}

int main(void) {
  answers = dom_query(dom_document(), "#answers");
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) {
    return 1;
  }
  skerry_ref scripts = dom_query_all(dom_document(), "#statements > li");
  for (int32_t i = 0; i < dom_list_length(scripts); i++) {
    skerry_ref item = dom_list_item(scripts, i);
    run_element(item);
    skerry_drop(item);
  }
  dom_add_event_listener(dom_query(dom_document(), "#run"), "click", on_click, NULL);
  show_status();
  char line[80];
  snprintf(line, sizeof line, "SQL: %d statements, %d rows, %d errors", statements, rows, errors);
  console_log(line);
  return 0;
}
