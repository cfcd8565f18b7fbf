#include "judge/papers.h"

#include "base/text.h"
#include "codec/json.h"

#include <stdlib.h>
#include <string.h>

/* The words of a cell, sorted; NULL: it is empty. */
struct words {
    const char **all;
    size_t count;
};

/* One document of the subject. */
struct paper {
    const struct ledger_entry *entry;
    const struct words *items, *scopes, *parties;
    const char *stranger; /* somebody it names who is no party of the case; NULL */
    bool tolls;
};

struct papers {
    const struct front_set *set;
    struct arena *arena;
    struct paper *all;
    int count;
    bool named;   /* the parties of the case are known */
    bool several; /* and there is more than one of them */
    bool rows;    /* some item is a row, not the case itself */
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const struct words *words_of(const char *cell, struct arena *a)
{
    struct words *w;
    AUTO(json) list = NULL;

    if (!cell)
        return NULL;
    if (*cell == '[')
        list = json_read(cell, strlen(cell), NULL);
    w = arena_alloc(a, sizeof *w);
    w->all = arena_alloc(a, (json_count(list) + 1) * sizeof *w->all);
    w->count = 0;
    for (size_t i = 0; i < json_count(list); i++)
        w->all[w->count++] = arena_text(a, json_text(json_at(list, i)));
    if (!list)
        w->all[w->count++] = cell;
    qsort(w->all, w->count, sizeof *w->all, by_text);
    return w;
}

static bool has(const struct words *w, const char *word)
{
    return bsearch(&word, w->all, w->count, sizeof *w->all, by_text) != NULL;
}

/* The rows that a document covers have names; the case itself has none, and is covered by each
 * document of a case whose rows are not known. */
static bool covers(const struct papers *p, const struct words *items, const char *name)
{
    return !items || (name ? has(items, name) : !p->rows);
}

static bool is_party(const struct front_set *s, const char *name)
{
    for (int i = 0; i < s->holder_count; i++)
        if (s->holders[i].party && strcmp(s->holders[i].party, name) == 0)
            return true;
    return false;
}

static const char *stranger_of(const struct papers *p, const struct words *parties)
{
    for (size_t i = 0; p->named && parties && i < parties->count; i++)
        if (!is_party(p->set, parties->all[i]))
            return parties->all[i];
    return NULL;
}

static void add(struct papers *p, const struct ledger_entry *all, int count, bool tolls)
{
    for (int i = 0; i < count; i++) {
        struct paper *paper = &p->all[p->count++];

        *paper = (struct paper){ .entry = &all[i],
                                 .items = words_of(all[i].covers, p->arena),
                                 .scopes = words_of(all[i].scope, p->arena),
                                 .parties = words_of(all[i].whose, p->arena),
                                 .tolls = tolls };
        paper->stranger = stranger_of(p, paper->parties);
    }
}

const struct papers *papers_of(const struct observation *o, const struct front_set *set,
                               struct arena *a)
{
    struct papers *p = arena_alloc(a, sizeof *p);

    *p = (struct papers){ .set = set,
                          .arena = a,
                          .named = set->holders[0].party != NULL,
                          .several = set->party_count > 1 };
    for (int i = 0; i < set->item_count; i++)
        p->rows |= set->items[i].name != NULL;
    p->all = arena_alloc(a, ((size_t)(o->extension_count + o->toll_count) + 1) * sizeof *p->all);
    add(p, o->extensions, o->extension_count, false);
    add(p, o->tollings, o->toll_count, true);
    return p;
}

int papers_count(const struct papers *p)
{
    return p->count;
}

/* A cell for people: the words of a list. */
static const char *plain(const struct papers *p, const struct words *w)
{
    AUTO_TEXT t = { 0 };

    for (size_t i = 0; i < w->count; i++)
        text_addf(&t, "%s%s", i ? ", " : "", w->all[i]);
    return arena_text(p->arena, text_of(&t));
}

/* Why it does not hold for this item and this statute. */
static const char *why_outside(const struct papers *p, const struct paper *paper,
                               const struct front_item *item, const char *scope, bool say)
{
    if (!covers(p, paper->items, item->name)) {
        if (!say)
            return "";
        return item->name ? arena_print(p->arena, "it does not cover %s", item->name)
                          : arena_print(p->arena, "it covers %s, and not the case itself",
                                        plain(p, paper->items));
    }
    if (scope && paper->scopes && !has(paper->scopes, scope))
        return say ? arena_print(p->arena, "it covers %s, not %s", plain(p, paper->scopes), scope)
                   : "";
    return NULL;
}

static void place_party(const struct papers *p, const struct paper *paper, const char *party,
                        struct ledger_entry *n, bool say)
{
    if (!party || n->common || (paper->parties && has(paper->parties, party)))
        return;
    if (!paper->parties) {
        if (p->several)
            n->doubtful = "of several parties it does not say for which it holds";
        return;
    }
    if (paper->stranger)
        n->doubtful =
            say ? arena_print(p->arena, "it is of %s, who is no party of the case", paper->stranger)
                : "";
    else
        n->outside = say ? arena_print(p->arena, "it is not of %s", party) : "";
}

void papers_place(const struct papers *p, const struct front_item *item,
                  const struct front_holder *holder, struct ledger_entry *extensions,
                  struct ledger_entry *tollings, bool say)
{
    int next[2] = { 0, 0 };

    for (int i = 0; i < p->count; i++) {
        const struct paper *paper = &p->all[i];
        struct ledger_entry *n = paper->tolls ? &tollings[next[1]++] : &extensions[next[0]++];

        *n = *paper->entry;
        if (n->outside)
            continue;
        n->outside = why_outside(p, paper, item, holder->scope, say);
        if (!n->outside)
            place_party(p, paper, holder->party, n, say);
    }
}

bool papers_same(const struct papers *p, const struct front_item *a, const struct front_item *b)
{
    for (int i = 0; i < p->count; i++)
        if (covers(p, p->all[i].items, a->name) != covers(p, p->all[i].items, b->name))
            return false;
    return true;
}

bool papers_differ(const struct papers *p)
{
    for (int i = 0; i < p->count; i++) {
        const struct paper *paper = &p->all[i];

        if ((paper->items && p->rows) || (paper->scopes && p->set->scope_count > 1) ||
            (p->named && !paper->entry->common &&
             (paper->parties ? p->several || paper->stranger : p->several)))
            return true;
    }
    return false;
}
