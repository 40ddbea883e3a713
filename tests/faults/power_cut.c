/* Record what is written to a database, and what is synced, in the order of both.

   A record is a line, W PATH OFFSET LENGTH, T PATH SIZE or S PATH, and after W the bytes. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int journal(void) {
    static int fd = -1;
    const char *name = getenv("POWER_CUT_JOURNAL");
    if (fd < 0 && name)
        fd = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600);
    return fd;
}

static int is_recorded(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return strstr(path, "asynchat.db") && !strstr(path, "-shm") && journal() >= 0;
}

static void record(const char *head, const void *data, size_t length) {
    size_t said = strlen(head);
    char *all = malloc(said + length);
    memcpy(all, head, said);
    if (length)
        memcpy(all + said, data, length);
    /* One write: records of two threads do not mix. */
    if (syscall(SYS_write, journal(), all, said + length) != (ssize_t)(said + length))
        abort();
    free(all);
}

static ssize_t write_at(const char *name, int fd, const void *data, size_t length, off_t at) {
    ssize_t (*call)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
    ssize_t done = call(fd, data, length, at);
    char path[4096], head[4200];
    if (done > 0 && is_recorded(fd, path, sizeof path)) {
        snprintf(head, sizeof head, "W %s %lld %zd\n", path, (long long)at, done);
        record(head, data, done);
    }
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    return write_at("pwrite", fd, data, length, at);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) {
    return write_at("pwrite64", fd, data, length, at);
}

static int resize(const char *name, int fd, off_t size) {
    int (*call)(int, off_t) = dlsym(RTLD_NEXT, name);
    int failed = call(fd, size);
    char path[4096], head[4200];
    if (!failed && is_recorded(fd, path, sizeof path)) {
        snprintf(head, sizeof head, "T %s %lld\n", path, (long long)size);
        record(head, "", 0);
    }
    return failed;
}

int ftruncate(int fd, off_t size) { return resize("ftruncate", fd, size); }

int ftruncate64(int fd, off_t size) { return resize("ftruncate64", fd, size); }

static int sync_file(const char *name, int fd) {
    int (*call)(int) = dlsym(RTLD_NEXT, name);
    int failed = call(fd);
    char path[4096], head[4200];
    if (!failed && is_recorded(fd, path, sizeof path)) {
        snprintf(head, sizeof head, "S %s\n", path);
        record(head, "", 0);
    }
    return failed;
}

int fsync(int fd) { return sync_file("fsync", fd); }

int fdatasync(int fd) { return sync_file("fdatasync", fd); }
