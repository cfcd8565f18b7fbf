#include "send/courier.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/mime.h"
#include "config/credential.h"
#include "fetch/schedule.h"
#include "notify/failing.h"
#include "notify/outbox.h"
#include "notify/packing.h"
#include "send/mail.h"
#include "send/maildir.h"
#include "send/verdict.h"
#include "send/webhook.h"

#include <stdlib.h>
#include <string.h>

/* One message on its way. */
struct delivery {
    struct delivery *next;
    struct courier *courier;
    struct arena *arena;
    struct message message;
    struct channel channel; /* a copy: the configuration may be swapped meanwhile */
    const char *const *to;  /* envelope; the trial readers while in trial */
    const char *bytes;
    size_t size;
    char *secret;
    struct webhook_headers headers;
    enum verdict verdict;
    bool settling; /* the other side has spoken, the database has not taken it yet */
    struct settlement settlement;
};

struct courier {
    struct world *world;
    struct db *state;
    const struct settings *settings; /* of the last courier_use() */
    date today;
    delivered_fn *done;
    void *done_data;
    struct delivery *first;
    int64_t written; /* by the database at the last look into the outbox */
    instant next_at; /* what was seen there; INSTANT_NONE: nothing is queued */
    instant tell_at; /* when the operators are to hear of a channel; INSTANT_NONE: of none */
};

static void delivery_free(struct delivery *d)
{
    struct delivery **at = &d->courier->first;

    while (*at && *at != d)
        at = &(*at)->next;
    if (*at)
        *at = d->next;
    webhook_headers_free(&d->headers);
    credential_free(d->secret);
    arena_free(d->arena);
    free(d);
}

bool courier_new(struct world *w, struct db *state, delivered_fn *done, void *done_data,
                 struct courier **ret, struct error *e)
{
    struct courier *c;

    if (!outbox_recover(state, w->now(w), e))
        return false;
    c = alloc(sizeof *c);
    *c = (struct courier){ .world = w,
                           .state = state,
                           .done = done,
                           .done_data = done_data,
                           .written = -1,
                           .tell_at = INSTANT_NONE };
    *ret = c;
    return true;
}

void courier_free(struct courier *c)
{
    if (!c)
        return;
    while (c->first)
        delivery_free(c->first);
    free(c);
}

int courier_count(const struct courier *c)
{
    int n = 0;

    for (const struct delivery *d = c->first; d; d = d->next)
        n++;
    return n;
}

/* When to try again: n squared times the first pause, at most the longest, a fifth by chance. */
static instant next_try(struct courier *c, const struct delivery *d, instant retry_after)
{
    int64_t n = d->message.attempts + 1;
    instant pause = n < 1000 ? c->settings->retry_first * n * n : c->settings->retry_most;

    if (pause > c->settings->retry_most)
        pause = c->settings->retry_most;
    pause += pause / 5 * ((instant)(c->world->random(c->world) % 1001)) / 1000;
    retry_after = schedule_honoured(retry_after);
    return c->world->now(c->world) + (retry_after > pause ? retry_after : pause);
}

static enum outcome outcome_of(enum verdict v)
{
    if (v == VERDICT_ACCEPTED)
        return OUTCOME_ACCEPTED;
    return v == VERDICT_DEAD ? OUTCOME_REFUSED : OUTCOME_LATER;
}

/* Recipients are personal: the key is enough to find them (dutywatch queue --show). */
static void log_outcome(const struct delivery *d, const struct settlement *s)
{
    if (s->outcome == OUTCOME_ACCEPTED)
        log_info("message %.12s: delivered through %s", d->message.key, d->channel.name);
    else if (s->outcome == OUTCOME_REFUSED)
        log_error("message %.12s: dead, not tried again: %s", d->message.key, s->answer);
    else if (d->verdict == VERDICT_CHANNEL && d->message.attempts == 0)
        log_error("channel %s: refuses message %.12s, which waits: %s", d->message.channel,
                  d->message.key, s->answer);
    else if (d->message.attempts == 0)
        log_warning("message %.12s: not delivered yet: %s", d->message.key, s->answer);
}

/* Who is refused: one recipient, if others get theirs through the channel, else perhaps everybody.
 * At the first refusal that is not known yet. */
static bool look_at_others(struct delivery *d, struct error *e)
{
    bool works = false;

    if (d->verdict != VERDICT_RECIPIENT)
        return true;
    if (!outbox_works_for_others(d->courier->state, &d->message, &works, e))
        return false;
    if (works)
        d->settlement.outcome = OUTCOME_REFUSED;
    else if (d->message.attempts > 0)
        d->verdict = VERDICT_CHANNEL;
    return true;
}

/* What was not accepted for long enough is as good as refused. */
static enum outcome give_up(const struct delivery *d, instant now)
{
    bool long_enough = now - d->message.created_at >= d->courier->settings->give_up_after;

