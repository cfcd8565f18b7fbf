/* kind: what the values of an expression are, and whether two of them can be compared. Pure.
 *
 *     date       text "2026-03-31"        text     anything else in quotes
 *     datetime   UTC microseconds         list     a JSON array as text
 *     money      cents                    boolean  1 or 0
 *     number     any other number
 *
 * SQLite compares any two values: a number is less than each text. So `done > '2026-04-01'` over a
 * datetime is no error and says the same of every row; here it is one.                          */
#ifndef JUDGE_KIND_H
#define JUDGE_KIND_H

#include "base/text.h"
#include "config/settings.h"

#include <stdbool.h>

enum kind {
    KIND_UNKNOWN, /* compared with anything */
    KIND_TEXT,
    KIND_DATE,
    KIND_LIST,
    KIND_NUMBER,
    KIND_MONEY,
    KIND_DATETIME,
    KIND_BOOLEAN
};

/* A part of an expression: its text, lent, and what it is. */
struct value {
    enum kind kind;
    bool is_column;  /* SQLite turns what it is compared with into its type, where that can be */
    bool is_literal; /* of kind text (`s` with its quotes) or number */
    const char *s;
    int n;
};

enum kind kind_of_column(const struct column *c);

/* Of a column of duties, or of deeds; what these are is declared here. KIND_UNKNOWN: no such. */
enum kind kind_of_duty(const char *column);
enum kind kind_of_deed(const char *column);

/* The names of those that duty() and deed() take, NULL-terminated. */
extern const char *const kind_duty_columns[];
extern const char *const kind_deed_columns[];

/* What a function gives for values of these kinds; KIND_UNKNOWN: not known here. */
enum kind kind_of_call(const char *name, const struct value *arguments, int count);

/* What is either `a` or `b`, as coalesce() has it. */
enum kind kind_of_either(const struct value *a, const struct value *b);

/* False if the answer is the same whatever the values are, or an accident of how they are stored.
 */
bool kind_comparable(const struct value *a, const struct value *b);

/* Whether a text literal is a day: '2026-03-31'. */
bool kind_is_day(const struct value *literal);

/* "a datetime", "text". */
const char *kind_name(enum kind k);

/* What could be meant where two values cannot be compared: "; day(done) is a date". Maybe "". */
void kind_advise(const struct value *a, const struct value *b, struct text *out);

#endif
