/* sentinels: a day that stands for none, such as 12/31/9999, is asked about once a column: whether
 * it means that there is no value, and the line to add for that. */
#ifndef WATCH_SENTINELS_H
#define WATCH_SENTINELS_H

#include "watch/judging.h"

#include <stdbool.h>

struct json;

/* Opens a finding of rule `rejected` for each, for the operators; `there` gets their subjects. They
 * are closed with the others (watch/rejected_told.h). */
bool sentinels_judge(const struct judgement *j, struct json *there, int64_t *moves,
                     struct error *e);

#endif
