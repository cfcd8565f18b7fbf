#include "base/text.h"
#include "codec/json.h"
#include "codec/mime.h"
#include "send/plain.h"
#include "watch/trial_ground.h"

#include <stdio.h>
#include <string.h>

/* Subject and text of a message as a person reads it, without its line ends: a sentence that is
 * looked for may run over one. */
static void read_message(const char *content, const char *subject, struct text *ret)
{
    AUTO(json) j = json_read(content, strlen(content), NULL);
    AUTO_TEXT t = { 0 };
    bool blank = false;

    text_addf(&t, "%s\n", subject);
    plain_write(j, &t);
    for (const char *c = text_of(&t); *c; c++) {
        bool is_blank = *c == ' ' || *c == '\n' || *c == '\r';

        if (!is_blank)
            text_addn(ret, c, 1);
        else if (!blank)
            text_add(ret, " ");
        blank = is_blank;
    }
}

static bool has(const char *text, const char *part)
{
    AUTO_TEXT one = { 0 };

    text_add(&one, part);
    for (size_t i = 0; i < one.size; i++)
        if (one.data[i] == '\n')
            one.data[i] = ' ';
    return strstr(text, text_of(&one)) != NULL;
}

static bool fits(const struct trial_message *m, const char *text)
{
    for (size_t i = 0; i < m->contains.count; i++)
        if (!has(text, m->contains.all[i]))
            return false;
    for (size_t i = 0; i < m->lacks.count; i++)
        if (has(text, m->lacks.all[i]))
            return false;
    return true;
}

static void add_texts(struct text *out, const char *word, const struct texts *t)
{
    for (size_t i = 0; i < t->count; i++)
        text_addf(out, " %s \"%s\"", i ? "and" : word, t->all[i]);
}

/* "a message to ann@example.org that contains "5 days left"" */
static const char *wanted(const struct trial_message *m, struct arena *a)
{
    AUTO_TEXT t = { 0 };

    if (m->count < 0)
        text_add(&t, "a message");
    else
        text_addf(&t, "%lld %s", (long long)m->count, text_plural(m->count, "message", "messages"));
    if (m->to)
        text_addf(&t, " to %s", m->to);
    add_texts(&t, "that contains", &m->contains);
    add_texts(&t, m->contains.count ? "and lacks" : "that lacks", &m->lacks);
    return arena_text(a, text_of(&t));
}

/* However the address is written. */
static bool is_to(const struct trial_message *m, const char *recipient)
{
    char address[MIME_ADDRESS_SIZE];

    if (!m->to || strcmp(m->to, recipient) == 0)
        return true;
    return mime_address_read(m->to, address, NULL) && strcmp(address, recipient) == 0;
}

/* All messages of the step: how many fit; what was told is added to `told`. */
static bool count(const struct trial_at *t, const struct trial_message *m, int64_t *ret,
                  struct json *told, struct error *e)
{
    STMT s = NULL;
    bool row;

    *ret = 0;
    if (!db_query(t->ground->state, &s, e,
                  "SELECT recipient, subject, content FROM message WHERE created_at = ?"
                  " ORDER BY recipient, key",
                  "i", t->ground->now))
        return false;
    for (;;) {
        AUTO_TEXT text = { 0 };
        bool to;

        if (!db_row(s, &row, e))
            return false;
        if (!row)
            return true;
        to = is_to(m, db_text(s, 0));
        read_message(db_text(s, 2), db_text(s, 1), &text);
        *ret += to && fits(m, text_of(&text));
        json_add_text(told, arena_print(t->arena, "To %s: %s", db_text(s, 0),
                                        to ? text_of(&text) : db_text(s, 1)));
    }
}

bool trial_told(const struct trial_at *t, const struct trial_message *m, struct error *e)
{
    AUTO(json) told = json_list();
    struct json *differences, *steps;
    int64_t n;

    if (!count(t, m, &n, told, e))
        return false;
    if (m->count < 0 ? n > 0 : n == m->count)
        return true;
    trial_fail(t, m->at, "messages", &differences, &steps);
    trial_differ(differences, "messages", wanted(m, t->arena),
                 n ? arena_print(t->arena, "%lld of them", (long long)n) : "none");
    for (size_t i = 0; i < json_count(told); i++)
        json_add(steps, json_copy_ref(json_at(told, i)));
    return true;
}
