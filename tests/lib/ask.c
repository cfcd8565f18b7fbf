#include "lib/ask.h"

#include "base/text.h"
#include "lib/test.h"

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
