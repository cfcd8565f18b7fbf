#include "ingest/stage.h"

#include "codec/digest.h"

#include <stdlib.h>
#include <string.h>

struct stage {
    struct staged *all;
    size_t count, room, at;
    bool grouped;
};

struct stage *stage_new(void)
{
    return alloc(sizeof(struct stage));
}

void stage_free(struct stage *s)
{
    if (!s)
        return;
    free(s->all);
    free(s);
}

void stage_add(struct stage *s, const char *key, const struct raw *raw, int take)
{
    size_t n = strlen(key);

    if (s->count == s->room) {
        s->room = 2 * s->room + 256;
        s->all = grow(s->all, s->room, sizeof *s->all);
    }
    s->all[s->count++] = (struct staged){ .key = { hash_of(key, n, 0), hash_of(key, n, 1) },
                                          .line = raw->line,
                                          .offset = raw->offset,
                                          .take = take,
                                          .size = raw->size };
}

static int order_keys(const struct staged *x, const struct staged *y)
{
    int order = (x->key[0] > y->key[0]) - (x->key[0] < y->key[0]);

    return order ? order : (x->key[1] > y->key[1]) - (x->key[1] < y->key[1]);
}

static int by_key(const void *a, const void *b)
{
    const struct staged *x = a, *y = b;
    int order = order_keys(x, y);

    order = order ? order : (x->take > y->take) - (x->take < y->take);
    return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

static int by_first(const void *a, const void *b)
{
    const struct staged *x = a, *y = b;
    int order = (x->first_take > y->first_take) - (x->first_take < y->first_take);

    order = order ? order : (x->first > y->first) - (x->first < y->first);
    return order ? order : by_key(a, b);
}

static void group(struct stage *s)
{
    s->grouped = true;
    if (!s->count)
        return;
    qsort(s->all, s->count, sizeof *s->all, by_key);
    for (size_t i = 0; i < s->count; i++) {
        bool again = i && order_keys(&s->all[i - 1], &s->all[i]) == 0;

        s->all[i].first = again ? s->all[i - 1].first : s->all[i].offset;
        s->all[i].first_take = again ? s->all[i - 1].first_take : s->all[i].take;
    }
    qsort(s->all, s->count, sizeof *s->all, by_first);
}

const struct staged *stage_next(struct stage *s, size_t *ret_count)
{
    const struct staged *first;
    size_t from = s->at;

    if (!s->grouped)
        group(s);
    first = s->all + from;
    if (from == s->count) {
        s->count = s->at = 0;
        s->grouped = false;
        return NULL;
    }
    while (s->at < s->count && order_keys(&s->all[s->at], first) == 0)
        s->at++;
    *ret_count = s->at - from;
    return first;
}
