#include "watch/retry.h"

#include "fetch/source.h"
#include "notify/outbox.h"

bool retry_now(struct db *data, struct db *state, instant tried_before, instant now,
               struct error *e)
{
    return source_retry(data, tried_before, now, e) && outbox_retry(state, tried_before, now, e);
}
