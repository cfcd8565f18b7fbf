/* as-of: what was believed, found and told at a moment. */
#include "cmd.h"

#include "base/folder.h"
#include "base/number.h"
#include "codec/digest.h"
#include "judge/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A report under way: as text, as JSON, or both, and the messages as files. */
struct telling {
    struct call *call;
    FILE *text, *json; /* NULL: not wanted */
    const char *dir;   /* of --out, or NULL */
    struct text sums;  /* lines of sha256sum */
    char as_of[64];
    int64_t findings, open, not_alarmed, messages;
    bool failed;
};

static void field(FILE *out, const char *name, const char *value)
{
    if (!value)
        return;
    fprintf(out, "    %-12s ", name);
    print_cell(out, value, 0);
    fprintf(out, "\n");
}

static void money_field(FILE *out, const struct json *amount)
{
    char money[MONEY_TEXT_SIZE];

    if (json_type_of(amount) == JSON_WHOLE)
        field(out, "amount", money_text(json_whole(amount), money));
}

static void print_inputs(FILE *out, const struct json *inputs)
{
    const struct json *fields = json_get(inputs, "fields");

    if (json_count(fields))
        fprintf(out, "    What the record said (%s, pull %lld, line %lld):\n",
                json_get_text(inputs, "dataset"), (long long)json_get_whole(inputs, "pull"),
                (long long)json_get_whole(inputs, "line"));
    for (size_t i = 0; i < json_count(fields); i++) {
        const struct json *f = json_at(fields, i);
        const char *value = json_get_text(f, "value");

        fprintf(out, "      ");
        print_cell(out, json_get_text(f, "name"), 22);
        fprintf(out, " ");
        print_cell(out, value ? value : "(empty)", 0);
        fprintf(out, "\n");
    }
    field(out, "as received", json_get_text(inputs, "raw"));
}

/* Why: what a change was decided on. */
static void print_change(FILE *out, int64_t finding, const struct json *m)
{
    const struct json *d = json_get(m, "derivation"), *steps = json_get(d, "steps");
    const char *title = json_get_text(d, "title");

    fprintf(out, "  %lld.%lld  %s  %s%s", (long long)finding,
            (long long)json_get_whole(m, "ordinal"), json_get_text(m, "day"),
            json_get_text(m, "cause"), title ? ": " : "");
    print_cell(out, title, 0);
    fprintf(out, "\n");
    field(out, "written", json_get_text(m, "at"));
    field(out, "law", json_get_text(d, "law"));
    field(out, "to do", json_get_text(m, "to_do"));
    if (json_count(steps))
        fprintf(out, "    How it was computed:\n");
    for (size_t i = 0; i < json_count(steps); i++) {
        fprintf(out, "      %zu. ", i + 1);
        print_cell(out, facts_sentence(json_at(steps, i)), 0);
        fprintf(out, "\n");
    }
    print_inputs(out, json_get(m, "inputs"));
    field(out, "rules", json_get_text(m, "rules"));
    field(out, "link", json_get_text(m, "chain"));
}

static void print_told(FILE *out, const struct json *t)
{
    const char *message = json_get_text(t, "message"), *withheld = json_get_text(t, "withheld");

    fprintf(out, "    %s to ", json_get_text(t, "ref"));
    print_cell(out, json_get_text(t, "recipient"), 0);
    fprintf(out, " through %s", json_get_text(t, "channel"));
    if (withheld) {
        fprintf(out, ": not told, because: ");
        print_cell(out, withheld, 0);
    } else if (message) {
        fprintf(out, ": message %s", message);
    } else {
        fprintf(out, ": waited for the %s message", json_get_text(t, "cadence"));
    }
    fprintf(out, "\n");
}

static void print_finding(FILE *out, const struct json *f)
{
    const struct json *moves = json_get(f, "moves"), *told = json_get(f, "told");
    int64_t id = json_get_whole(f, "finding");
    const char *period = json_get_text(f, "period");

    print_cell(out, json_get_text(f, "subject"), 0);
    fprintf(out, ", rule %s%s%s: %s, finding %lld, step %lld, %s\n", json_get_text(f, "rule"),
            *period ? ", " : "", period, json_get_text(f, "status"), (long long)id,
            (long long)json_get_whole(f, "stage"), json_get_text(f, "severity"));
    field(out, "case", json_get_text(f, "name"));
    field(out, "act by", json_get_text(f, "act_by"));
    field(out, "last day", json_get_text(f, "last_day"));
    field(out, "past since", json_get_text(f, "past_since"));
    field(out, "done on", json_get_text(f, "done_on"));
    field(out, "opened", json_get_text(f, "opened_on"));
    field(out, "ended", json_get_text(f, "ended_on"));
    money_field(out, json_get(f, "amount"));
    field(out, "unit", json_get_text(f, "unit"));
    field(out, "office", json_get_text(f, "office"));
    field(out, "owner", json_get_text(f, "owner"));
    field(out, "not alarmed", json_get_text(f, "because"));
    field(out, "since", json_get_text(f, "because") ? json_get_text(f, "quiet_since") : NULL);
    if (!moves)
        print_change(out, id, json_get(f, "change"));
    for (size_t i = 0; i < json_count(moves); i++)
        print_change(out, id, json_at(moves, i));
    for (size_t i = 0; i < json_count(told); i++)
        print_told(out, json_at(told, i));
    fprintf(out, "\n");
}

