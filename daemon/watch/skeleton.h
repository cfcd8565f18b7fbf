/* skeleton: four tests of a rule, made of the columns that it reads, for a person to fill in.
 *
 * One that is told, one that is not, one that the data cannot tell, and the last day beside the day
 * after it. Texts are those that the rule asks for where it says so; each day is DAY and what the
 * person knows: DAY-TOLD, DAY-OF-entry_on, DAY-BEFORE, DAY-SEEN, DAY-LAST, DAY-AFTER. Until they
 * are filled in, the file is refused with the line of each. PERIOD and GROUP are to be filled in,
 * too: what bears such a name is not found. */
#ifndef WATCH_SKELETON_H
#define WATCH_SKELETON_H

#include "base/text.h"
#include "judge/rule.h"

void skeleton_write(const struct prepared_rule *r, const struct settings *s, struct text *out);

#endif
