/* names: what the names in an SQL expression are columns of. Internal to judge/compare. Pure. */
#ifndef JUDGE_NAMES_H
#define JUDGE_NAMES_H

#include "judge/kind.h"
#include "judge/token.h"

/* One of the tables of a (sub)query. */
struct table_named {
    struct token name;             /* by which its columns are called */
    const struct dataset *dataset; /* NULL: duties or deeds */
    enum kind (*derived)(const char *column);
};

struct names {
    struct table_named *tables;
    int count;
    bool unknown; /* there are some that have no type here */
    const struct names *outer;
};

/* Frees the tables. */
void names_free(struct names *n);

#define AUTO_NAMES __attribute__((cleanup(names_free))) struct names

/* One table; `d` NULL: none. */
void names_of_dataset(struct names *n, const struct dataset *d, const struct names *outer);

/* What stands behind FROM and JOIN in a subquery whose first token is `t`, up to its ")". */
void names_of_query(struct names *n, const struct settings *s, struct token t, const char *end,
                    const struct names *outer);

/* What a column is; `table` NULL: it stands alone. */
enum kind names_kind(const struct names *n, const struct token *table, const struct token *column);

#endif
