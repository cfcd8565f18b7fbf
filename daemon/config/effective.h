/* effective: a rule as it is after everything was read, as a configuration file. */
#ifndef CONFIG_EFFECTIVE_H
#define CONFIG_EFFECTIVE_H

#include "base/text.h"
#include "config/settings.h"

/* Appends it: what is at its preset is left out, what `adapt` has set has file and line behind it.
 */
void effective_rule(const struct settings *s, const struct rule *r, struct text *out);

#endif
