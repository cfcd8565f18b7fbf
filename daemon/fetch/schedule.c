#include "fetch/schedule.h"

#define RETRY_AFTER_MOST DAY

instant schedule_after_good(const struct source *s, instant now)
{
    return now + s->every;
}

instant schedule_honoured(instant retry_after)
{
    return retry_after > RETRY_AFTER_MOST ? RETRY_AFTER_MOST : retry_after;
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
