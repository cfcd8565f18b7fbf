/* schema: the tables of the two databases and their migrations.
 *
 * data.db   setting, source, pull, reject, duty, and one table a dataset (ingest/dataset)
 * state.db  setting, rule, finding, move, notification, message, attempt, hold
 *
 * One module writes a table; schema.c says which. A dataset may not have the name of one of them
 * (config/check).                                                                              */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "base/text.h"
#include "db/db.h"

/* Opens DIR/data.db or DIR/state.db and brings it to the current schema. */
bool schema_open_data(const char *dir, struct db **ret, struct error *e);
bool schema_open_state(const char *dir, struct db **ret, struct error *e);

/* False (ERROR_SETUP, with what to do) unless both files, which a reader opened as `main` and `st`,
 * have the current schema. */
bool schema_readable(struct db *db, struct error *e);

/* What SQLite finds wrong with a file, as sentences ended by line feeds; "" for nothing. */
void schema_check(struct db *db, struct text *ret);

/* The value of a setting, freed by the caller; NULL if it is not there. */
bool setting_get(struct db *db, const char *key, char **ret, struct error *e);
bool setting_get_number(struct db *db, const char *key, int64_t *ret, struct error *e);
bool setting_put(struct db *db, const char *key, const char *value, struct error *e);
bool setting_put_number(struct db *db, const char *key, int64_t value, struct error *e);

/* Takes every row out of every table: for tests of rules, which begin with nothing. */
bool schema_clear(struct db *db, struct error *e);

/* The tables of what is derived from the data, as SQL: for a database that checks rules only. */
extern const char schema_derived[];

#endif
