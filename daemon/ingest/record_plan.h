/* record_plan: how the columns of a dataset are filled from one shape of records. Internal to
 * ingest/record. */
#ifndef INGEST_RECORD_PLAN_H
#define INGEST_RECORD_PLAN_H

#include "codec/digest.h"
#include "ingest/codes.h"
#include "ingest/record.h"

/* A field that can fill a column. */
struct candidate {
    int number;        /* of the reader; -1 if the header has none such */
    const char *field; /* "case_no (Case Number)" */
};

/* How one column is filled. */
struct plan {
    const struct column *column;
    struct candidate *from; /* never empty */
    size_t count;
    struct form form;
    const char *join;          /* all of `from` with this between; NULL: the first of them */
    const struct codes *codes; /* NULL: none */
    bool key;
};

struct shape {
    const struct dataset *dataset;
    const struct source *source;
    struct plan *plans; /* one a column */
    char digest[DIGEST_TEXT_SIZE];
};

#endif
