/* Does to the folder /data what programs do to folders, then tries to get out of it; prints what came of each step. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name(int error) {
  switch (error) {
    case 0: return "ok";
    case EPERM: return "EPERM";
    case ENOENT: return "ENOENT";
    case ENOTDIR: return "ENOTDIR";
    case EISDIR: return "EISDIR";
    case EEXIST: return "EEXIST";
    case ENOTEMPTY: return "ENOTEMPTY";
    case ELOOP: return "ELOOP";
    case EBADF: return "EBADF";
    case EINVAL: return "EINVAL";
    case ESPIPE: return "ESPIPE";
    case ENOTCAPABLE: return "ENOTCAPABLE";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    default: return strerror(error);
  }
}

static void report(const char *step, int result) {
  printf("%s: %s\n", step, name(result == 0 ? 0 : errno));
}

static int try_open(const char *path, int flags) {
  int fd = open(path, flags, 0666);
  if (fd < 0) {
    return -1;
  }
  close(fd);
  return 0;
}

static void content(const char *path) {
  char buffer[256];
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    printf("content of %s: %s\n", path, name(errno));
    return;
  }
  size_t length = fread(buffer, 1, sizeof buffer - 1, file);
  buffer[length] = 0;
  fclose(file);
  printf("content of %s: %s\n", path, buffer);
}

static int by_name(const void *left, const void *right) {
  return strcmp(*(char *const *)left, *(char *const *)right);
}

static void list(const char *path) {
  char *names[64];
  size_t count = 0;
  DIR *directory = opendir(path);
  if (directory == NULL) {
    printf("list %s: %s\n", path, name(errno));
    return;
  }
  for (struct dirent *entry; count < 64 && (entry = readdir(directory)) != NULL;) {
    names[count++] = strdup(entry->d_name);
  }
  closedir(directory);
  qsort(names, count, sizeof *names, by_name);
  printf("list %s:", path);
  for (size_t i = 0; i < count; i++) {
    printf(" %s", names[i]);
  }
  printf("\n");
}

int main(void) {
  report("mkdir", mkdir("/data/made", 0777));
  report("mkdir again", mkdir("/data/made", 0777));
  FILE *file = fopen("/data/made/file", "w+");
  fprintf(file, "0123456789");
  fseek(file, 4, SEEK_SET);
  fputc('X', file);
  fseek(file, -2, SEEK_END);
  printf("near the end: %c at %ld\n", fgetc(file), ftell(file) - 1);
  fclose(file);
  content("/data/made/file");
  file = fopen("/data/made/file", "a");
  fprintf(file, "+more");
  fclose(file);
  content("/data/made/file");
  report("truncate", truncate("/data/made/file", 3));
  content("/data/made/file");
  struct stat status;
  report("stat", stat("/data/made/file", &status));
  printf("size %lld, regular %d\n", (long long)status.st_size, S_ISREG(status.st_mode));
  report("rename", rename("/data/made/file", "/data/made/renamed"));
  report("link", link("/data/made/renamed", "/data/made/second"));
  report("symlink", symlink("renamed", "/data/made/soft"));
  content("/data/made/soft");
  list("/data/made");
  report("rmdir of a full folder", rmdir("/data/made"));
  report("unlink of a folder", unlink("/data/made"));
  report("open a folder for writing", try_open("/data/made", O_WRONLY));
  report("exclusive", try_open("/data/made/renamed", O_CREAT | O_EXCL | O_WRONLY));
  report("folder as file", try_open("/data/made/renamed/x", O_RDONLY));
  report("missing", try_open("/data/none", O_RDONLY));
  report("no follow", try_open("/data/made/soft", O_RDONLY | O_NOFOLLOW));
  report("seek standard output", lseek(1, 0, SEEK_SET) < 0 ? -1 : 0);
  int renamed = open("/data/made/renamed", O_RDONLY);
  report("write what is open for reading", write(renamed, "x", 1) < 0 ? -1 : 0);
  close(renamed);
  report("use what is closed", close(renamed));

  report("out: two dots", try_open("/data/../secret", O_RDONLY));
  report("out: more dots", try_open("/data/made/../../secret", O_RDONLY));
  report("out: absolute", try_open("/secret", O_RDONLY));
  report("out: host path", try_open("/etc/passwd", O_RDONLY));
  report("out: absolute link", try_open("/data/absolute-link", O_RDONLY));
  report("out: relative link", try_open("/data/relative-link", O_RDONLY));
  report("out: through a linked folder", try_open("/data/folder-link/secret", O_RDONLY));
  report("out: create through a link", try_open("/data/dangling-link", O_CREAT | O_WRONLY));
  report("out: list", opendir("/data/folder-link") == NULL ? -1 : 0);
  report("out: stat", stat("/data/relative-link", &status));
  report("out: rename there", rename("/data/made/renamed", "/data/../stolen"));
  report("out: link from there", link("/data/../secret", "/data/stolen"));
  report("out: mkdir there", mkdir("/data/folder-link/made", 0777));
  report("out: unlink there", unlink("/data/folder-link/secret"));
  report("out: absolute symlink", symlink("/etc", "/data/etc"));
  report("climbing symlink", symlink("../secret", "/data/climb"));
  report("out: through it", try_open("/data/climb", O_RDONLY));
  report("loop", symlink("loop", "/data/loop"));
  report("out: through the loop", try_open("/data/loop", O_RDONLY));

  /* A folder that is open is moved away, and a link out put in its place: the open folder must not become the link. */
  report("mkdir", mkdir("/data/moving", 0777));
  int folder = open("/data/moving", O_RDONLY | O_DIRECTORY);
  report("move the folder", rename("/data/moving", "/data/moved"));
  report("put a link there", symlink("..", "/data/moving"));
  report("out: through the open folder", openat(folder, "secret", O_RDONLY) < 0 ? -1 : 0);
  int made = openat(folder, "made-in-moved", O_CREAT | O_WRONLY, 0666);
  report("the open folder still works", made < 0 ? -1 : 0);
  list("/data/moved");

  unlink("/data/made/soft");
  unlink("/data/made/second");
  unlink("/data/made/renamed");
  report("rmdir", rmdir("/data/made"));
  return 0;
}
