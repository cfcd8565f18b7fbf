#include "ingest/codes.h"

#include "base/text.h"
#include "config/code.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    const char *raw;
    size_t size;
    const char *value;
};

struct codes {
    const struct code_table *table;
    struct entry *all; /* in their order */
    size_t count;
};

static int order(const void *a, const void *b, void *data)
{
    const struct codes *c = data;
    const struct entry *x = a, *y = b;

    return code_order(c->table, x->raw, x->size, y->raw, y->size);
}

static void add(struct codes *c, const char *raw, const char *value, struct arena *a)
{
    AUTO_TEXT t = { 0 };

    code_reduce(c->table, raw, strlen(raw), &t);
    c->all[c->count++] = (struct entry){ arena_textn(a, text_of(&t), t.size), t.size, value };
}

struct codes *codes_new(const struct code_table *t, struct arena *a)
{
    struct codes *c = arena_alloc(a, sizeof *c);
    size_t most = 0;

    for (LIST_EACH(const struct code, o, &t->values))
        most += 1 + o->from.count;
    *c = (struct codes){ .table = t };
    c->all = arena_alloc(a, (most + 1) * sizeof *c->all);
    for (LIST_EACH(const struct code, o, &t->values)) {
        add(c, o->value, o->value, a);
        for (size_t i = 0; i < o->from.count; i++)
            add(c, o->from.all[i], o->value, a);
    }
    qsort_r(c->all, c->count, sizeof *c->all, order, c);
    return c;
}

static const char *find(const struct codes *c, const char *text, size_t n)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        const struct entry *e = &c->all[low + (high - low) / 2];
        int way = code_order(c->table, text, n, e->raw, e->size);

        if (!way)
            return e->value;
        if (way < 0)
            high = (size_t)(e - c->all);
        else
            low = (size_t)(e - c->all) + 1;
    }
    return NULL;
}

const char *codes_find(const struct codes *c, const char *text, size_t n)
{
    AUTO_TEXT t = { 0 };

    if (!c->table->plain && !c->table->until)
        return find(c, text, n); /* most tables, and each cell of a column */
    code_reduce(c->table, text, n, &t);
    return find(c, text_of(&t), t.size);
}

/* The length of the separator with which `text` begins; 0: it begins with none. */
static size_t separator_at(const struct code_table *t, const char *text, size_t n)
{
    for (size_t i = 0; i < t->split.count; i++) {
        size_t length = strlen(t->split.all[i]);

        if (length <= n && memcmp(text, t->split.all[i], length) == 0)
            return length;
    }
    return 0;
}

/* The first separator in `text`; `n` if there is none. What stands in brackets separates nothing,
 * where what stands from a bracket on does not count. */
static size_t find_separator(const struct code_table *t, const char *text, size_t n, size_t *ret)
{
    bool brackets = t->until && strcmp(t->until, "(") == 0;

    for (size_t i = 0; i < n; i++) {
        const char *close = brackets && text[i] == '(' ? memchr(text + i, ')', n - i) : NULL;

        if (close)
            i = (size_t)(close - text);
        else if ((*ret = separator_at(t, text + i, n - i)))
            return i;
    }
    *ret = 0;
    return n;
}

bool codes_are_several(const struct codes *c, const char *text, size_t n)
{
    const struct code_table *t = c->table;
    size_t counted = code_counted(t, text, n), rest = n - counted, length;

    return t->split.count &&
           (!codes_find(c, text, n) || find_separator(t, text + counted, rest, &length) < rest);
}

bool codes_split(const struct codes *c, const char *text, size_t n, list_element_fn *each,
                 void *data)
{
    size_t length, stop;

    for (;; text += stop + length, n -= stop + length) {
        const char *part = text;
        size_t size;

        stop = size = find_separator(c->table, text, n, &length);
        text_trim(&part, &size);
        if (size && code_counted(c->table, part, size) && !each(data, part, size))
            return false;
        if (stop == n)
            return true;
    }
}
