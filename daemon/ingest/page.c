#include "ingest/page.h"

#include "codec/json.h"
#include "ingest/excerpt.h"
#include "ingest/pointer.h"
#include "ingest/scan.h"
#include "ingest/sniff.h"
#include "ingest/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)64 * 1024)
LIMIT(PAGE_VALUE_MAX, 400); /* told: what leads to another page ends in an ellipsis */

/* Keys with the next page behind them, if they have anything. */
static const char *const nexts[] = { "next",
                                     "nextLink",
                                     "next_link",
                                     "nextPage",
                                     "next_page",
                                     "nextUrl",
                                     "next_url",
                                     "next_page_url",
                                     "nextPageToken",
                                     "next_cursor",
                                     "next_page_token",
                                     "nextCursor",
                                     "@odata.nextLink",
                                     "odata.nextLink",
                                     "__next",
                                     "has_more",
                                     "hasMore",
                                     NULL };
/* Keys with the number of all records. */
static const char *const totals[] = { "total",
                                      "totalCount",
                                      "total_count",
                                      "totalResults",
                                      "total_results",
                                      "totalRecords",
                                      "recordsTotal",
                                      "totalElements",
                                      "count",
                                      "@odata.count",
                                      NULL };
/* Groups in which these stand beside the records. */
static const char *const groups[] = { "links", "_links", "paging",   "pagination", "meta",
                                      "_meta", "page",   "metadata", NULL };

enum kind { KIND_OTHER, KIND_WAY, KIND_BESIDE, KIND_PLACE };

/* A container whose elements are being read. */
struct level {
    enum kind kind;
    int64_t index;               /* of the next element of an array */
    char name[SCAN_KEY_MAX + 1]; /* of a group beside */
};

struct page {
    struct scan scan;
    struct pointer pointer;
    struct level levels[SCAN_DEPTH_MAX + 2];
    char key[SCAN_KEY_MAX + 1];
    int64_t records;
    bool single;        /* what the pointer leads to is the only one */
    const char *sought; /* the key whose value is under way; NULL: none */
    bool is_total;
    int sought_depth;
    struct text value;
    char next[PAGE_VALUE_MAX + SCAN_KEY_MAX]; /* what was found; "" for nothing */
    char total_name[SCAN_KEY_MAX];
    int64_t total;
};

static const char *one_of(const char *key, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(key, *names) == 0)
            return *names;
    return NULL;
}

/* Whether the value that begins inside `l` is the next step of the way to the records. */
static bool is_on_way(const struct page *p, const struct level *l, int depth)
{
    const char *token =
        depth > 0 && (size_t)depth <= p->pointer.count ? p->pointer.tokens[depth - 1] : NULL;

    if (!token || l->kind != KIND_WAY)
        return false;
    return p->scan.in_array ? l->index == pointer_index(token) : strcmp(p->key, token) == 0;
}

static enum kind kind_of(const struct page *p, const struct level *around, int depth)
{
    if (depth == 0 || is_on_way(p, around, depth))
        return (size_t)depth == p->pointer.count ? KIND_PLACE : KIND_WAY;
    if (around->kind == KIND_WAY && !p->scan.in_array && p->scan.type == '{' &&
        one_of(p->key, groups))
        return KIND_BESIDE;
    return KIND_OTHER;
}

/* A value begins with `scan.depth` containers around it. */
static void begin(struct page *p)
{
    int depth = p->scan.depth;
    struct level *around = &p->levels[depth], *inside = &p->levels[depth + 1];
    bool beside =
        !p->scan.in_array && depth > 0 && (around->kind == KIND_WAY || around->kind == KIND_BESIDE);
    enum kind kind = kind_of(p, around, depth);

    if (kind == KIND_PLACE)
        p->single = p->scan.type == '{' && !p->pointer.members;
    p->records += kind == KIND_PLACE ? p->single : around->kind == KIND_PLACE && !p->single;
    around->index++;
    *inside = (struct level){ .kind = kind };
    if (kind == KIND_BESIDE)
        memcpy(inside->name, p->key, sizeof inside->name);
    if (!beside || kind != KIND_OTHER || p->sought)
        return;
    p->sought = one_of(p->key, nexts);
    p->is_total = !p->sought;
    if (!p->sought)
        p->sought = one_of(p->key, totals);
    p->sought_depth = depth;
    text_clear(&p->value);
}

