#include "ingest/codes.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    const char *raw;
    size_t size;
    const char *value;
};

struct codes {
    int (*order)(const void *, const void *);
    struct entry *all; /* in that order */
    size_t count;
};

static int order_exact(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = memcmp(x->raw, y->raw, x->size < y->size ? x->size : y->size);

    return order ? order : (x->size > y->size) - (x->size < y->size);
}

static int order_folded(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return text_order_folded(x->raw, x->size, y->raw, y->size);
}

static void add(struct codes *c, const char *raw, const char *value)
{
    c->all[c->count++] = (struct entry){ raw, strlen(raw), value };
}

struct codes *codes_new(const struct code_table *t, struct arena *a)
{
    struct codes *c = arena_alloc(a, sizeof *c);
    size_t most = 0;

    for (LIST_EACH(const struct code, o, &t->values))
        most += 1 + o->from.count;
    c->order = t->fold ? order_folded : order_exact;
    c->all = arena_alloc(a, (most + 1) * sizeof *c->all);
    for (LIST_EACH(const struct code, o, &t->values)) {
        add(c, o->value, o->value);
        for (size_t i = 0; i < o->from.count; i++)
            add(c, o->from.all[i], o->value);
    }
    qsort(c->all, c->count, sizeof *c->all, c->order);
    return c;
}

const char *codes_find(const struct codes *c, const char *text, size_t n)
{
    struct entry wanted = { text, n, NULL };
    const struct entry *found = bsearch(&wanted, c->all, c->count, sizeof *c->all, c->order);

    return found ? found->value : NULL;
}
