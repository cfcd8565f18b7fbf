#include "watch/content.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"

instant content_late_at(const struct source *source, const struct source_state *st)
{
    if (!source->content_age || !st->good_pull || st->content_at == INSTANT_NONE)
        return INSTANT_NONE;
    return st->content_at + source->content_age->max + SECOND;
}

/* A column's day ends with its last moment, which belongs to it. */
date content_day(const struct settings *s, const struct source *source,
                 const struct source_state *st)
{
    bool by_column = source->content_age && source->content_age->column;

    return st->content_at > 0 ? zone_day(s->zone, st->content_at - by_column) : DATE_NONE;
}

/* What tells the day of the content: "the newest updated_on is", ... */
static const char *said_by(const struct source *source, const struct source_state *st,
                           struct arena *a)
{
    if (source->content_age->column)
        return arena_print(a, "the newest %s is", source->content_age->column);
    if (text_starts(source->url, "file:"))
        return "the file was last written on";
    return st->last_modified ? "the server says that it was last modified on"
                             : "it came for the first time on";
}

const char *content_late(const struct settings *s, const struct source *source,
                         const struct source_state *st, instant now, struct arena *a)
{
    instant at = content_late_at(source, st);
    char day[DATE_LONG_SIZE], span[SPAN_TEXT_SIZE];

    if (at == INSTANT_NONE || now < at)
        return NULL;
    if (!st->content_at)
        return arena_print(a, "its content is late: no row has a day in %s that has come",
                           source->content_age->column);
    return arena_print(a, "its content is late: %s %s, content_age is %s", said_by(source, st, a),
                       date_long(content_day(s, source, st), day),
                       span_text(source->content_age->max, span));
}