static void print_try(FILE *out, const struct json *t)
{
    const char *ended = json_get_text(t, "ended_at"), *outcome = json_get_text(t, "outcome");

    fprintf(out, "    try %lld       %s", (long long)json_get_whole(t, "number"),
            json_get_text(t, "at"));
    if (outcome) {
        fprintf(out, ", answered %s: %s (%lld) ", ended, outcome,
                (long long)json_get_whole(t, "status"));
        print_cell(out, json_get_text(t, "answer"), 0);
    } else {
        fprintf(out, ", not answered");
    }
    fprintf(out, "\n");
}

static void print_message(FILE *out, const struct json *m)
{
    const struct json *carries = json_get(m, "carries"), *tries = json_get(m, "tries");

    fprintf(out, "Message %s, %s, %s\n", json_get_text(m, "key"), json_get_text(m, "kind"),
            json_get_text(m, "state"));
    field(out, json_get_truth(m, "trial") ? "in trial for" : "to", json_get_text(m, "recipient"));
    field(out, "through", json_get_text(m, "channel"));
    field(out, "subject", json_get_text(m, "subject"));
    field(out, "made", json_get_text(m, "made_at"));
    field(out, "instead of", json_get_text(m, "instead_of"));
    if (json_count(carries)) {
        fprintf(out, "    %-12s", "carries");
        for (size_t i = 0; i < json_count(carries); i++)
            fprintf(out, " %s", json_text(json_at(carries, i)));
        fprintf(out, "\n");
    }
    for (size_t i = 0; i < json_count(tries); i++)
        print_try(out, json_at(tries, i));
    field(out, "sha-256", json_get_text(m, "sha256"));
    fprintf(out, "\n");
}

/* One element of a list that is written as it comes. */
static void emit(FILE *out, bool first, const struct json *j)
{
    AUTO_TEXT t = { 0 };

    json_write(j, true, &t);
    fprintf(out, "%s\n%s", first ? "" : ",", text_of(&t));
}

static void sum(struct telling *t, const char *digest, const char *name)
{
    text_addf(&t->sums, "%s  %s\n", digest, name);
}

/* The bytes of a message as a file of --out. */
static bool save(struct telling *t, const struct json *m, struct error *e)
{
    const char *base64 = json_get_text(m, "bytes");
    size_t room = base64 ? strlen(base64) : 0, size = 0;
    unsigned char *bytes AUTO_FREE = alloc(room + 1);
    AUTO_TEXT name = { 0 };
    AUTO_TEXT path = { 0 };
    char digest[DIGEST_TEXT_SIZE];

    if (!base64 || !base64_read(base64, bytes, room, &size))
        return true; /* not made yet at that moment */
    text_addf(&name, "messages/%s.%s", json_get_text(m, "key"), *bytes == '{' ? "json" : "eml");
    text_addf(&path, "%s/%s", t->dir, text_of(&name));
    digest_of(bytes, size, digest);
    sum(t, digest, text_of(&name));
    return file_write(text_of(&path), bytes, size, e);
}

static bool tell_finding(struct telling *t, struct json *f, struct error *e)
{
    (void)e;
    if (t->text)
        print_finding(t->text, f);
    if (t->json)
        emit(t->json, t->findings == 0, f);
    t->findings++;
    t->open += text_same(json_get_text(f, "status"), "OPEN");
    t->not_alarmed += json_get_text(f, "because") != NULL;
    return true;
}

static bool tell_message(struct telling *t, struct json *m, struct error *e)
{
    if (t->dir && !save(t, m, e))
        return false;
    if (t->dir)
        json_set(m, "bytes", json_nothing()); /* it is a file of its own */
    if (t->text)
        print_message(t->text, m);
    if (t->json)
        emit(t->json, t->messages == 0, m);
    t->messages++;
    return true;
}

typedef bool tell_fn(struct telling *t, struct json *one, struct error *e);

/* Not before there is an answer: an error has no output that looks like one. */
static void begin(const struct telling *t)
{
    if (t->text)
        fprintf(t->text, "What was known, found and told at %s\n\n", t->as_of);
    if (t->json)
        fprintf(t->json, "{\n\"findings\": [");
}

