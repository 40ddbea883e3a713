/* Make fsync and fdatasync fail while the environment says so. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

static int sync_or_fail(const char *name, int fd) {
    if (getenv("FSYNC_FAILS")) {
        errno = EIO;
        return -1;
    }
    int (*call)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return call(fd);
}

int fsync(int fd) { return sync_or_fail("fsync", fd); }

int fdatasync(int fd) { return sync_or_fail("fdatasync", fd); }
