#include "fetch/schedule.h"

#include "base/limit.h"

LIMIT(RETRY_AFTER_DAYS, 1); /* told: the next try, which is no later, whatever a server asks for */

instant schedule_after_good(const struct source *s, instant now)
{
    return now + s->every;
}

instant schedule_honoured(instant retry_after)
{
    return retry_after > RETRY_AFTER_DAYS * DAY ? RETRY_AFTER_DAYS * DAY : retry_after;
}

instant schedule_after_failure(const struct source *s, int64_t failures, instant retry_after,
                               uint64_t chance, instant now)
{
    instant pause = s->retry_first;

    while (--failures > 0 && pause < s->retry_most)
        pause *= 2;
    if (pause > s->retry_most)
        pause = s->retry_most;
    pause += pause / 5 * ((instant)(chance % 2001) - 1000) / 1000;
    retry_after = schedule_honoured(retry_after);
    return now + (retry_after > pause ? retry_after : pause);
}
