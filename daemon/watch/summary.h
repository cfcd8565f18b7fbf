/* summary: the state of everything in one line, for `systemctl status`. */
#ifndef WATCH_SUMMARY_H
#define WATCH_SUMMARY_H

#include "base/text.h"
#include "config/settings.h"
#include "db/db.h"

/* Appends "live: 474 duties, 132 open, 108 past the last day, 1 message dead". */
void summary_write(struct db *data, struct db *state, const struct settings *s, struct text *out);

#endif
