/* fold: many duties of one case under one rule, told in a few lines. */
#ifndef NOTIFY_FOLD_H
#define NOTIFY_FOLD_H

#include "base/limit.h"

struct json; /* codec/json.h */

/* Of more open duties with one title than FOLD_FROM, the latest are shown in full: so many. */
#define FOLD_FROM 6
LIMIT(FOLD_SHOWN, 3); /* told: how many more lines of a kind a message has */

/* Puts "duties" of a case (notify/content.h) in the order of their days and shortens them; sets
 * "others": a sentence for each title of which some are told by their days alone; and "folded":
 * their refs. */
void fold_duties(struct json *one_case);

#endif
