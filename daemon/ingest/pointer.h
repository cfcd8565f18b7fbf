/* pointer: JSON pointers (RFC 6901) and the records that they lead to in a document. Pure.
 *
 *     "/results"              the elements of the list there, or the one group there
 *     "/cases" and then "/", * each member of the group there: "C-1": { ... } is a record
 *
 * A document is scanned once, from its first byte to its last; no more of it is kept than the
 * record at hand.                                                                              */
#ifndef INGEST_POINTER_H
#define INGEST_POINTER_H

#include "base/error.h"
#include "base/limit.h"
#include "base/memory.h"
#include "ingest/csv.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

LIMIT(POINTER_MAX, 16); /* refused: a JSON pointer of more parts */

/* A pointer taken apart; the tokens live as long as it. */
struct pointer {
    char *tokens[POINTER_MAX];
    size_t count;
    bool members; /* it ended in a star */
    char *text;   /* what the tokens stand in */
};

/* False if `text` is none. "" is the whole document. End with pointer_free(). */
bool pointer_read(const char *text, struct pointer *ret);
void pointer_free(struct pointer *p);

/* The number that a token is in a list, or -1. */
int64_t pointer_index(const char *token);

struct json_cutter;

/* Cuts the document at `at` (a valid pointer). */
struct json_cutter *json_cutter_new(const char *at);
void json_cutter_free(struct json_cutter *j); /* NULL is fine */

/* As csv_cut(), but for what lies between records: `start` passes over it. At the end of the
 * document it gives an empty record; if it is no JSON, or nothing stands where the pointer leads,
 * json_cutter_ok() is false. */
bool json_cut(struct json_cutter *j, struct cut *c, const char *bytes, size_t end, bool last);

bool json_cutter_ok(const struct json_cutter *j, const struct cut *c, struct error *e);

DEFINE_AUTO(json_cutter, json_cutter_free)

#endif
