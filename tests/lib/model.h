/* model: what seven made-up sources say, which changes by chance.
 *
 * Cases, and what belongs to them: committees and their meetings, entries and links to them,
 * waivers, events. There are few rows of each and few values, so that keys meet and rows come back.
 */
#ifndef TESTS_LIB_MODEL_H
#define TESTS_LIB_MODEL_H

#include "base/text.h"

#include <stdint.h>

#define MODEL_SETS 7

/* Empty again. All that follows is decided by the seed. */
void model_new(uint64_t seed);

/* From 0 to n - 1, by the chance of the model. */
unsigned model_below(unsigned n);

/* The dataset that a set (from 0) is for; 0 is that of the cases. */
const char *model_id(int set);

/* A row of the set comes, changes in one field, or goes. */
void model_change(int set);

/* No field of the set stays empty or odd, and each case is there. */
void model_fill(int set);

/* The set as a payload: CSV with a header. */
void model_write(int set, struct text *out);

#endif