/* "links.next": where the value that ended stands. */
static void name_of(const struct page *p, char *ret, size_t size)
{
    const struct level *around = &p->levels[p->sought_depth];

    snprintf(ret, size, "%s%s%s", around->name, *around->name ? "." : "", p->sought);
}

/* null, false, "", {} and [] lead nowhere. */
static bool leads_on(const struct json *value)
{
    switch (json_type_of(value)) {
    case JSON_TEXT:
        return json_text(value)[0] != '\0';
    case JSON_TRUTH:
        return json_truth(value);
    case JSON_LIST:
    case JSON_GROUP:
        return json_count(value) > 0;
    case JSON_WHOLE:
        return json_whole(value) > 0;
    case JSON_FRACTION:
    case JSON_NOTHING:
    case JSON_NONE:
    default:
        return false;
    }
}

/* The value that was sought is there. */
static void take(struct page *p)
{
    AUTO(json) value = json_read(text_of(&p->value), p->value.size, NULL);
    char name[2 * SCAN_KEY_MAX], said[EXCERPT_SIZE];

    name_of(p, name, sizeof name);
    p->sought = NULL;
    if (p->is_total && json_type_of(value) == JSON_WHOLE && json_whole(value) > p->total) {
        p->total = json_whole(value);
        snprintf(p->total_name, sizeof p->total_name, "%.*s", SCAN_KEY_MAX - 1, name);
    }
    if (!p->is_total && (leads_on(value) || p->value.cut) && !p->next[0])
        snprintf(p->next, sizeof p->next, "%s leads to another page: %s", name,
                 excerpt(text_of(&p->value), p->value.size, said, sizeof said));
}

static void step(struct page *p, enum scan_event event)
{
    struct scan *s = &p->scan;

    if (event == SCAN_BEGIN)
        begin(p);
    else if (event == SCAN_KEY_END)
        snprintf(p->key, sizeof p->key, "%.*s", s->key_size > SCAN_KEY_MAX ? 0 : (int)s->key_size,
                 s->key);
    else if (event == SCAN_END && p->sought && s->depth == p->sought_depth)
        take(p);
}

/* Looks at all bytes of the window. False: there is nothing more to see. */
static bool look(struct page *p, struct window *w)
{
    enum scan_event event;

    do {
        size_t from = p->scan.at;
        bool sought = p->sought != NULL;

        event = scan_next(&p->scan, w->bytes, w->end);
        if (event == SCAN_MORE && w->last)
            event = scan_last(&p->scan);
        if (sought)
            text_addn(&p->value, w->bytes + from, p->scan.at - from);
        if (event == SCAN_BAD)
            return false;
        step(p, event);
    } while (event != SCAN_MORE);
    return !w->last;
}

static bool read_all(struct page *p, const char *path, struct error *e)
{
    struct window w = { .fd = -1 };
    bool good = window_open(&w, path, 0, CHUNK, e) && window_fill(&w, 0, e), more = good;

    p->scan.at = good ? sniff_mark(w.bytes, w.end) : 0;
    while (more && look(p, &w)) {
        more = good = window_fill(&w, w.end, e);
        p->scan.at = 0;
    }
    window_close(&w);
    return good;
}

bool page_check(const char *path, const char *at, struct text *ret, struct error *e)
{
    struct page *p AUTO_FREE = alloc(sizeof *p);
    bool good;

    p->value.max = PAGE_VALUE_MAX;
    if (!pointer_read(at, &p->pointer))
        return true;
    good = read_all(p, path, e);
    if (good && p->next[0])
        text_add(ret, p->next);
    else if (good && p->total > p->records)
        text_addf(ret, "%s is %lld, but %lld %s here", p->total_name, (long long)p->total,
                  (long long)p->records, text_plural(p->records, "record is", "records are"));
    pointer_free(&p->pointer);
    text_free(&p->value);
    return good;
}
