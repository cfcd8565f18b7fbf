#include "watch/summary.h"

void summary_write(struct db *data, struct db *state, const struct settings *s, struct text *out)
{
    int64_t duties = 0, open = 0, past = 0, dead = 0;

    if (!db_number(data, &duties, NULL, "SELECT count(*) FROM duty WHERE answer <> 'met'", "") ||
        !db_number(state, &open, NULL,
                   "SELECT count(*) FROM finding WHERE status = 'OPEN' AND quiet_because IS NULL",
                   "") ||
        !db_number(state, &past, NULL,
                   "SELECT count(*) FROM finding WHERE status = 'OPEN'"
                   " AND breached_on IS NOT NULL",
                   "") ||
        !db_number(state, &dead, NULL, "SELECT count(*) FROM message WHERE state = 'DEAD'", ""))
        return;
    text_addf(out, "%s: %lld %s, %lld open, %lld past the last day",
              s->mode == MODE_LIVE ? "live" : "trial", (long long)duties,
              text_plural(duties, "duty", "duties"), (long long)open, (long long)past);
    if (dead)
        text_addf(out, ", %lld %s dead", (long long)dead, text_plural(dead, "message", "messages"));
}
