#include "notify/words.h"

#include <string.h>

/* One row a cause: how it is told and in which words. */
static const struct habit {
    enum manner manner;
    const char *words;
} habits[CAUSE_COUNT] = {
    [CAUSE_NONE] = { MANNER_SILENT, "" },
    [CAUSE_BASELINE] = { MANNER_BASELINE, "already so when the watch began" },
    [CAUSE_STAGE] = { MANNER_NOW, "" },
    [CAUSE_BREACHED] = { MANNER_NOW, "the last day has passed" },
    [CAUSE_MOVED] = { MANNER_DIGEST, "has a new date" },
    [CAUSE_MET] = { MANNER_DIGEST, "done" },
    [CAUSE_MET_LATE] = { MANNER_DIGEST, "done, but late" },
    [CAUSE_REOPENED] = { MANNER_NOW, "open again" },
    [CAUSE_WITHDRAWN] = { MANNER_DIGEST, "no longer bound; check that this is right" },
    [CAUSE_GONE] = { MANNER_DIGEST, "no longer in the extract; check that this is right" },
    [CAUSE_REMIND] = { MANNER_DIGEST, "still open" },
    [CAUSE_QUIET] = { MANNER_SILENT, "not alarmed" },
    [CAUSE_QUIET_ENDED] = { MANNER_NOW, "the reason not to alarm has ended" },
    [CAUSE_RULE_CHANGED] = { MANNER_BASELINE, "already so under the new text of the rule" },
    [CAUSE_ANSWERED] = { MANNER_SILENT, "acknowledged" },
    [CAUSE_ADVANCED] = { MANNER_DIGEST, "a further last day has passed" },
    [CAUSE_CORRECTED] = { MANNER_DIGEST, "has a new date" },
};

enum manner manner_of(enum cause c)
{
    return habits[c].manner;
}

void words_left(struct text *out, int days)
{
    if (days == 0)
        text_add(out, "today");
    else if (days > 0)
        text_addf(out, "%d %s left", days, text_plural(days, "day", "days"));
    else
        text_addf(out, "%d %s ago", -days, text_plural(-days, "day", "days"));
}

void words_change(struct text *out, enum cause c, bool past, int left, const char *guess)
{
    bool passes = c == CAUSE_BREACHED || c == CAUSE_ADVANCED;
    bool says = past && c != CAUSE_BREACHED && manner_of(c) != MANNER_DIGEST;

    if (guess && passes)
        text_addf(out, "the last day may have passed, if %s", guess);
    else if (*habits[c].words)
        text_add(out, habits[c].words);
    else
        words_left(out, left);
    if (guess && !passes)
        text_addf(out, says ? "; the last day may have passed, if %s" : "; if %s", guess);
    else if (says)
        text_add(out, "; the last day has passed");
}
