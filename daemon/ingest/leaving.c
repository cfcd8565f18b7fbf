#include "ingest/taking.h"

#include "base/text.h"
#include "ingest/difference.h"
#include "ingest/sentinel.h"

static void add_missing(struct rows *r, int64_t id, const char *part)
{
    if (refused_keeps(r, part)) {
        r->tally.kept_back++;
        return;
    }
    if ((size_t)r->tally.missing == r->missing_room) {
        r->missing_room = 2 * r->missing_room + 64;
        r->missing = grow(r->missing, r->missing_room, sizeof *r->missing);
    }
    r->missing[r->tally.missing++] = id;
}

/* One part after the other. Those of which the payload has no row are taken back out. */
struct parting {
    struct rows *rows;
    const char *part; /* the one at hand; NULL: rows without */
    bool carried;
    int64_t before, kept_before; /* missing ones of the parts before it */
};

static void end_part(struct parting *p)
{
    if (!p->carried) {
        p->rows->tally.missing = p->before;
        p->rows->tally.kept_back = p->kept_before;
    }
    p->before = p->rows->tally.missing;
    p->kept_before = p->rows->tally.kept_back;
    p->carried = false;
}

static bool look_at_row(void *data, int64_t id, const char *part, struct error *e)
{
    struct parting *p = data;
    bool later = false;

    if (!text_same(part, p->part)) {
        end_part(p);
        arena_reset(p->rows->record);
        p->part = arena_text(p->rows->record, part);
    }
    if (id < 0 ? row_set_has(&p->rows->said, -id) : row_set_has(&p->rows->seen, id))
        p->carried = true;
    else if (id < 0)
        add_missing(p->rows, id, part);
    else if (row_set_has(&p->rows->stays, id))
        p->rows->tally.known++;
    else if (!taking_came_later(p->rows, id, &later, e))
        return false;
    else if (!later)
        add_missing(p->rows, id, part);
    return true;
}

bool rows_missing(struct rows *r, struct error *e)
{
    const struct source *s = r->of.source;
    struct parting p = { .rows = r };

    if (s->content != CONTENT_SNAPSHOT)
        return true;
    arena_reset(r->record);
    if (!table_each(r->table, s->id, s->part, r->contested, look_at_row, &p, e))
        return false;
    if (s->part)
        end_part(&p);
    r->tally.known += r->tally.missing + r->tally.kept_back;
    return true;
}

/* What stood for a record of which the key could not be read ends with it. */
static bool leave(struct rows *r, int64_t id, struct error *e)
{
    bool made_up = false;

    if (id > 0 && !table_is_made_up(r->table, id, &made_up, e))
        return false;
    if (r->of.source->gone == GONE_IGNORE && !made_up)
        return true;
    return table_mark(r->table, id,
                      made_up || r->of.source->gone == GONE_CLOSED ? -r->of.pull : r->of.pull,
                      r->of.version, e);
}

bool rows_leave(struct rows *r, struct error *e)
{
    int64_t left = 0;

    for (int64_t i = 0; i < r->tally.missing; i++) {
        bool stays;

        if (!contested_leave(r, r->missing[i], &stays, e) ||
            (!stays && !leave(r, r->missing[i], e)))
            return false;
        left += !stays;
    }
    r->tally.missing = left;
    if (!contested_end(r, e))
        return false;
    if (!sentinel_drop_gone(r->of.data, r->of.dataset, e))
        return false;
    return !r->merge || difference_drop_gone(r->of.data, r->of.dataset, e);
}
