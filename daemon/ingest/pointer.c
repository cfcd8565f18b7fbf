#include "ingest/pointer.h"

#include "base/number.h"
#include "base/text.h"
#include "codec/json.h"
#include "ingest/scan.h"

#include <stdlib.h>
#include <string.h>

/* "~1" is a slash, "~0" a tilde. In place; false for any other tilde. */
static bool unescape(char *token)
{
    char *out = token;

    for (const char *in = token; *in; in++) {
        char c = *in;

        if (c == '~') {
            c = *++in;
            if (c != '0' && c != '1')
                return false;
            c = c == '0' ? '~' : '/';
        }
        *out++ = c;
    }
    *out = '\0';
    return true;
}

bool pointer_read(const char *text, struct pointer *ret)
{
    bool ok = !*text || *text == '/';
    char *rest, *token;

    *ret = (struct pointer){ .text = copy_text(text) };
    rest = *text ? ret->text + 1 : NULL;
    while (ok && (token = strsep(&rest, "/"))) {
        ok = ret->count < POINTER_MAX && unescape(token);
        if (ok)
            ret->tokens[ret->count++] = token;
    }
    ret->members = ret->count && strcmp(ret->tokens[ret->count - 1], "*") == 0;
    ret->count -= ret->members;
    if (!ok)
        pointer_free(ret);
    return ok;
}

void pointer_free(struct pointer *p)
{
    free(p->text);
    *p = (struct pointer){ .text = NULL };
}

int64_t pointer_index(const char *token)
{
    int64_t n;

    return number_read(token, strlen(token), &n) && n >= 0 && !strchr(token, ',') ? n : -1;
}

enum progress { BEFORE, INSIDE, BEHIND };

struct json_cutter {
    struct scan scan;
    struct pointer pointer;
    char *at; /* as it was given */
    enum progress progress;
    int open;                       /* containers on the way to the place that are open */
    bool candidate;                 /* the next value is on the way */
    int64_t index[POINTER_MAX + 1]; /* of the next element of each of them */
    bool in_record;
    bool single;       /* what stands there is the only record */
    struct text keys;  /* what the document has in the place of the first token */
    const char *wrong; /* what stops it, if that is not `scan.what` */
};

struct json_cutter *json_cutter_new(const char *at)
{
    struct json_cutter *j = alloc(sizeof *j);

    pointer_read(at, &j->pointer);
    j->at = copy_text(at);
    j->candidate = true;
    j->keys.max = 300;
    return j;
}

void json_cutter_free(struct json_cutter *j)
{
    if (!j)
        return;
    pointer_free(&j->pointer);
    text_free(&j->keys);
    free(j->at);
    free(j);
}

static int depth_of_place(const struct json_cutter *j)
{
    return (int)j->pointer.count;
}

/* The key that ended, as text; NULL if it is too long to be one that is looked for. */
static char *key_of(const struct scan *s)
{
    AUTO_TEXT quoted = { 0 };
    AUTO(json) key = NULL;

    if (s->key_size > SCAN_KEY_MAX)
        return NULL;
    text_add(&quoted, "\"");
    text_addn(&quoted, s->key, s->key_size);
    text_add(&quoted, "\"");
    key = json_read(quoted.data, quoted.size, NULL);
    return copy_text(json_text(key));
}

/* A key of the innermost container on the way. */
static void look_at_key(struct json_cutter *j)
{
    char *key AUTO_FREE = key_of(&j->scan);

    if (j->progress == INSIDE || j->scan.depth != j->open || !j->open)
        return;
    j->candidate = text_same(key, j->pointer.tokens[j->open - 1]);
    if (j->open == 1 && key)
        text_addf(&j->keys, "%s%s", j->keys.size ? ", " : "", key);
}

static void look_at_element(struct json_cutter *j)
{
    if (j->progress != INSIDE && j->open && j->scan.depth == j->open && j->scan.in_array)
        j->candidate = j->index[j->open]++ == pointer_index(j->pointer.tokens[j->open - 1]);
}

