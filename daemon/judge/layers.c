#include "judge/parts.h"

static void say_circle(const struct building *b, struct rulebook *book, const int *path, int depth,
                       int again)
{
    AUTO_TEXT t = { 0 };
    const struct rule *def = book->rules[again].def;
    int from = 0;

    while (path[from] != again)
        from++;
    for (int i = from; i < depth; i++)
        text_addf(&t, "%s -> ", book->rules[path[i]].def->id);
    problem_add(b->problems, def->at.file, def->at.line,
                "rule \"%s\": rules read each other's duties in a circle: %s%s", def->id,
                text_of(&t), def->id);
}

/* The layer of rule `n`: one above the highest that it reads of. */
static int find_layer(const struct building *b, struct rulebook *book, int n, int *path, int depth)
{
    struct prepared_rule *r = &book->rules[n];
    int layer = 0;

    for (int i = 0; i < depth; i++)
        if (path[i] == n) {
            say_circle(b, book, path, depth, n);
            return 0;
        }
    if (r->layer >= 0 || depth == book->count)
        return r->layer;
    path[depth] = n;
    for (int i = 0; i < r->lookups.rule_count; i++) {
        struct prepared_rule *other = rulebook_rule(book, r->lookups.rules[i]);
        int below;

        if (!other || b->problems->errors)
            continue;
        other->referred = true;
        below = find_layer(b, book, (int)(other - book->rules), path, depth + 1);
        layer = below >= layer ? below + 1 : layer;
    }
    r->layer = layer;
    return layer;
}

void layers_find(const struct building *b, struct rulebook *book)
{
    int *path = arena_alloc(b->arena, ((size_t)book->count + 1) * sizeof *path);

    for (int i = 0; i < book->count; i++)
        book->rules[i].layer = -1;
    for (int i = 0; i < book->count; i++) {
        int layer = find_layer(b, book, i, path, 0);

        book->layers = layer + 1 > book->layers ? layer + 1 : book->layers;
        book->deeds |= book->rules[i].lookups.deeds;
    }
}
