#include "judge/needs.h"

#include "base/text.h"

#include <string.h>

struct need need_read(const struct settings *s, const struct dataset *own, const char *text,
                      struct arena *a)
{
    const char *dot = strchr(text, '.');
    struct need n = { .dataset = own, .column = text };

    if (dot) {
        n.dataset = settings_dataset(s, arena_textn(a, text, (size_t)(dot - text)));
        n.column = dot + 1;
    } else if (!dataset_column(own, text) && settings_dataset(s, text)) {
        n.dataset = settings_dataset(s, text);
        n.column = NULL;
    }
    n.declared = n.dataset && (!n.column || dataset_column(n.dataset, n.column));
    return n;
}

bool need_is_met(const struct settings *s, const struct need *n)
{
    for (LIST_EACH(const struct source, o, &s->sources))
        for (LIST_EACH(const struct take, t, &o->takes)) {
            bool has_map = n->column == NULL;

            if (o->of || !text_same(t->dataset, n->dataset->id)) /* its snapshot decides */
                continue;
            for (LIST_EACH(const struct mapping, m, &t->map))
                has_map |= n->column && strcmp(m->column, n->column) == 0;
            if (has_map || !t->map.count)
                return true;
        }
    return false;
}
