/* ask: what a database says, in one line, for comparing. */
#ifndef TESTS_LIB_ASK_H
#define TESTS_LIB_ASK_H

#include "base/arena.h"
#include "db/db.h"

/* The first column of every row that `sql` gives, joined by "; "; "null" where it is null. The text
 * lives in `a`. Fails the test when the query does. */
const char *test_ask(struct db *db, const char *sql, struct arena *a);

/* From now on the steps of SQLite are counted, in every database that is opened after the first
 * call; returns how many there were since the last one. They are the same on every machine. */
int64_t test_steps(void);

#endif
