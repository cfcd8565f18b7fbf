/* reply: what the end of a transfer means for a pull. */
#ifndef FETCH_REPLY_H
#define FETCH_REPLY_H

#include "event/world.h"

#include <stdbool.h>

/* True if it brought a whole payload, or (`conditional`: it was asked on that condition) the word
 * that nothing changed. Else `e` has why not: of class SETUP what a person must mend. */
bool reply_judge(const struct answer *answer, bool conditional, struct error *e);

#endif
