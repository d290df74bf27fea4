/*
 * Copies the watched folder before every file operation of a process in it: each copy is what a process that was killed there
 * would leave. Of a write that is cut short there is a second copy, with half of the bytes.
 *
 *   cc -shared -fPIC -O1 -o crash-points.so crash-points.c -ldl
 *   LD_PRELOAD=./crash-points.so CRASH_WATCHED=/folder CRASH_COPIES=/copies PROGRAM
 *
 * The copies are /copies/<number>-<operation>. Operations of all threads take turns, so no copy is made half-way through another one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static __thread int busy;
static int count;

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_below(const char *path) {
  const char *watched = getenv("CRASH_WATCHED");
  size_t length = watched ? strlen(watched) : 0;
  return length > 0 && strncmp(path, watched, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static int is_watched_path(int folder, const char *path) {
  char full[2 * PATH_MAX], link[64];
  if (path[0] == '/') return is_below(path);
  if (folder == AT_FDCWD) {
    if (!getcwd(full, PATH_MAX)) return 0;
  } else {
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, full, PATH_MAX - 1);
    if (length < 0) return 0;
    full[length] = 0;
  }
  strcat(full, "/");
  strncat(full, path, PATH_MAX - 1);
  return is_below(full);
}


static int is_watched_file(int file) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static void copy_folder(const char *operation) {
  char target[PATH_MAX], source[PATH_MAX];
  snprintf(target, sizeof target, "%s/%05d-%s", getenv("CRASH_COPIES"), count++, operation);
  snprintf(source, sizeof source, "%s/.", getenv("CRASH_WATCHED"));
  char *arguments[] = {"cp", "-a", "--", source, target, NULL};
  char *environment[] = {"PATH=/usr/bin:/bin", NULL};
  pid_t child;
  int status;
  if (posix_spawnp(&child, "cp", NULL, NULL, arguments, environment) != 0) _exit(97);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
}

/* The copy, then the operation, before any other one. */
#define IN_TURN(is_seen, operation, result_type, call) \
  if (busy || !getenv("CRASH_COPIES") || !(is_seen)) return call; \
  pthread_mutex_lock(&turn); \
  busy = 1; \
  copy_folder(operation); \
  result_type result = call; \
  int kept = errno; \
  busy = 0; \
  pthread_mutex_unlock(&turn); \
  errno = kept; \
  return result

#define TORN_WRITE(is_seen, half, undo_or_rest) \
  if (busy || !getenv("CRASH_COPIES") || !(is_seen)) return undo_or_rest; \
  pthread_mutex_lock(&turn); \
  busy = 1; \
  copy_folder("write"); \
  half; \
  copy_folder("torn-write"); \
  ssize_t result = undo_or_rest; \
  int kept = errno; \
  busy = 0; \
  pthread_mutex_unlock(&turn); \
  errno = kept; \
  return result

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
  REAL(pwrite);
  TORN_WRITE(is_watched_file(file), real(file, bytes, length / 2, at), real(file, bytes, length, at));
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  REAL(pwrite64);
  TORN_WRITE(is_watched_file(file), real(file, bytes, length / 2, at), real(file, bytes, length, at));
}

ssize_t write(int file, const void *bytes, size_t length) {
  REAL(write);
  static __typeof__(pwrite) *half;
  if (!half) half = (__typeof__(pwrite) *)dlsym(RTLD_NEXT, "pwrite");
  TORN_WRITE(is_watched_file(file), half(file, bytes, length / 2, lseek(file, 0, SEEK_CUR)), real(file, bytes, length));
}

ssize_t writev(int file, const struct iovec *parts, int number) {
  REAL(writev);
  IN_TURN(is_watched_file(file), "writev", ssize_t, real(file, parts, number));
}

ssize_t pwritev(int file, const struct iovec *parts, int number, off_t at) {
  REAL(pwritev);
  IN_TURN(is_watched_file(file), "pwritev", ssize_t, real(file, parts, number, at));
}

ssize_t pwritev64(int file, const struct iovec *parts, int number, off64_t at) {
  REAL(pwritev64);
  IN_TURN(is_watched_file(file), "pwritev", ssize_t, real(file, parts, number, at));
}

#define OPENS(name, path, flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  REAL(open);
  OPENS(open, path, flags)
  IN_TURN((flags & (O_CREAT | O_TRUNC)) && is_watched_path(AT_FDCWD, path), "open", int, real(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
  REAL(open64);
  OPENS(open64, path, flags)
  IN_TURN((flags & (O_CREAT | O_TRUNC)) && is_watched_path(AT_FDCWD, path), "open", int, real(path, flags, mode));
}

int openat(int folder, const char *path, int flags, ...) {
  REAL(openat);
  OPENS(openat, path, flags)
  IN_TURN((flags & (O_CREAT | O_TRUNC)) && is_watched_path(folder, path), "open", int, real(folder, path, flags, mode));
}

int ftruncate(int file, off_t length) {
  REAL(ftruncate);
  IN_TURN(is_watched_file(file), "truncate", int, real(file, length));
}

int ftruncate64(int file, off64_t length) {
  REAL(ftruncate64);
  IN_TURN(is_watched_file(file), "truncate", int, real(file, length));
}

int fsync(int file) {
  REAL(fsync);
  IN_TURN(is_watched_file(file), "sync", int, real(file));
}

int fdatasync(int file) {
  REAL(fdatasync);
  IN_TURN(is_watched_file(file), "sync", int, real(file));
}

int rename(const char *from, const char *to) {
  REAL(rename);
  IN_TURN(is_watched_path(AT_FDCWD, to), "rename", int, real(from, to));
}

int link(const char *from, const char *to) {
  REAL(link);
  IN_TURN(is_watched_path(AT_FDCWD, to), "link", int, real(from, to));
}

int unlink(const char *path) {
  REAL(unlink);
  IN_TURN(is_watched_path(AT_FDCWD, path), "remove", int, real(path));
}

int unlinkat(int folder, const char *path, int flags) {
  REAL(unlinkat);
  IN_TURN(is_watched_path(folder, path), "remove", int, real(folder, path, flags));
}

int rmdir(const char *path) {
  REAL(rmdir);
  IN_TURN(is_watched_path(AT_FDCWD, path), "remove-folder", int, real(path));
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  IN_TURN(is_watched_path(AT_FDCWD, path), "make-folder", int, real(path, mode));
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t length) {
  static ssize_t (*real)(int, int, off64_t *, size_t);
  if (!real) real = (ssize_t (*)(int, int, off64_t *, size_t))dlsym(RTLD_NEXT, "sendfile64");
  IN_TURN(is_watched_file(to), "copy", ssize_t, real(to, from, at, length));
}

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
  REAL(copy_file_range);
  IN_TURN(is_watched_file(to), "copy", ssize_t, real(from, from_at, to, to_at, length, flags));
}
