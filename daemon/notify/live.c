#include "notify/live.h"

bool live_is_trial(struct db *state, const struct settings *s, const char *unit, const char *office,
                   bool *ret, struct error *e)
{
    int64_t live = 0;

    *ret = false;
    if (s->mode != MODE_TRIAL)
        return true;
    if (!db_number(state, &live, e,
                   "SELECT EXISTS (SELECT 1 FROM live WHERE (unit IS NULL OR unit = ?1) AND"
                   " (office IS NULL OR office = ?2))",
                   "tt", unit, office))
        return error_wrap(e, "live");
    *ret = !live;
    return true;
}

bool live_add(struct db *state, const char *unit, const char *office, const char *person,
              instant now, bool *ret_new, struct error *e)
{
    int64_t there = 0;

    if (!db_number(state, &there, e,
                   "SELECT EXISTS (SELECT 1 FROM live WHERE unit IS ?1 AND office IS ?2)", "tt",
                   unit, office))
        return error_wrap(e, "live");
    *ret_new = !there;
    return there ||
           db_run(state, e, "INSERT INTO live (unit, office, person, at) VALUES (?, ?, ?, ?)",
                  "ttti", unit, office, person, now);
}
