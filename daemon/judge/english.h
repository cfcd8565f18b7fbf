/* english: a rule said back in sentences, so that its writer can see whether it says what was
 * meant. Pure. */
#ifndef JUDGE_ENGLISH_H
#define JUDGE_ENGLISH_H

#include "base/text.h"
#include "judge/rule.h"

/* Appends the sentences, one a line, wrapped by nobody. */
void english_rule(const struct prepared_rule *r, struct arena *a, struct text *out);

#endif