/* The place is there. False: what stands there has no records. */
static bool arrive(struct json_cutter *j)
{
    char type = j->scan.type;

    if (j->progress == BEHIND)
        j->wrong = "it stands there twice";
    else if (type != '[' && type != '{' && type != 'n')
        j->wrong = "neither a list nor a group stands there";
    else if (type == '[' && j->pointer.members)
        j->wrong = "a list stands there, no group of members";
    j->progress = INSIDE;
    return !j->wrong;
}

/* A value begins. True if a record begins with it. */
static bool begin(struct json_cutter *j)
{
    int depth = j->scan.depth;
    bool candidate;

    look_at_element(j);
    candidate = j->candidate && j->progress != INSIDE;
    j->candidate = false;
    if (candidate && depth == depth_of_place(j)) {
        j->single = j->scan.type == '{' && !j->pointer.members;
        return arrive(j) && j->single;
    }
    if (candidate && (j->scan.type == '[' || j->scan.type == '{')) {
        j->open = depth + 1;
        j->index[j->open] = 0;
    }
    return j->progress == INSIDE && !j->in_record && depth == depth_of_place(j) + 1 &&
           !j->pointer.members;
}

/* A value ends. True if the record does. */
static bool end(struct json_cutter *j)
{
    int depth = j->scan.depth;

    if (j->progress != INSIDE) {
        j->open = depth < j->open ? depth : j->open;
        return false;
    }
    if (depth == depth_of_place(j))
        j->progress = BEHIND;
    return j->in_record && (j->single ? j->progress == BEHIND : depth == depth_of_place(j) + 1);
}

/* Passes over what is no record. */
static void pass(struct json_cutter *j, struct cut *c)
{
    c->start = c->at = j->scan.at;
    c->line += j->scan.lines;
    j->scan.lines = 0;
}

/* One event. True if the record is complete. */
static bool step(struct json_cutter *j, struct cut *c, enum scan_event event)
{
    bool begins = false;

    if (event == SCAN_BEGIN)
        begins = begin(j);
    else if (event == SCAN_KEY_BEGIN)
        begins =
            j->progress == INSIDE && j->pointer.members && j->scan.depth == depth_of_place(j) + 1;
    else if (event == SCAN_KEY_END)
        look_at_key(j);
    else if (event == SCAN_END && end(j)) {
        j->in_record = false;
        c->stop = c->next = j->scan.at;
        c->lines = j->scan.lines;
        j->scan.lines = 0;
        return true;
    }
    if (!j->in_record)
        pass(j, c);
    j->in_record |= begins;
    return false;
}

bool json_cut(struct json_cutter *j, struct cut *c, const char *bytes, size_t end, bool last)
{
    enum scan_event event;

    j->scan.at = c->at;
    do {
        event = scan_next(&j->scan, bytes, end);
        if (event == SCAN_MORE && last)
            event = scan_last(&j->scan);
        if (event != SCAN_BAD && event != SCAN_MORE && step(j, c, event)) {
            c->at = j->scan.at;
            return true;
        }
    } while (event != SCAN_MORE && event != SCAN_BAD && !j->wrong);
    c->at = j->scan.at;
    if (!j->in_record)
        pass(j, c);
    if (event == SCAN_MORE && !last)
        return false;
    c->lines = j->scan.lines;
    c->start = c->stop = c->next = c->at;
    return true;
}

bool json_cutter_ok(const struct json_cutter *j, const struct cut *c, struct error *e)
{
    long long line = (long long)(c->line + c->lines);

    if (j->wrong)
        return error_set(e, ERROR_INPUT, "line %lld: at \"%s\": %s", line, j->at, j->wrong);
    if (j->scan.what)
        return error_set(e, ERROR_INPUT, "line %lld: not JSON: %s", line, j->scan.what);
    if (c->next == c->start && j->progress != BEHIND)
        return error_set(e, ERROR_INPUT, "nothing stands at \"%s\"%s%s", j->at,
                         j->keys.size ? "; the document has: " : "", text_of(&j->keys));
    return true;
}
