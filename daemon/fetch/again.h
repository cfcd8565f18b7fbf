/* again: payloads that are kept on disk, to be read another way.
 *
 * An edited mapping, an added column, another type: the bytes are there, so nothing is asked of the
 * source. The last good payload of a snapshot waits once more as a pull of its own, under the time
 * at which it came; of a source of changes each payload that is kept, in their order, but of
 * changes to a snapshot only those that came after it. The new pull shares the file with the one
 * that it was.
 */
#ifndef FETCH_AGAIN_H
#define FETCH_AGAIN_H

#include "config/settings.h"
#include "db/db.h"
#include "fetch/pull.h"

#include <stdbool.h>

/* `mapping` is how source `s` is read now. `*ret`: something waits to be read so, or was and could
 * not be believed; false: nothing is kept that could be, it must be fetched. */
bool fetch_again(const struct fetcher *f, struct db *data, const struct source *s,
                 const char *mapping, bool *ret, struct error *e);

#endif
