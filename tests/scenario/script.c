#include "scenario/script.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct reading {
    const char *path;
    struct arena *arena;
    char *next; /* what is left of the file */
    int line;
    struct script *script;
    size_t room;
};

bool script_file(const char *path, struct arena *a, char **ret, size_t *ret_size, struct error *e)
{
    FILE *file = fopen(path, "rb");
    AUTO_TEXT all = { 0 };
    char part[8192];
    size_t n;

    if (!file)
        return error_set(e, ERROR_SETUP, "%s: %s", path, strerror(errno));
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        text_addn(&all, part, n);
    fclose(file);
    *ret = arena_textn(a, text_of(&all), all.size);
    if (ret_size)
        *ret_size = all.size;
    return true;
}

static bool complain(const struct reading *r, struct error *e, const char *what)
{
    return error_set(e, ERROR_SETUP, "%s:%d: %s", r->path, r->line, what);
}

/* The next line without its line feed, NULL at the end. */
static char *next_line(struct reading *r)
{
    char *line = r->next, *end;

    if (!line || !*line)
        return NULL;
    end = strchr(line, '\n');
    r->next = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    r->line++;
    return line;
}

static struct statement *add(struct reading *r)
{
    struct script *s = r->script;

    if (s->count == r->room) {
        r->room = r->room ? 2 * r->room : 64;
        s->all = arena_grow(r->arena, s->all, s->count * sizeof *s->all, r->room * sizeof *s->all);
    }
    s->all[s->count] = (struct statement){ .line = r->line };
    return &s->all[s->count++];
}

static const char *quoted(struct reading *r, char **at)
{
    char *p = *at + 1;
    AUTO_TEXT t = { 0 };

    for (; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1]) {
            p++;
            text_addn(&t, *p == 'n' ? "\n" : *p == 't' ? "\t" : p, 1);
        } else {
            text_addn(&t, p, 1);
        }
    }
    if (!*p)
        return NULL;
    *at = p + 1;
    return arena_text(r->arena, text_of(&t));
}

/* The block up to a line that is `end`, without the indentation of its first line. */
static const char *read_block(struct reading *r, const char *end)
{
    AUTO_TEXT t = { 0 };
    size_t indent = 0;
    bool first = true;

    for (char *line = next_line(r); line; line = next_line(r)) {
        size_t blanks = strspn(line, " ");

        if (strcmp(line + blanks, end) == 0)
            return arena_text(r->arena, text_of(&t));
        if (first)
            indent = blanks;
        first = false;
        text_addf(&t, "%s\n", line + (blanks < indent ? blanks : indent));
    }
    return NULL;
}

/* `at DATE TIME what`: the time is a statement of its own. */
static struct statement *split_time(struct reading *r, struct statement *s)
{
    if (s->count != 3 || strcmp(s->words[0], "at") != 0)
        return s;
    return add(r);
}

static bool read_line(struct reading *r, char *p, struct error *e)
{
    struct statement *s = NULL;
    const char *end = NULL;

    for (;;) {
        p += strspn(p, " \t");
        if (!*p || *p == '#')
            break;
        if (*p == ';') {
            s = NULL;
            p++;
            continue;
        }
        s = s ? split_time(r, s) : add(r);
        if (s->count == WORDS_MAX)
            return complain(r, e, "too many words");
        if (*p == '"') {
            s->words[s->count] = quoted(r, &p);
            if (!s->words[s->count++])
                return complain(r, e, "a quote is not closed");
        } else if (strncmp(p, "<<", 2) == 0) {
            end = arena_textn(r->arena, p + 2, strcspn(p + 2, " \t;"));
            p += 2 + strlen(end);
        } else {
            size_t n = strcspn(p, " \t;");

            s->words[s->count++] = arena_textn(r->arena, p, n);
            p += n;
        }
    }
    if (end && s) {
        size_t at = r->script->count - 1;

        r->script->all[at].block = read_block(r, end);
        if (!r->script->all[at].block)
            return complain(r, e, "the block has no end");
    }
    return true;
}

bool script_read(const char *path, struct arena *a, struct script *ret, struct error *e)
{
    struct reading r = { .path = path, .arena = a, .script = ret };
    const char *slash = strrchr(path, '/');

    *ret = (struct script){ .path = path };
    ret->dir = slash ? arena_textn(a, path, (size_t)(slash - path)) : ".";
    if (!script_file(path, a, &r.next, NULL, e))
        return false;
    for (char *line = next_line(&r); line; line = next_line(&r)) {
        if (line[0] == '#' && !ret->title)
            ret->title = arena_text(a, line + 1 + strspn(line + 1, " "));
        if (!read_line(&r, line, e))
            return false;
    }
    if (!ret->title)
        return complain(&r, e, "the first line must be a comment that says what this proves");
    return true;
}

const char *words_peek(const struct words *w)
{
    return w->next < w->s->count ? w->s->words[w->next] : NULL;
}

const char *words_take(struct words *w)
{
    return w->next < w->s->count ? w->s->words[w->next++] : NULL;
}

bool words_is(struct words *w, const char *expected)
{
    const char *word = words_peek(w);

    if (!word || strcmp(word, expected) != 0)
        return false;
    w->next++;
    return true;
}
