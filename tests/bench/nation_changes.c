/* What is new since a day: each life is written as of that day and as of today into memory, and the
 * lines go out that only the second has. Lives in which nothing happened are not written at all. */
#include "bench/nation_entry.h"

#include <stdlib.h>
#include <string.h>

/* One side of the comparison: every file in memory. */
struct side {
    struct files files;
    struct output out[OUTPUTS];
    char *text[OUTPUTS];
    size_t size[OUTPUTS];
};

struct changes {
    const struct nation *n;
    struct nation before; /* the same country on n->since */
    struct files *real;
    struct output out[OUTPUTS];
    struct side was, is;
};

static bool side_open(struct side *s)
{
    list_outputs(&s->files, s->out);
    for (int i = 0; i < OUTPUTS; i++)
        if (!(*s->out[i].file = open_memstream(&s->text[i], &s->size[i])))
            return false;
    return true;
}

static void side_close(struct side *s)
{
    for (int i = 0; i < OUTPUTS; i++)
        if (*s->out[i].file) {
            fclose(*s->out[i].file);
            free(s->text[i]);
        }
}

/* How much was written to file `i`, which begins anew. */
static size_t side_take(struct side *s, int i)
{
    FILE *file = *s->out[i].file;
    size_t length = (size_t)ftell(file);

    if (length) {
        fflush(file);
        rewind(file);
    }
    return length;
}

static size_t line_length(const char *text, const char *end)
{
    const char *stop = memchr(text, '\n', (size_t)(end - text));

    return stop ? (size_t)(stop - text) + 1 : (size_t)(end - text);
}

/* True if the line is in `text`; looks from *at on and then from the beginning, since both sides
 * have the same order. */
static bool has_line(const char *text, size_t length, size_t *at, const char *line, size_t n)
{
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = turn ? 0 : *at; i < length;) {
            size_t m = line_length(text + i, text + length);

            if (m == n && memcmp(text + i, line, n) == 0) {
                *at = i + m;
                return true;
            }
            i += m;
        }
    }
    return false;
}

/* Puts out what `is` has and `was` has not; both begin anew. */
static void settle(struct changes *c)
{
    for (int i = 0; i < OUTPUTS - 1; i++) {
        size_t was = side_take(&c->was, i), is = side_take(&c->is, i), at = 0;

        for (const char *line = c->is.text[i], *end = line + is; is && line < end;) {
            size_t n = line_length(line, end);

            if (!has_line(c->was.text[i], was, &at, line, n)) {
                fwrite(line, 1, n, *c->out[i].file);
                c->real->rows++;
            }
            line += n;
        }
    }
}

static void change_cases(struct changes *c)
{
    struct life l;

    for (int64_t i = 0;; i++) {
        life_make(c->n, i, &l);
        if (l.opened > c->n->today)
            return;
        if (l.opened <= c->n->since)
            life_write(&c->before, &c->was.files, &l);
        life_write(c->n, &c->is.files, &l);
        truth_case(c->n, c->real, &l);
        truth_customs(c->n, c->real, &l);
        settle(c);
    }
}

static void change_goods(struct changes *c)
{
    const struct nation *n = c->n;
    struct goods g;

    for (int64_t i = 0; n->entries && goods_day(n, i) <= n->today; i++) {
        if (goods_over(n, i, n->since))
            continue;
        goods_make(n, i, &g);
        goods_tell(n, c->real, &g);
        if (!goods_stirs(&g, n->since, n->today))
            continue;
        if (goods_day(n, i) <= n->since)
            goods_write(&c->before, &c->was.files, &g);
        goods_write(n, &c->is.files, &g);
        settle(c);
    }
}

bool changes_write(const struct nation *n, struct files *f)
{
    struct changes c = { .n = n, .before = *n, .real = f };
    bool good;

    c.before.today = n->since;
    list_outputs(f, c.out);
    good = side_open(&c.was) && side_open(&c.is);
    if (good) {
        FILE *memory = c.is.files.truth;

        c.is.files.truth = f->truth;
        change_cases(&c);
        change_goods(&c);
        offices_write(&c.before, &c.was.files);
        offices_write(n, &c.is.files);
        settle(&c);
        c.is.files.truth = memory;
    }
    side_close(&c.was);
    side_close(&c.is);
    return good;
}