    return d->settlement.outcome == OUTCOME_LATER && long_enough ? OUTCOME_REFUSED
                                                                 : d->settlement.outcome;
}

/* T5. The delivery ends with it; when the database fails, it stays and is settled at the next
 * courier_advance(): what the other side said is not lost. */
static bool settle(struct delivery *d, struct error *e)
{
    struct courier *c = d->courier;
    struct settlement *s = &d->settlement;
    instant now = c->world->now(c->world);
    bool ok;

    d->settling = true;
    if (!look_at_others(d, e) || !db_begin(c->state, e))
        return false;
    ok = !d->channel.name || failing_note(c->state, c->settings, d->channel.name, s,
                                          d->verdict == VERDICT_CHANNEL, c->today, now, e);
    s->outcome = give_up(d, now);
    if (!ok || !outbox_settle(c->state, &d->message, s, now, e) ||
        (s->outcome == OUTCOME_REFUSED &&
         !packing_tell_dead(c->state, c->settings, d->message.key, c->today, now, e))) {
        db_rollback(c->state);
        return error_wrap(e, "message %.12s", d->message.key);
    }
    if (!db_commit(c->state, e))
        return false;
    log_outcome(d, s);
    delivery_free(d);
    return true;
}

static void answered(void *data, const struct answer *a)
{
    struct delivery *d = data;
    struct courier *c = d->courier;
    struct error e;
    bool ok;

    d->verdict = verdict_of_answer((enum channel_type)d->channel.type, a);
    d->settlement =
        (struct settlement){ .outcome = outcome_of(d->verdict),
                             .status = a->status,
                             .answer = arena_text(d->arena, a->ok ? a->reply : a->error.text),
                             .next_at = next_try(c, d, a->retry_after),
                             .not_before = a->retry_after ? c->world->now(c->world) +
                                                                schedule_honoured(a->retry_after)
                                                          : 0 };
    ok = settle(d, &e);
    c->done(c->done_data, ok ? NULL : &e);
}

static const char *domain_of(const char *from, struct arena *a)
{
    const char *at = strrchr(from, '@');
    size_t n = at ? strcspn(at + 1, "> ") : 0;

    return n ? arena_textn(a, at + 1, n) : "localhost";
}

/* Who gets it: the recipient, or the trial readers. Addresses stand alone in an envelope; what is
 * none is refused where it is used. */
static const char *const *envelope_of(const struct settings *s, const struct delivery *d,
                                      const struct json *content)
{
    const struct texts one = { &d->message.recipient, 1 };
    bool trial = json_get(content, "trial_for") && s->trial_to.count;
    const struct texts *to = trial ? &s->trial_to : &one;
    const char **all = arena_alloc(d->arena, (to->count + 1) * sizeof *all);

    for (size_t i = 0; i < to->count; i++) {
        char address[MIME_ADDRESS_SIZE];
        bool read = mime_address_read(to->all[i], address, NULL);

        all[i] = read ? arena_text(d->arena, address) : to->all[i];
    }
    return all;
}

static bool render(struct delivery *d, struct error *e)
{
    const struct settings *s = d->courier->settings;
    const char *text = d->message.content;
    AUTO(json) content = json_read(text, strlen(text), e);
    AUTO_TEXT out = { 0 };
    bool ok = true;

    if (!content)
        return false;
    d->to = envelope_of(s, d, content);
    if (d->message.bytes) {
        d->bytes = d->message.bytes;
        d->size = d->message.bytes_size;
        return true;
    }
    if (d->channel.type == CHANNEL_WEBHOOK) {
        webhook_body(content, s->name, &out);
    } else {
        struct mail_form form = { .from = d->channel.from,
                                  .to = d->to,
                                  .reply_to = d->channel.reply_to,
                                  .host = domain_of(d->channel.from, d->arena),
                                  .made_at = d->message.created_at };

        ok = mail_render(content, &form, &out, e);
    }
    d->bytes = arena_textn(d->arena, text_of(&out), out.size);
    d->size = out.size;
    return ok;
}

static bool ask(struct delivery *d, struct error *e)
{
    struct world *w = d->courier->world;
    const struct channel *c = &d->channel;
    struct request *q = arena_alloc(d->arena, sizeof *q);
    const char *secret = c->type == CHANNEL_WEBHOOK ? c->secret : c->credential;

    if (secret && !credential_read(secret, &d->secret, e))
        return false;
    *q = (struct request){ .kind = c->type == CHANNEL_MAIL ? REQUEST_MAIL : REQUEST_POST,
                           .url = c->type == CHANNEL_MAIL ? c->server : c->url,
                           .body = d->bytes,
                           .body_size = d->size,
                           .ca_file = c->ca_file,
                           .require_tls = c->require_tls,
                           .timeout = c->timeout,
                           .connect_timeout = c->timeout };
    if (c->type == CHANNEL_MAIL) {
        const char *from = strchr(c->from, '<');

        q->user = c->user;
        q->password = d->secret;
        q->mail_from = from ? arena_textn(d->arena, from + 1, strcspn(from + 1, ">")) : c->from;
        q->mail_to = d->to;
    } else {
        struct webhook_attempt attempt = { .id = d->message.key,
                                           .now = w->now(w),
                                           .secret = d->secret,
                                           .body = d->bytes,
                                           .body_size = d->size };

        if (!webhook_headers(&attempt, &d->headers, e))
            return false;
        q->headers = d->headers.lines;
    }
    return w->ask(w, q, answered, d, e);
}

