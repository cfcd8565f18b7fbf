/* reading: the methods that only read, by name and parameters: the same whether the daemon runs
 * them or a verb on the files. */
#ifndef WATCH_READING_H
#define WATCH_READING_H

#include "watch/report.h"

#include <stdbool.h>

/* True for the methods that only read: dutywatch.Status, dutywatch.List and so on. */
bool reading_method(const char *method);

/* Runs one; NULL with `e` when it fails. */
struct json *reading_run(const struct report_from *r, const char *method,
                         const struct json *parameters, struct error *e);

#endif
