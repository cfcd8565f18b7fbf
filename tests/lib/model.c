/* model: see model.h. */
#include "lib/model.h"

#include "lib/test.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>

#define ROWS_MAX 14
#define FIELDS_MAX 11

enum field_kind {
    KEY,
    UNIT,
    OWNER,
    DAY_FIELD,
    STATUS,
    AMOUNT,
    COMMITTEE,
    CASE,
    ENTRY,
    WHAT,
    TRUTH
};

static const struct set {
    const char *id, *head;
    enum field_kind fields[FIELDS_MAX];
    int count, most;
} sets[MODEL_SETS] = {
    { "cases",
      "no,unit,owner,entered_on,opened_on,filed_on,status,closed_on,amount,committee,note",
      { KEY, UNIT, OWNER, DAY_FIELD, DAY_FIELD, DAY_FIELD, STATUS, DAY_FIELD, AMOUNT, COMMITTEE,
        UNIT },
      11,
      7 },
    { "committees", "no,unit,formed_on", { KEY, UNIT, DAY_FIELD }, 3, 3 },
    { "meetings",
      "no,committee,held_on,quorum",
      { KEY, COMMITTEE, DAY_FIELD, TRUTH },
      4,
      ROWS_MAX },
    { "entries", "no,port,entry_on", { KEY, UNIT, DAY_FIELD }, 3, 6 },
    { "links", "no,case_no,entry_no", { KEY, CASE, ENTRY }, 3, 9 },
    { "waivers",
      "no,case_no,signed_on,until_on,revoked_on,first_on,last_on",
      { KEY, CASE, DAY_FIELD, DAY_FIELD, DAY_FIELD, DAY_FIELD, DAY_FIELD },
      7,
      6 },
    { "events", "no,case_no,what,day", { KEY, CASE, WHAT, DAY_FIELD }, 4, ROWS_MAX },
};

static struct row {
    int number; /* 0: not there */
    char fields[FIELDS_MAX][16];
} rows[MODEL_SETS][ROWS_MAX];
static uint64_t chance;

unsigned model_below(unsigned n)
{
    return (unsigned)(test_random(&chance) % n);
}

void model_new(uint64_t seed)
{
    chance = seed;
    memset(rows, 0, sizeof rows);
}

static void choose_value(enum field_kind kind, char *ret, size_t room)
{
    static const char *const units[] = { "A", "B", "C", "" };
    static const char *const statuses[] = { "open", "open", "closed", "odd", "void", "" };
    static const char *const names[] = { "notice", "notice", "petition", "payment", "" };
    char day[DATE_TEXT_SIZE];

    *ret = '\0';
    switch (kind) {
    case UNIT:
    case OWNER:
        snprintf(ret, room, "%s", units[model_below(4)]);
        break;
    case DAY_FIELD:
        if (model_below(3))
            snprintf(ret, room, "%s", date_text(date_of(2024, 1, 1) + (date)model_below(500), day));
        break;
    case STATUS:
        snprintf(ret, room, "%s", statuses[model_below(6)]);
        break;
    case AMOUNT:
        snprintf(ret, room, "%u.00", model_below(9));
        break;
    case COMMITTEE:
        snprintf(ret, room, "k%u", 1 + model_below(3));
        break;
    case CASE:
        snprintf(ret, room, "k%u", 1 + model_below(8));
        break;
    case ENTRY:
        snprintf(ret, room, "k%u", 1 + model_below(6));
        break;
    case WHAT:
        snprintf(ret, room, "%s", names[model_below(5)]);
        break;
    case TRUTH:
        snprintf(ret, room, "%s", model_below(3) ? "1" : "0");
        break;
    case KEY:
    default:
        break;
    }
}

void model_change(int set)
{
    const struct set *s = &sets[set];
    int n = (int)model_below((unsigned)s->most);
    struct row *r = &rows[set][n];

    if (!r->number) {
        r->number = n + 1;
        for (int i = 0; i < s->count; i++)
            choose_value(s->fields[i], r->fields[i], sizeof r->fields[i]);
    } else if (model_below(6) == 0) {
        r->number = 0;
    } else {
        int i = 1 + (int)model_below((unsigned)s->count - 1);

        choose_value(s->fields[i], r->fields[i], sizeof r->fields[i]);
    }
}

void model_write(int set, struct text *out)
{
    text_addf(out, "%s\n", sets[set].head);
    for (int n = 0; n < sets[set].most; n++) {
        const struct row *r = &rows[set][n];

        if (!r->number)
            continue;
        text_addf(out, "k%d", r->number);
        for (int i = 1; i < sets[set].count; i++)
            text_addf(out, ",%s", r->fields[i]);
        text_add(out, "\n");
    }
}

void model_fill(int set)
{
    for (int n = 0; n < sets[set].most; n++) {
        struct row *r = &rows[set][n];

        if (set == 0)
            r->number = n + 1; /* those that left come back */
        for (int i = 1; i < sets[set].count && r->number; i++)
            while (!r->fields[i][0] || strcmp(r->fields[i], "odd") == 0)
                choose_value(sets[set].fields[i], r->fields[i], sizeof r->fields[i]);
    }
}

const char *model_id(int set)
{
    return sets[set].id;
}
