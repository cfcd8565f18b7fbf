/* notification: one move told to one recipient. The only writer of table notification.
 *
 * Its key is the SHA-256 of rule, subject, period, ordinal of the move, channel and recipient: the
 * same after a crash, whatever was done twice. What is not told is kept too, with the reason: a
 * reader's digest counts it.                                                                  */
#ifndef NOTIFY_NOTIFICATION_H
#define NOTIFY_NOTIFICATION_H

#include "config/settings.h"
#include "db/db.h"
#include "judge/history.h"

#include <stdbool.h>

/* What happened, as far as telling it goes. */
/* `withheld` of what a first load only counts by year. */
#define NOTIFICATION_COUNTED "counted by year: its last day passed long ago"

struct told {
    int64_t finding, ordinal;
    enum cause cause;
    enum severity severity;
    const struct finding_about *about;
    date day;
    const char *withheld; /* why it is not told, or NULL */
    bool operators;       /* for the operators, whatever the routes say */
    bool digest;          /* never at once, whatever its cause */
};

/* The kinds under which notifications wait until they are packed into messages. */
#define CADENCE_TEXT_NOW "now"
#define CADENCE_TEXT_DAILY "daily"
#define CADENCE_TEXT_BASELINE "baseline"

/* Writes one notification a recipient, inside the transaction of the move. Good news about a
 * finding of which a recipient never heard is withheld. */
bool notification_plan(struct db *state, const struct settings *s, const struct told *t,
                       struct error *e);

#endif