/* Asks page after page. An exit code. */
static int tell_all(struct telling *t, const char *method, const char *list, tell_fn *tell)
{
    AUTO(json) next = NULL;
    struct call *c = t->call;
    struct error e;
    int code = EXIT_GOOD;

    do {
        struct json *p = json_group(), *page, *all;

        json_set_text(p, "time", c->arguments[0]);
        json_set_text(p, "case", call_option(c, "--case"));
        json_set_text(p, "unit", call_option(c, "--unit"));
        json_set_truth(p, "whole", t->dir != NULL);
        json_set(p, "after", next ? json_copy_ref(next) : json_nothing());
        page = call_method(c, method, p, &code);
        if (!page)
            return code;
        all = json_get(page, list);
        snprintf(t->as_of, sizeof t->as_of, "%s", json_get_text(page, "as_of"));
        if (!next && strcmp(list, "findings") == 0)
            begin(t);
        for (size_t i = 0; i < json_count(all) && code == EXIT_GOOD; i++)
            if (!tell(t, json_at(all, i), &e))
                code = call_fail(c, EXIT_FAILED, "%s", e.text);
        json_free(next);
        next = json_type_of(json_get(page, "next")) == JSON_LIST
                   ? json_copy_ref(json_get(page, "next"))
                   : NULL;
        json_free(page);
    } while (next && code == EXIT_GOOD);
    return code;
}

/* The whole report; what is not wanted is not written. */
static int tell(struct telling *t)
{
    int code;

    code = tell_all(t, "dutywatch.AsOf", "findings", tell_finding);
    if (code)
        return code;
    if (t->json)
        fprintf(t->json, "\n],\n\"messages\": [");
    code = tell_all(t, "dutywatch.AsOfMessages", "messages", tell_message);
    if (code)
        return code;
    if (t->json)
        fprintf(t->json,
                "\n],\n\"as_of\": \"%s\",\n\"counts\": { \"findings\": %lld, \"open\": %lld, "
                "\"not_alarmed\": %lld, \"messages\": %lld }\n}\n",
                t->as_of, (long long)t->findings, (long long)t->open, (long long)t->not_alarmed,
                (long long)t->messages);
    if (t->text)
        fprintf(t->text, "%lld %s, %lld of them open, %lld not alarmed; %lld %s.\n",
                (long long)t->findings, text_plural(t->findings, "finding", "findings"),
                (long long)t->open, (long long)t->not_alarmed, (long long)t->messages,
                text_plural(t->messages, "message", "messages"));
    return EXIT_GOOD;
}

/* --- --out --- */

static FILE *open_in(const char *dir, const char *name)
{
    AUTO_TEXT path = { 0 };

    text_addf(&path, "%s/%s", dir, name);
    return fopen(text_of(&path), "we");
}

static bool close_in(struct telling *t, FILE *f, const char *name, struct error *e)
{
    AUTO_TEXT path = { 0 };
    char digest[DIGEST_TEXT_SIZE];
    bool ok = !ferror(f);

    text_addf(&path, "%s/%s", t->dir, name);
    ok = fclose(f) == 0 && ok;
    if (!ok)
        return error_set(e, ERROR_RETRY, "%s: %s", text_of(&path), strerror(errno));
    if (!digest_of_file(text_of(&path), digest, e))
        return false;
    sum(t, digest, name);
    return true;
}

static bool make_dir(const char *dir, struct error *e)
{
    AUTO_TEXT messages = { 0 };

    if (!folder_empty(dir))
        return error_set(e, ERROR_INPUT, "%s is there and not empty", dir);
    text_addf(&messages, "%s/messages", dir);
    return folder_make(text_of(&messages), e);
}

static int write_out(struct telling *t)
{
    struct call *c = t->call;
    AUTO_TEXT path = { 0 };
    struct error e;
    int code;

    if (!make_dir(t->dir, &e))
        return call_fail(c, exit_of(&e), "%s", e.text);
    t->text = open_in(t->dir, "report.txt");
    t->json = open_in(t->dir, "report.json");
    if (!t->text || !t->json)
        return call_fail(c, EXIT_FAILED, "%s: %s", t->dir, strerror(errno));
    code = tell(t);
    if (code)
        return code;
    text_addf(&path, "%s/SHA256SUMS", t->dir);
    if (!close_in(t, t->text, "report.txt", &e) || !close_in(t, t->json, "report.json", &e) ||
        !file_write(text_of(&path), text_of(&t->sums), t->sums.size, &e))
        return call_fail(c, EXIT_FAILED, "%s", e.text);
    if (!c->json)
        printf("%lld %s and %lld %s as of %s are in %s; check it with sha256sum -c SHA256SUMS.\n",
               (long long)t->findings, text_plural(t->findings, "finding", "findings"),
               (long long)t->messages, text_plural(t->messages, "message", "messages"), t->as_of,
               t->dir);
    return EXIT_GOOD;
}

int cmd_as_of(struct call *c)
{
    struct telling t = { .call = c, .dir = call_option(c, "--out") };
    int code;

    if (c->count != 1)
        return call_usage(c, "name a day (2026-03-01: its end) or a moment "
                             "(2026-03-01T12:00:00-05:00)");
    if (call_option(c, "--case") && call_option(c, "--unit"))
        return call_usage(c, "--case and --unit exclude each other");
    if (t.dir) {
        code = write_out(&t);
        text_free(&t.sums);
        return code;
    }
    t.text = c->json ? NULL : stdout;
    t.json = c->json ? stdout : NULL;
    return tell(&t);
}
