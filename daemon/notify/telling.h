/* telling: what a message says of one notice. Pure. */
#ifndef NOTIFY_TELLING_H
#define NOTIFY_TELLING_H

#include "base/arena.h"
#include "notify/message.h"

/* Its last day is another one now. */
bool telling_has_moved(const struct notice *n);

/* Its last day is over. */
bool telling_is_past(const struct notice *n, date today);

/* What happened, with the date it had before when that moved; in `a`. `facts`: its derivation
 * (judge/facts.h). */
const char *telling_change(const struct notice *n, const struct json *facts, date today,
                           struct arena *a);

/* A duty of a case (notify/content.h). */
struct json *telling_duty(const struct notice *n, const struct json *facts, const char *change,
                          date today, struct arena *a);

#endif
