/* test: see test.h. */
#include "lib/test.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[64];
static pid_t owner;

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value && strcmp(value, "1") == 0;
}

bool test_is_full(void)
{
    return is_set("FULL");
}

bool test_is_night(void)
{
    return is_set("NIGHT");
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_dir(void)
{
    if (getpid() == owner) /* not in a child that a test has forked */
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_dir(void)
{
    if (!dir[0]) {
        snprintf(dir, sizeof dir, "%s/dutywatch-unit-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* memory: fsync is quick */
        assert_non_null(mkdtemp(dir));
        owner = getpid();
        atexit(remove_dir);
    }
    return dir;
}

static const char *join(const char *folder, const char *name)
{
    static char paths[16][512];
    static unsigned next;
    char *path = paths[next++ % COUNT_OF(paths)];

    assert_true(snprintf(path, sizeof paths[0], "%s/%s", folder, name) < (int)sizeof paths[0]);
    return path;
}

const char *test_path(const char *name)
{
    return join(test_dir(), name);
}

const char *test_write(const char *name, const void *data, size_t size)
{
    const char *path = test_path(name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

char *test_read(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t size = 0;
    FILE *copy = open_memstream(&data, &size);
    char part[4096];
    size_t n;

    if (!file)
        fail_msg("%s cannot be read", path);
    assert_non_null(copy);
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        fwrite(part, 1, n, copy);
    fclose(file);
    fclose(copy);
    if (ret_size)
        *ret_size = size;
    return data;
}

const char *test_shared(const char *name)
{
    const char *shared = getenv("DUTYWATCH_SHARED");
    const char *path = join(shared ? shared : "../shared", name);

    if (access(path, R_OK) != 0) {
        print_message("# %s is not there\n", path);
        skip();
    }
    return path;
}

uint64_t test_seed(void)
{
    const char *given = getenv("SEED");
    uint64_t seed = given ? strtoull(given, NULL, 0) : 20250303;

    print_message("# SEED=%" PRIu64 "\n", seed);
    return seed;
}

uint64_t test_random(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
