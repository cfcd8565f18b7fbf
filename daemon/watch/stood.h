/* stood: what stands in a message that was made, read back from its bytes. */
#ifndef WATCH_STOOD_H
#define WATCH_STOOD_H

#include <stddef.h>

struct json; /* codec/json.h */

/* The refs (finding.ordinal) of the duties in `content` (notify/content.h), as a group for the
 * caller to free: of those whose title and last day can be read in `bytes`, a mail or the body of a
 * webhook; with `bytes` NULL of all. */
struct json *stood_refs(const struct json *content, const char *bytes, size_t size);

#endif
