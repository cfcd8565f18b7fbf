/* event/loop, event/service, event/journal: what happens when, and what the manager is told. */
#include "lib/test.h"

#include "event/journal.h"
#include "event/loop.h"
#include "event/service.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define MS ((instant)1000)

/* What the callbacks of one test leave behind. */
struct trace {
    struct loop *loop;
    struct loop_timer *timer;
    char said[64];
    int count;
};

static struct trace fresh(void)
{
    struct trace t = { .loop = loop_new(NULL) };

    assert_non_null(t.loop);
    return t;
}

static void say(struct trace *t, char what)
{
    size_t n = strlen(t->said);

    assert_true(n + 1 < sizeof t->said);
    t->said[n] = what;
}

static void say_a(void *data)
{
    say(data, 'a');
}

static void say_b(void *data)
{
    say(data, 'b');
}

static void stop(void *data)
{
    struct trace *t = data;

    say(t, '.');
    loop_stop(t->loop);
}

static void timers_fire_in_order(void **state)
{
    struct trace t = fresh();
    struct loop_timer *last = loop_after(t.loop, "last", 400 * MS, stop, &t);
    struct loop_timer *b = loop_at(t.loop, "b", clock_now() + 200 * MS, say_b, &t);
    struct loop_timer *a = loop_after(t.loop, "a", 0, say_a, &t);
    struct loop_timer *off = loop_after(t.loop, "off", -1, say_a, &t);
    struct loop_timer *none = loop_at(t.loop, "none", INSTANT_NONE, say_a, &t);
    struct loop_timer *gone = loop_at(t.loop, "gone", clock_now(), say_a, &t);
    int64_t start = clock_ticks();

    (void)state;
    loop_timer_at(gone, INSTANT_NONE);
    assert_true(loop_run(t.loop, NULL));
    assert_string_equal(t.said, "ab.");
    assert_true(clock_ticks() - start >= 400 * MS);
    assert_true(clock_ticks() - start < 5 * SECOND);
    loop_timer_free(last);
    loop_timer_free(a);
    loop_timer_free(b);
    loop_timer_free(off);
    loop_timer_free(none);
    loop_timer_free(gone);
    loop_timer_free(NULL);
    loop_free(t.loop);
}

static void again_then_gone(void *data)
{
    struct trace *t = data;

    say(t, 'x');
    if (++t->count < 3) {
        loop_timer_at(t->timer, clock_now() - HOUR); /* long past: at once */
        return;
    }
    loop_timer_free(t->timer); /* its own source */
    t->timer = loop_after(t->loop, "stop", MS, stop, t);
}

static void a_timer_can_be_armed_again_and_freed_from_inside(void **state)
{
    struct trace t = fresh();

    (void)state;
    t.timer = loop_at(t.loop, "again", clock_now(), again_then_gone, &t);
    assert_true(loop_run(t.loop, NULL));
    assert_string_equal(t.said, "xxx.");
    loop_timer_free(t.timer);
    loop_free(t.loop);
}

static void ready(void *data, int fd, unsigned what)
{
    struct trace *t = data;
    char c;

    say(t, what == LOOP_READ ? 'r' : what == LOOP_WRITE ? 'w' : '2');
    if (what & LOOP_READ && read(fd, &c, 1) == 1)
        say(t, c);
    else
        loop_stop(t->loop);
}

static void descriptors_are_watched(void **state)
{
    struct trace t = fresh();
    struct error e = { 0 };
    struct loop_fd *w;
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    w = loop_watch(t.loop, "end", ends[0], LOOP_READ, ready, &t, &e);
    assert_non_null(w);
    assert_int_equal(write(ends[1], "q", 1), 1);
    close(ends[1]);
    assert_true(loop_run(t.loop, NULL));
    assert_string_equal(t.said, "2q2"); /* the hang-up makes both ready */
    loop_fd_free(w);
    loop_fd_free(NULL);
    assert_null(loop_watch(t.loop, "closed", 9999, LOOP_READ, ready, &t, &e));
    assert_string_equal(e.text, "closed: Bad file descriptor");
    close(ends[0]);
    loop_free(t.loop);
}

static void wanted_to_write(void *data, int fd, unsigned what)
{
    (void)fd;
    (void)what;
    stop(data);
}

static void what_is_wanted_can_change(void **state)
{
    struct trace t = fresh();
    struct loop_fd *w;
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    w = loop_watch(t.loop, "end", ends[0], LOOP_READ, wanted_to_write, &t, NULL);
    loop_fd_want(w, LOOP_WRITE);
    assert_true(loop_run(t.loop, NULL));
    assert_string_equal(t.said, ".");
    loop_fd_free(w);
    close(ends[0]);
    close(ends[1]);
    loop_free(t.loop);
}

static void raise_three(void *data)
{
    (void)data;
    kill(getpid(), SIGHUP);
    kill(getpid(), SIGUSR1);
}

static void terminate(void *data)
{
    (void)data;
    kill(getpid(), SIGTERM);
}

static void no_line(enum log_level level, const char *line, const char *field, const char *value)
{
    (void)level;
    (void)line;
    (void)field;
    (void)value;
}

