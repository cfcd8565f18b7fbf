/* print: all options as a configuration file, out of the tables: etc/dutywatch.conf.
 *
 * Each option stands at its preset, with its sentence of help. What has no preset, and every group
 * that an installation must write itself, is shown behind "#": the first "#" of each line taken
 * off, a block is a working example. Operators, channels and routes are not behind "#", so that
 * the file works as it is.                                                                    */
#ifndef CONFIG_PRINT_H
#define CONFIG_PRINT_H

#include "base/text.h"
#include "config/schema.h"

/* Appends the options of `s`, a top level. */
void print_options(const struct schema *s, struct text *out);

#endif
