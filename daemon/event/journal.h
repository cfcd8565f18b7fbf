/* journal: the log under systemd, with fields that `journalctl DUTYWATCH_SOURCE=cases` finds. */
#ifndef EVENT_JOURNAL_H
#define EVENT_JOURNAL_H

#include <stdbool.h>

/* Makes the journal the sink of base/log.h if standard error is connected to it; true if so. */
bool journal_use(void);

#endif
