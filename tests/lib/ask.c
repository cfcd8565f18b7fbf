#include "lib/ask.h"

#include "base/text.h"
#include "lib/test.h"

#include <sqlite3.h>

const char *test_ask(struct db *db, const char *sql, struct arena *a)
{
    AUTO_TEXT all = { 0 };
    STMT s = NULL;
    struct error e;
    bool row;

    if (!db_query_text(db, &s, &e, sql, ""))
        fail_msg("%s", e.text);
    for (;;) {
        assert_true(db_row(s, &row, &e));
        if (!row)
            return arena_text(a, text_of(&all));
        text_addf(&all, "%s%s", all.size ? "; " : "", db_text(s, 0) ? db_text(s, 0) : "null");
    }
}

static int64_t steps;

static int count_steps(unsigned kind, void *data, void *statement, void *nanoseconds)
{
    (void)kind, (void)data, (void)nanoseconds;
    steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    return 0;
}

static int watch_steps(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message, (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, count_steps, NULL);
}

int64_t test_steps(void)
{
    int64_t since = steps;

    sqlite3_auto_extension((void (*)(void))watch_steps);
    steps = 0;
    return since;
}
