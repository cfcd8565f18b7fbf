/* watch/lock: a lock is that of one file, whatever the file systems number alike. */
#include "lib/test.h"

#include "watch/lock.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAIRS 20

static void write_to(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    if (f) {
        fputs(text, f);
        fclose(f);
    }
}

/* File systems of our own. */
static bool alone(void)
{
    char users[32], groups[32];

    snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
        return false;
    write_to("/proc/self/setgroups", "deny");
    write_to("/proc/self/uid_map", users);
    write_to("/proc/self/gid_map", groups);
    return !mount("none", "/", "", MS_REC | MS_PRIVATE, NULL);
}

/* An empty one, whose inodes are numbered from the beginning. */
static bool fresh(const char *name)
{
    return !mkdir(test_path(name), 0700) && !mount("fresh", test_path(name), "tmpfs", 0, NULL);
}

static int set_up(void **state)
{
    static bool ready;

    ready = alone() && fresh("a") && fresh("b");
    *state = &ready;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    umount2(test_path("a/over"), MNT_DETACH);
    umount2(test_path("a"), MNT_DETACH);
    umount2(test_path("b"), MNT_DETACH);
    return 0;
}

static const char *numbered(const char *in, int i)
{
    char name[32];

    snprintf(name, sizeof name, "%s/state%d", in, i);
    return test_path(name);
}

static ino_t inode_of(const char *dir)
{
    char path[512];
    struct stat st = { 0 };

    snprintf(path, sizeof path, "%s/lock", dir);
    assert_int_equal(stat(path, &st), 0);
    return st.st_ino;
}

static int take(const char *dir)
{
    struct error e = { 0 };
    int fd;

    if (!lock_take(dir, &fd, &e))
        fail_msg("%s", e.text);
    return fd;
}

static void a_lock_is_seen_while_it_is_held(void **state)
{
    int fd;

    (void)state;
    assert_false(lock_is_held(test_path("state")));
    fd = take(test_path("state"));
    assert_true(lock_is_held(test_path("state")));
    lock_drop(fd);
    assert_false(lock_is_held(test_path("state")));
}

static void a_lock_of_the_same_number_elsewhere_is_another(void **state)
{
    int held[PAIRS], alike = 0;

    if (!*(bool *)*state)
        skip();
    for (int i = 0; i < PAIRS; i++) {
        held[i] = take(numbered("a", i));
        lock_drop(take(numbered("b", i)));
        alike += inode_of(numbered("a", i)) == inode_of(numbered("b", i));
    }
    assert_true(alike > 0);
    for (int i = 0; i < PAIRS; i++) {
        assert_true(lock_is_held(numbered("a", i)));
        assert_false(lock_is_held(numbered("b", i)));
        lock_drop(held[i]);
        assert_false(lock_is_held(numbered("a", i)));
    }
}

/* Of an overlay stat() names another device than the list of locks does. */
static void a_lock_on_an_overlay_is_seen(void **state)
{
    char options[2048];
    int fd;

    if (!*(bool *)*state)
        skip();
    mkdir(test_path("b/low"), 0700);
    mkdir(test_path("a/up"), 0700);
    mkdir(test_path("a/work"), 0700);
    mkdir(test_path("a/over"), 0700);
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", test_path("b/low"),
             test_path("a/up"), test_path("a/work"));
    if (mount("over", test_path("a/over"), "overlay", 0, options))
        skip();
    fd = take(test_path("a/over/state"));
    assert_true(lock_is_held(test_path("a/over/state")));
    lock_drop(fd);
    assert_false(lock_is_held(test_path("a/over/state")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_is_seen_while_it_is_held),
        cmocka_unit_test(a_lock_of_the_same_number_elsewhere_is_another),
        cmocka_unit_test(a_lock_on_an_overlay_is_seen),
    };

    return cmocka_run_group_tests_name("lock", tests, set_up, tear_down);
}