/* What needs no network, or could not even be started, is settled at once. */
static bool settle_now(struct delivery *d, bool ok, const struct error *why, struct error *e)
{
    d->verdict = ok ? VERDICT_ACCEPTED : verdict_of_error(why);
    d->settlement = (struct settlement){ .outcome = outcome_of(d->verdict),
                                         .status = ok ? 250 : 0,
                                         .answer = ok ? "written" : arena_text(d->arena, why->text),
                                         .next_at = next_try(d->courier, d, 0) };
    return settle(d, e);
}

static struct channel copy_channel(const struct channel *c, struct arena *a)
{
    struct channel copy = *c;

    copy.name = arena_text(a, c->name);
    copy.path = arena_text(a, c->path);
    copy.server = arena_text(a, c->server);
    copy.from = arena_text(a, c->from);
    copy.reply_to = arena_text(a, c->reply_to);
    copy.url = arena_text(a, c->url);
    copy.secret = arena_text(a, c->secret);
    copy.user = arena_text(a, c->user);
    copy.credential = arena_text(a, c->credential);
    copy.ca_file = arena_text(a, c->ca_file);
    return copy;
}

/* The channel of the message. While in trial nothing is posted to a receiver that would act on it:
 * its messages take the operators' way to the trial readers. */
static const struct channel *channel_of(const struct delivery *d)
{
    const struct settings *s = d->courier->settings;
    const struct channel *c = settings_channel(s, d->message.channel);
    bool trial = strstr(d->message.content, "\"trial_for\"") != NULL;

    return c && trial && c->type == CHANNEL_WEBHOOK ? settings_channel(s, s->operators->channel)
                                                    : c;
}

/* T4 and the way out. False only when the database failed. */
static bool send_one(struct delivery *d, struct error *e)
{
    struct courier *c = d->courier;
    const struct channel *channel = channel_of(d);
    struct error why;
    bool ok;

    if (!channel)
        error_set(&why, ERROR_SETUP, "channel \"%s\" is no longer configured", d->message.channel);
    else
        d->channel = copy_channel(channel, d->arena);
    ok = channel && render(d, &why);
    if (!outbox_claim(c->state, &d->message, d->bytes, d->size, c->world->now(c->world), e)) {
        delivery_free(d);
        return false;
    }
    if (ok && channel->type == CHANNEL_MAILDIR)
        ok = maildir_deliver(d->channel.path, d->message.key, d->bytes, d->size, &why);
    else if (ok && ask(d, &why))
        return true; /* answered() goes on */
    else
        ok = false;
    return settle_now(d, ok, &why, e);
}

void courier_use(struct courier *c, const struct settings *s, date today)
{
    c->settings = s;
    c->today = today;
}

/* What the database did not take before. */
static bool settle_again(struct courier *c, struct error *e)
{
    for (struct delivery *d = c->first, *next; d; d = next) {
        next = d->next;
        if (d->settling && !settle(d, e))
            return false;
    }
    return true;
}

bool courier_next_at(struct courier *c, instant *ret, struct error *e)
{
    int64_t written = db_written(c->state);

    if (written != c->written &&
        (!outbox_next_at(c->state, &c->next_at, e) || !failing_tell_at(c->state, &c->tell_at, e)))
        return false;
    c->written = written;
    *ret = c->next_at;
    if (c->tell_at != INSTANT_NONE && (c->next_at == INSTANT_NONE || c->tell_at < c->next_at))
        *ret = c->tell_at;
    return true;
}

bool courier_advance(struct courier *c, struct error *e)
{
    instant next;

    if (!settle_again(c, e) || !courier_next_at(c, &next, e))
        return false;
    if (next == INSTANT_NONE || next > c->world->now(c->world))
        return true;
    if (c->tell_at != INSTANT_NONE && c->tell_at <= c->world->now(c->world) &&
        !failing_tell(c->state, c->settings, c->today, c->world->now(c->world), e))
        return false;
    while (courier_count(c) < COURIER_MOST) {
        struct delivery *d = alloc(sizeof *d);
        bool found = false, ok;

        d->courier = c;
        d->arena = arena_new();
        d->next = c->first;
        c->first = d;
        ok = outbox_due(c->state, c->world->now(c->world), d->arena, &d->message, &found, e);
        if (!ok || !found) {
            delivery_free(d);
            return ok;
        }
        if (!send_one(d, e))
            return false;
    }
    return true;
}
