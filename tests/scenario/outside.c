#include "scenario/outside.h"

#include "base/memory.h"

#include <string.h>
#include <sys/mman.h>

#define OUTSIDE_SIZE ((size_t)1 << 30) /* of addresses; only what is used takes memory */
#define LINES_MAX 3000

struct outside *outside_new(void)
{
    struct outside *o = mmap(NULL, OUTSIDE_SIZE, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (o == MAP_FAILED)
        out_of_memory();
    o->used = sizeof *o;
    o->chance = 20250303;
    o->clock = INSTANT_NONE;
    o->last_delivery = &o->deliveries;
    o->last_line = &o->lines;
    return o;
}

void outside_free(struct outside *o)
{
    if (o)
        munmap(o, OUTSIDE_SIZE);
}

void *outside_alloc(struct outside *o, size_t size)
{
    size_t at = (o->used + 15) & ~(size_t)15;

    if (at + size > OUTSIDE_SIZE)
        out_of_memory();
    o->used = at + size;
    return (char *)o + at;
}

const char *outside_bytes(struct outside *o, const char *s, size_t n)
{
    char *copy = outside_alloc(o, n + 1);

    memcpy(copy, s, n);
    return copy;
}

const char *outside_text(struct outside *o, const char *s)
{
    return s ? outside_bytes(o, s, strlen(s)) : NULL;
}

struct server *outside_server(struct outside *o, const char *name, bool make)
{
    struct server *s;

    for (s = o->servers; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s;
    if (!make)
        return NULL;
    s = outside_alloc(o, sizeof *s);
    *s = (struct server){ .next = o->servers, .name = outside_text(o, name), .status = 200 };
    o->servers = s;
    return s;
}

struct mailbox *outside_mailbox(struct outside *o, const char *address, bool make)
{
    struct mailbox *m;

    for (m = o->mailboxes; m; m = m->next)
        if (strcmp(m->address, address) == 0)
            return m;
    if (!make)
        return NULL;
    m = outside_alloc(o, sizeof *m);
    *m = (struct mailbox){ .next = o->mailboxes, .address = outside_text(o, address) };
    o->mailboxes = m;
    return m;
}

void outside_log(struct outside *o, const char *line)
{
    struct log_line *l;

    if (o->line_count == LINES_MAX) /* the oldest go first */
        o->lines = o->lines->next;
    else
        o->line_count++;
    l = outside_alloc(o, sizeof *l);
    *l = (struct log_line){ .text = outside_text(o, line) };
    *o->last_line = l;
    o->last_line = &l->next;
}

int64_t outside_trouble(struct outside *o, const struct error *e)
{
    struct trouble *t;

    for (t = o->troubles; t; t = t->next)
        if (strcmp(t->text, e->text) == 0) {
            return ++t->times;
        }
    t = outside_alloc(o, sizeof *t);
    *t = (struct trouble){
        .next = o->troubles, .class = e->class, .text = outside_text(o, e->text), .times = 1
    };
    o->troubles = t;
    return 1;
}

void outside_clear(struct outside *o)
{
    o->cleared = o->delivery_count;
    o->line_count = 0;
    o->lines = NULL;
    o->last_line = &o->lines;
}
