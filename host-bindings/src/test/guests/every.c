/*
 * Calls every function of WASI preview 1 and prints a line for each: its name, its error number, and what it gave. The
 * folder at descriptor 3 holds a file "file" with the text "contents".
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise"))) int32_t proc_raise(int32_t signal);

static void say(const char *name, __wasi_errno_t error, unsigned long long gave) {
  printf("%s %d %llu\n", name, error, gave);
}

/* What is no test by itself. */
static void must(__wasi_errno_t error) {
  if (error != 0) {
    __builtin_trap();
  }
}

static uint8_t space[512];
static uint8_t *pointers[8];

static void surroundings(void) {
  __wasi_size_t count = 0, size = 0;
  say("args_sizes_get", __wasi_args_sizes_get(&count, &size), count * 100 + size);
  say("args_get", __wasi_args_get(pointers, space), strlen((char *) pointers[0]));
  say("environ_sizes_get", __wasi_environ_sizes_get(&count, &size), count * 100 + size);
  say("environ_get", __wasi_environ_get(pointers, space), strcmp((char *) pointers[0], "NAME=value") == 0);
  __wasi_timestamp_t time = 0, later = 0;
  say("clock_res_get", __wasi_clock_res_get(__WASI_CLOCKID_MONOTONIC, &time), time > 0);
  say("clock_time_get", __wasi_clock_time_get(__WASI_CLOCKID_REALTIME, 0, &time), time > 1600000000000000000ULL);
  say("random_get", __wasi_random_get(space, sizeof space), memcmp(space, space + 256, 256) != 0);
  say("sched_yield", __wasi_sched_yield(), 0);
  say("proc_raise", proc_raise(6), 0);
  must(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &time));
  __wasi_subscription_t pause = {.userdata = 42, .u = {.tag = __WASI_EVENTTYPE_CLOCK,
      .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = 2000000}}};
  __wasi_event_t event = {0};
  __wasi_errno_t error = __wasi_poll_oneoff(&pause, &event, 1, &count);
  must(__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &later));
  say("poll_oneoff", error, later - time >= 2000000 ? count * event.userdata : 0);
}

static void descriptors(void) {
  __wasi_prestat_t prestat;
  say("fd_prestat_get", __wasi_fd_prestat_get(3, &prestat), prestat.u.dir.pr_name_len);
  say("fd_prestat_dir_name", __wasi_fd_prestat_dir_name(3, space, sizeof space), space[0] == '/');
  __wasi_fd_t fd = -1;
  __wasi_rights_t all = ~0ULL;
  say("path_open", __wasi_path_open(3, 0, "file", 0, all, all, 0, &fd), fd);
  __wasi_fdstat_t stat;
  say("fd_fdstat_get", __wasi_fd_fdstat_get(fd, &stat), stat.fs_filetype);
  say("fd_fdstat_set_flags", __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_APPEND), 0);
  must(__wasi_fd_fdstat_set_flags(fd, 0));
  __wasi_filestat_t file;
  say("fd_filestat_get", __wasi_fd_filestat_get(fd, &file), file.size);
  __wasi_iovec_t in = {space, 4};
  __wasi_ciovec_t out = {(const uint8_t *) "CON", 3};
  __wasi_size_t moved = 0;
  __wasi_filesize_t offset = 0;
  say("fd_read", __wasi_fd_read(fd, &in, 1, &moved), moved * 1000 + space[3]);
  say("fd_tell", __wasi_fd_tell(fd, &offset), offset);
  say("fd_pread", __wasi_fd_pread(fd, &in, 1, 6, &moved), moved * 1000 + space[0]);
  say("fd_seek", __wasi_fd_seek(fd, -2, __WASI_WHENCE_END, &offset), offset);
  say("fd_pwrite", __wasi_fd_pwrite(fd, &out, 1, 0, &moved), moved);
  say("fd_write", __wasi_fd_write(fd, &out, 1, &moved), moved);
  must(__wasi_fd_filestat_get(fd, &file));
  say("fd_sync", __wasi_fd_sync(fd), file.size);
  say("fd_datasync", __wasi_fd_datasync(fd), 0);
  say("fd_advise", __wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_SEQUENTIAL), 0);
  say("fd_allocate", __wasi_fd_allocate(fd, 0, 20), 0);
  __wasi_errno_t error = __wasi_fd_filestat_set_size(fd, 10);
  must(__wasi_fd_filestat_get(fd, &file));
  say("fd_filestat_set_size", error, file.size);
  error = __wasi_fd_filestat_set_times(fd, 0, 1000000000, __WASI_FSTFLAGS_MTIM);
  must(__wasi_fd_filestat_get(fd, &file));
  say("fd_filestat_set_times", error, file.mtim);
  say("fd_fdstat_set_rights", __wasi_fd_fdstat_set_rights(fd, __WASI_RIGHTS_FD_READ, 0), 0);
  say("fd_write without the right", __wasi_fd_write(fd, &out, 1, &moved), 0);
  say("fd_readdir", __wasi_fd_readdir(3, space, sizeof space, 2, &moved), moved);
  say("sock_accept", __wasi_sock_accept(fd, 0, &fd), 0);
  say("sock_recv", __wasi_sock_recv(fd, &in, 1, 0, &moved, &(__wasi_roflags_t) {0}), 0);
  say("sock_send", __wasi_sock_send(fd, &out, 1, 0, &moved), 0);
  say("sock_shutdown", __wasi_sock_shutdown(fd, 0), 0);
  __wasi_fd_t other = -1;
  must(__wasi_path_open(3, 0, "file", 0, __WASI_RIGHTS_FD_READ, 0, 0, &other));
  say("fd_renumber", __wasi_fd_renumber(other, fd), __wasi_fd_tell(other, &offset));
  say("fd_close", __wasi_fd_close(fd), __wasi_fd_tell(fd, &offset));
}

static void paths(void) {
  __wasi_filestat_t file;
  __wasi_size_t size = 0;
  say("path_create_directory", __wasi_path_create_directory(3, "folder"), 0);
  say("path_link", __wasi_path_link(3, 0, "file", 3, "folder/link"), 0);
  say("path_filestat_get", __wasi_path_filestat_get(3, 0, "folder/link", &file), file.nlink);
  say("path_symlink", __wasi_path_symlink("../file", 3, "folder/symbolic"), 0);
  say("path_readlink", __wasi_path_readlink(3, "folder/symbolic", space, sizeof space, &size), size);
  __wasi_errno_t error = __wasi_path_filestat_set_times(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, "folder/symbolic", 0,
                                                        2000000000, __WASI_FSTFLAGS_MTIM);
  must(__wasi_path_filestat_get(3, 0, "file", &file));
  say("path_filestat_set_times", error, file.mtim);
  say("path_rename", __wasi_path_rename(3, "folder/symbolic", 3, "moved"), 0);
  say("path_unlink_file", __wasi_path_unlink_file(3, "moved"), __wasi_path_unlink_file(3, "folder/link"));
  say("path_remove_directory", __wasi_path_remove_directory(3, "folder"), __wasi_path_filestat_get(3, 0, "folder", &file));
}

int main(void) {
  surroundings();
  descriptors();
  paths();
  say("proc_exit", 0, 0);
  fflush(stdout);
  __wasi_proc_exit(7);
}
