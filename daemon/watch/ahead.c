#include "watch/ahead.h"

#include "base/log.h"
#include "db/schema.h"
#include "notify/packing.h"

bool ahead_waits(const struct judgement *j, date *told_on, bool *ret, struct error *e)
{
    char *day AUTO_FREE = NULL;
    char today[DATE_TEXT_SIZE];
    date judged;

    *ret = false;
    if (!setting_get(j->state, "judged_day", &day, e))
        return false;
    judged = date_read(day);
    *ret = judged != DATE_NONE && j->today < judged;
    if (!*ret || *told_on == j->today)
        return true;
    log_error(
        "the clock shows %s, but %s was judged already; nothing is judged until then, the day "
        "never runs backwards",
        date_text(j->today, today), day);
    if (!packing_tell_clock(j->state, j->generation->settings, judged, j->today, j->now, e))
        return false;
    *told_on = j->today;
    return true;
}
