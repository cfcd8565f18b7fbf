/* phrase: small pieces of text that the plain and the HTML form of a mail share. Not escaped. */
#ifndef SEND_PHRASE_H
#define SEND_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct json;

/* What stands beside a label in a mail. */
enum phrase_label {
    LABEL_ACT_BY,
    LABEL_LAST_DAY,
    LABEL_WHO,
    LABEL_CHANGE,
    LABEL_TO_DO,
    LABEL_AMOUNT,
    LABEL_COMPUTED,
    LABEL_LAW,
    LABEL_CLEARS,
    LABEL_DATA,
    LABEL_REF,
    LABEL_COUNT
};

extern const char *const phrase_labels[LABEL_COUNT];

/* "3 Mar 2025"-like text of the ISO date under `key`: "Mon 3 Mar 2025"; as it stands if it is no
 * date; nothing if it is missing. */
void phrase_date(struct text *out, const struct json *group, const char *key);

/* "$858,100.00" of the cents under `key`; nothing if they are missing. */
void phrase_money(struct text *out, const struct json *group, const char *key);

/* What stands beside `label` for a case, or for a duty of the case; nothing if it has none. The
 * dates and the amount of a duty only where they differ from those of its case. The steps are
 * left to the writer, who numbers them. */
void phrase_case(struct text *out, enum phrase_label label, const struct json *c);
void phrase_duty(struct text *out, enum phrase_label label, const struct json *duty,
                 const struct json *c);

/* "1 case", "3 cases". */
void phrase_cases(struct text *out, int64_t n);

/* "Within 30 days: 3 cases, $1,000.00", "3 cases, $1,000.00: at Treasury offset" */
void phrase_within(struct text *out, const struct json *money);
void phrase_not_alarmed(struct text *out, const struct json *reason);

/* "TRIAL: would have gone to a@b, c@d"; nothing when live. */
void phrase_trial(struct text *out, const struct json *content);

/* "and 12 more cases, left out here for length"; nothing for none. */
void phrase_more(struct text *out, const struct json *content);

#endif
