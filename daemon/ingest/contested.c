/* A dataset that several sources fill: whose a row is, and what becomes of what the others say of
 * it (ingest/taking.h). */
#include "ingest/taking.h"

#include "base/text.h"

#include <string.h>

/* What the owner of a row says of it, before it is another's; nothing, if it has it no more. */
static bool keep_owners(struct rows *r, const struct row *row, struct error *e)
{
    return row->gone || !others_fill(r->of.settings, r->of.dataset, row->source) ||
           other_put_row(r->of.data, r->of.dataset, row->id, e);
}

/* The row is that of the payload's source from now on. What its owner said is kept beside it. */
static bool take_over(struct rows *r, const struct row *row, struct error *e)
{
    struct other own;
    const char *key;

    if (!keep_owners(r, row, e))
        return false;
    return table_key(r->table, row->id, r->record, &key, e) &&
           other_find(r->of.data, r->of.dataset, source_owner(r->of.source), key, 0, r->record,
                      &own, e) &&
           (!own.id || other_drop(r->of.data, own.id, e));
}

/* Whether the payload's source owns a row that is another one's by now. */
static bool owns(const struct rows *r, const struct row *row)
{
    return row->gone ||
           others_prefer(r->of.settings, r->of.dataset, source_owner(r->of.source), row->source);
}

bool contested_own(struct rows *r, const struct row *row, bool *ret, struct error *e)
{
    *ret = !r->contested || taking_is_own(r, row);
    if (*ret || !owns(r, row))
        return true;
    *ret = true;
    return take_over(r, row, e);
}

bool contested_put(struct rows *r, const struct value *values, const struct origin *o,
                   const bool *has, const struct raw *raw, struct error *e)
{
    const char *key = values[r->key_at].text;
    struct other was;
    int64_t id = 0;

    if (!other_find(r->of.data, r->of.dataset, o->source, key, 0, r->record, &was, e))
        return false;
    if (was.id && row_set_has(&r->said, was.id)) {
        refused_note(r, raw, r->of.dataset->key, key,
                     "this key stands in the payload before; the first record is kept");
        return true;
    }
    r->tally.known += was.id != 0;
    if (was.id && r->of.late && was.pull > r->of.pull) { /* a payload that came later says it */
        row_set_add(&r->said, was.id);
        return true;
    }
    if (!other_put(r->of.data, r->of.dataset, key, values, has, o, &id, e))
        return false;
    row_set_add(&r->said, id);
    r->tally.differs = true; /* perhaps in other columns than before */
    return true;
}

/* The row becomes what the record says, whose source owns it now. */
static bool pass(struct rows *r, int64_t row, const struct other *o, bool *ret_changed,
                 struct error *e)
{
    struct value *values =
        arena_alloc(r->record, (r->of.dataset->columns.count + 1) * sizeof *values);
    struct origin from = { .source = o->source,
                           .hash = o->hash,
                           .version = r->of.version,
                           .pull = o->pull,
                           .line = o->line,
                           .raw = o->raw ? o->raw : "",
                           .raw_size = o->raw ? strlen(o->raw) : 0 };

    other_values(r->of.dataset, o, values, r->record);
    return table_update(r->table, row, values, &from, ret_changed, e) &&
           other_drop(r->of.data, o->id, e);
}

/* It came again byte for byte; meanwhile the row may have lost its owner, or its owner its place.
 */
static bool again(struct rows *r, const struct other *o, int64_t line, struct error *e)
{
    struct row row;
    bool changed = false;

    row_set_add(&r->said, o->id);
    r->tally.known++;
    if (r->of.source->content == CONTENT_CHANGES &&
        !other_confirm(r->of.data, o->id, r->of.pull, line, e))
        return false;
    if (!table_find_key(r->table, o->key, &row, e))
        return false;
    if (!row.id || !owns(r, &row))
        return true;
    if (!keep_owners(r, &row, e) || !pass(r, row.id, o, &changed, e))
        return false;
    row_set_add(&r->seen, row.id);
    r->tally.changed += changed;
    r->tally.differs = true;
    return true;
}

bool contested_known(struct rows *r, const struct raw *raw, int64_t line, int64_t hash, bool *ret,
                     struct error *e)
{
    struct other o = { 0 };

    *ret = false;
    if (!r->contested || !other_find(r->of.data, r->of.dataset, source_owner(r->of.source), NULL,
                                     hash, r->record, &o, e))
        return !r->contested;
    *ret = o.id != 0;
    if (o.id && row_set_has(&r->said, o.id)) {
        if (raw)
            refused_note(r, raw, r->of.dataset->key, NULL,
                         "the same record stands in the payload before");
        return true;
    }
    return !o.id || again(r, &o, line, e);
}

bool contested_stays(struct rows *r, const char *key, struct error *e)
{
    struct other o = { 0 };

    if (!r->contested)
        return true;
    if (!other_find(r->of.data, r->of.dataset, source_owner(r->of.source), key, 0, r->record, &o,
                    e))
        return false;
    if (o.id)
        row_set_add(&r->said, o.id);
    return true;
}

bool contested_leave(struct rows *r, int64_t id, bool *ret, struct error *e)
{
    const char *key;
    struct other o = { 0 };
    bool changed = false;

    *ret = r->contested;
    if (!r->contested)
        return true;
    if (id < 0) {
        r->tally.differs = true;
        return other_drop(r->of.data, -id, e);
    }
    arena_reset(r->record);
    if (!table_key(r->table, id, r->record, &key, e) ||
        !other_best(r->of.data, r->of.settings, r->of.dataset, key, r->record, &o, e))
        return false;
    *ret = o.id != 0;
    if (!o.id)
        return r->of.source->gone != GONE_IGNORE || table_let_go(r->table, id, e);
    r->tally.differs = true;
    return pass(r, id, &o, &changed, e);
}

bool contested_end(struct rows *r, struct error *e)
{
    bool differs = false;

    if (r->contested &&
        !others_compare(r->of.data, r->of.dataset, r->of.pull, r->of.version, &differs, e))
        return false;
    r->tally.differs |= differs;
    return true;
}
