/* value: one configuration value, from libconfig or from a preset, checked against its field. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "base/limit.h"
#include "config/schema.h"

#include <libconfig.h>

LIMIT(WRONG_TEXT_MAX,
      512); /* never: what was found ends in an ellipsis before, and what is expected is ours */

struct value_error {
    char text[WRONG_TEXT_MAX]; /* `every = "10s" is below 1 minute` */
};

/* Reads `v` for `f` into `into`. `at` is where it stands (kept by clauses). */
bool value_read(const struct field *f, const config_setting_t *v, struct place at, struct arena *a,
                void *into, struct value_error *wrong);

/* Sets `into` to the preset of `f`, or to the "absent" of its type. */
void value_preset(const struct field *f, struct arena *a, void *into);

/* The preset as it would stand in the file ("\"15 minutes\"", "true"); the text is static. */
const char *value_preset_text(const struct field *f);

/* What a value of this type looks like, for the manual. */
const char *value_example(const struct field *f);

#endif