static void signals_reload_poke_and_stop(void **state)
{
    struct trace t = fresh();
    struct loop_timer *first, *then;

    (void)state;
    log_set_sink(no_line);
    assert_true(loop_signals(t.loop, say_a, say_b, &t, NULL));
    first = loop_after(t.loop, "first", 0, raise_three, &t);
    then = loop_after(t.loop, "then", 20 * MS, terminate, &t);
    assert_true(loop_run(t.loop, NULL));
    assert_int_equal(strlen(t.said), 2);
    assert_non_null(strchr(t.said, 'a'));
    assert_non_null(strchr(t.said, 'b'));
    loop_timer_free(first);
    loop_timer_free(then);
    loop_free(t.loop);
    log_set_sink(NULL);
}

static void a_loop_can_run_again(void **state)
{
    struct trace t = fresh();
    struct loop_timer *end = loop_after(t.loop, "end", 0, stop, &t);

    (void)state;
    assert_true(loop_run(t.loop, NULL));
    loop_timer_after(end, 0);
    assert_true(loop_run(t.loop, NULL));
    loop_stop(t.loop);
    assert_true(loop_run(t.loop, NULL));
    assert_string_equal(t.said, "..");
    loop_timer_free(end);
    loop_free(t.loop);
}

/* The loop that waits must not wake: one sleep for the timer and hardly another. */
static void an_idle_loop_sleeps(void **state)
{
    struct trace t = fresh();
    struct loop_timer *end = loop_after(t.loop, "end", 300 * MS, stop, &t);
    struct loop_timer *far = loop_at(t.loop, "far", clock_now() + DAY, say_a, &t);
    struct rusage before, after;

    (void)state;
    getrusage(RUSAGE_SELF, &before);
    assert_true(loop_run(t.loop, NULL));
    getrusage(RUSAGE_SELF, &after);
    assert_string_equal(t.said, ".");
    assert_true(after.ru_nvcsw - before.ru_nvcsw <= 3);
    loop_timer_free(end);
    loop_timer_free(far);
    loop_free(t.loop);
}

/* A datagram socket in the place of the service manager. */
static int manager_open(void)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    snprintf(to.sun_path, sizeof to.sun_path, "%s", test_path("notify"));
    unlink(to.sun_path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&to, sizeof to), 0);
    setenv("NOTIFY_SOCKET", to.sun_path, 1);
    return fd;
}

static const char *told(int fd)
{
    static char said[2048];
    ssize_t n = recv(fd, said, sizeof said - 1, 0);

    said[n > 0 ? n : 0] = '\0';
    return said;
}

static void the_manager_is_told(void **state)
{
    int fd = manager_open();
    long long when;

    (void)state;
    service_ready("watching 3 sources\nMAINPID=1");
    assert_string_equal(told(fd), "READY=1\nSTATUS=watching 3 sources\\x0AMAINPID=1");
    service_status("%d messages wait", 2);
    assert_string_equal(told(fd), "STATUS=2 messages wait");
    service_reloading();
    assert_int_equal(sscanf(told(fd), "RELOADING=1\nMONOTONIC_USEC=%lld\n", &when), 1);
    assert_true(when > 0 && when <= clock_ticks());
    service_stopping("bye");
    assert_string_equal(told(fd), "STOPPING=1\nSTATUS=bye");
    unsetenv("NOTIFY_SOCKET");
    service_ready("nobody listens");
    assert_string_equal(told(fd), "");
    close(fd);
}

static void the_watchdog_is_answered_from_the_loop(void **state)
{
    struct trace t = fresh();
    struct loop_timer *end = loop_after(t.loop, "end", 250 * MS, stop, &t);
    int fd = manager_open();
    char pid[16];

    (void)state;
    assert_true(loop_watchdog(t.loop, NULL)); /* not asked for: nothing */
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv("WATCHDOG_USEC", "200000", 1);
    setenv("WATCHDOG_PID", pid, 1);
    assert_true(loop_watchdog(t.loop, NULL));
    assert_true(loop_run(t.loop, NULL));
    assert_string_equal(told(fd), "WATCHDOG=1");
    unsetenv("WATCHDOG_USEC");
    unsetenv("NOTIFY_SOCKET");
    close(fd);
    loop_timer_free(end);
    loop_free(t.loop);
}

static void the_journal_is_used_only_when_it_listens(void **state)
{
    char stream[64];
    struct stat s;

    (void)state;
    unsetenv("JOURNAL_STREAM");
    assert_false(journal_use());
    setenv("JOURNAL_STREAM", "1:1", 1);
    assert_false(journal_use());
    setenv("JOURNAL_STREAM", "nonsense", 1);
    assert_false(journal_use());
    assert_int_equal(fstat(STDERR_FILENO, &s), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)s.st_dev,
             (unsigned long long)s.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    assert_true(journal_use());
    log_about(LOG_LEVEL_INFO, "SOURCE", "cases", "source cases: a line for the journal");
    log_set_sink(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_order),
        cmocka_unit_test(a_timer_can_be_armed_again_and_freed_from_inside),
        cmocka_unit_test(descriptors_are_watched),
        cmocka_unit_test(what_is_wanted_can_change),
        cmocka_unit_test(signals_reload_poke_and_stop),
        cmocka_unit_test(a_loop_can_run_again),
        cmocka_unit_test(an_idle_loop_sleeps),
        cmocka_unit_test(the_manager_is_told),
        cmocka_unit_test(the_watchdog_is_answered_from_the_loop),
        cmocka_unit_test(the_journal_is_used_only_when_it_listens),
    };

    return cmocka_run_group_tests_name("event_loop", tests, NULL, NULL);
}
