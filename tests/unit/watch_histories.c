/* watch/judging: judging by what changed is judging everything.
 *
 * Random histories: rows of seven datasets come, change and go, days pass, rules get another text,
 * a commit fails. After each judgement an audit judges everything anew; it must find nothing else.
 * At the end all duties are thrown away and built again from the data: the same ones, and no news.
 */
#include "lib/ask.h"
#include "lib/model.h"
#include "lib/test.h"

#include "base/text.h"
#include "base/zone.h"
#include "db/schema.h"
#include "fetch/source.h"
#include "ingest/payload.h"
#include "watch/judging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEPS 50

static const char *config; /* watch_histories.conf */

/* --- the program --- */

static struct arena *arena; /* of one history */
static struct db *data, *state;
static struct generation *generation;
static date today;
static int serial;

static char story[4000]; /* the last steps, for a failure */

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *format, ...)
{
    size_t n = strlen(story);
    va_list args;

    if (n > sizeof story / 2) {
        memmove(story, story + n / 2, n - n / 2 + 1);
        n = strlen(story);
    }
    va_start(args, format);
    vsnprintf(story + n, sizeof story - n, format, args);
    va_end(args);
}

static void die(const struct error *e)
{
    fail_msg("%s", e->text);
}

static void configure(const char *old, const char *now)
{
    const char *at = strstr(config, old);
    struct problems p = { 0 };
    AUTO_TEXT t = { 0 };
    char said[400];

    assert_non_null(at);
    text_addn(&t, config, (size_t)(at - config));
    text_add(&t, now);
    text_add(&t, at + strlen(old));
    tell("rules: %s\n", now);
    generation_unref(generation);
    generation = NULL;
    if (!generation_build(test_write("h.conf", text_of(&t), t.size), test_path("h"), data, ++serial,
                          &p, &generation))
        fail_msg("%s", problem_text(&p.all[0], said, sizeof said));
    problems_free(&p);
}

static instant noon(void)
{
    return zone_instant("UTC", today, 12 * 3600);
}

static void load(int set)
{
    const struct settings *s = generation->settings;
    const struct source *source = settings_source(s, model_id(set));
    struct ingest_report report;
    struct pull p = { .etag = "\"e\"" };
    AUTO_TEXT t = { 0 };
    char digest[32];
    struct error e = { 0 };

    model_write(set, &t);
    tell("%s: %s\n", model_id(set), strchr(text_of(&t), '\n') + 1);
    snprintf(digest, sizeof digest, "d%d", ++serial);
    p.digest = digest;
    p.bytes = (int64_t)t.size;
    p.path = arena_text(arena, test_write(model_id(set), text_of(&t), t.size));
    if (!source_fetched(data, source, &p, noon() + 1, noon(), &e) ||
        !pull_waiting(data, arena, &p, &e) ||
        !ingest_payload(data, s, source, &p, false, &report, &e))
        die(&e);
    if (report.result != INGEST_GOOD)
        fail_msg("%s: %s", model_id(set), report.why.text);
}

static struct judgement judgement(void)
{
    return (struct judgement){
        .generation = generation, .data = data, .state = state, .today = today, .now = noon()
    };
}

static int fail_in; /* commits until one fails; 0: none does */

static bool fault(void *nothing, const char *what, const char *file, struct error *e)
{
    (void)nothing;
    (void)file;
    if (strcmp(what, "commit") != 0 || !fail_in || --fail_in)
        return true;
    return error_set(e, ERROR_RETRY, "the disk is full");
}

/* Until there is nothing more to judge; then judging everything says the same. */
static void judge(void)
{
    struct judgement j = judgement();
    struct judging_report report;
    bool needed = true;
    AUTO_TEXT differences = { 0 };
    struct error e = { 0 };

    fail_in = model_below(8) ? 0 : 1 + (int)model_below(5);
    db_set_fault(fault, NULL);
    for (int i = 0; i < 12 && needed; i++) {
        if (!judging_run(&j, &report, &e) && e.class != ERROR_RETRY)
            die(&e);
        if (!judging_needed(&j, &needed, &e))
            die(&e);
    }
    db_set_fault(NULL, NULL);
    assert_false(needed);
    for (int i = 0; i < generation->book->count; i++)
        if (generation->book->rules[i].differing)
            fail_msg("two computations differ: %s", generation->book->rules[i].difference);
    if (!judging_audit(&j, &differences, &e))
        die(&e);
    if (differences.size) {
        fputs(story, stderr);
        fail_msg("judging everything says something else:\n%s", text_of(&differences));
    }
}

static void step(void)
{
    static const char *const terms[] = { "8 months", "7 months", "10 months" };
    static const char *const untils[] = { "verified_until = \"2025-03-31\"",
                                          "verified_until = \"2024-10-31\"",
                                          "verified_until = \"2026-03-31\"" };
    static const char *const storms[] = { "on = \"2024-11-15\"", "on = \"2024-10-15\"",
                                          "on = \"2025-02-28\"" };
    unsigned rows = model_below(4);

    for (unsigned i = 0; i < rows; i++) {
        int set = (int)model_below(MODEL_SETS);

        model_change(set);
        load(set);
    }
    if (model_below(3))
        today += (date)model_below(model_below(4) ? 12 : 60);
    if (model_below(40) == 0)
        configure("8 months", terms[model_below(3)]);
    else if (model_below(60) == 0)
        configure("verified_until = \"2025-03-31\"", untils[model_below(3)]);
    else if (model_below(60) == 0)
        configure("on = \"2024-11-15\"", storms[model_below(3)]);
    else if (model_below(60) == 0)
        configure("{ name = \"p\";",
                  model_below(2) ? "{ name = \"p\"; on = false;" : "{ name = \"p\";");
    tell("day %s\n", date_text(today, (char[DATE_TEXT_SIZE]){ 0 }));
    judge();
}

static void open_state(void)
{
    static const char *const names[] = { "data.db",  "data.db-wal",  "data.db-shm",
                                         "state.db", "state.db-wal", "state.db-shm" };
    const char *dir = test_path("h");
    struct error e = { 0 };

    mkdir(dir, 0750);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unlink(arena_print(arena, "%s/%s", dir, names[i]));
    if (!schema_open_data(dir, &data, &e) || !schema_open_state(dir, &state, &e))
        die(&e);
}

/* Neither those that are unknown nor what reads one: see check_news(). */
#define DUTIES                                                                                     \
    "SELECT json_array(rule, subject, period, unit, owner, answer, start, earliest, due, safe,"    \
    " bound, met_on, next_day, amount, quiet) FROM duty WHERE answer <> 'unknown' AND NOT"         \
    " (rule = 'duty-of' AND EXISTS (SELECT 1 FROM duty AS d WHERE d.subject = duty.subject AND"    \
    " d.rule IN ('suit', 'entries') AND d.answer = 'unknown')) ORDER BY rule, subject, period"

/* Moves above `number` are of duties that are unknown, or that read one that is: the date that one
 * of them had when it was known went with the duties. */
static void check_news(int64_t number)
{
    STMT s = NULL;
    struct error e = { 0 };
    bool row = true;

    if (!db_query(state, &s, &e,
                  "SELECT f.rule, f.subject, f.period, m.cause FROM move AS m JOIN finding AS f"
                  " ON f.id = m.finding WHERE m.number > ?",
                  "i", number))
        die(&e);
    while (db_row(s, &row, &e) && row) {
        int64_t unknown = 0;

        assert_true(db_number(data, &unknown, &e,
                              "SELECT EXISTS (SELECT 1 FROM duty WHERE answer = 'unknown' AND"
                              " ((rule = ?1 AND subject = ?2 AND period = ?3) OR"
                              " (?1 = 'duty-of' AND rule IN ('suit', 'entries') AND subject = ?2)"
                              " OR"
                              " (?1 = 'incomplete' AND ?2 LIKE rule || ': ' || ask || '%')))",
                              "ttt", db_text(s, 0), db_text(s, 1), db_text(s, 2)));
        if (!unknown)
            fail_msg("news without cause: %s %s %s %s", db_text(s, 0), db_text(s, 1), db_text(s, 2),
                     db_text(s, 3));
    }
}

/* Two lists of rows are the same; else the first row that differs is said. */
static void compare(const char *before, const char *after)
{
    const char *row = before;
    size_t n = 0;

    for (; before[n] && before[n] == after[n]; n++)
        if (before[n] == ';')
            row = before + n + 1;
    if (before[n] != after[n])
        fail_msg("built again:\n%.300s\nbefore:\n%.300s", after + (row - before), row);
}

/* Fills what the rules ask for: the date that an unknown duty had when it was known would go with
 * the duties. */
static void make_known(void)
{
    for (int set = 0; set < MODEL_SETS; set++) {
        model_fill(set);
        load(set);
    }
    judge();
}

/* Duties thrown away come back as they were, and nobody hears of it. */
static void build_again(void)
{
    const char *before;
    struct error e = { 0 };
    int64_t number = 0;

    make_known();
    before = test_ask(data, DUTIES, arena);
    if (!db_number(state, &number, &e, "SELECT max(number) FROM move", "") ||
        !db_script(data, "DELETE FROM duty; DELETE FROM setting WHERE key = 'duties_of'", &e))
        die(&e);
    judge();
    check_news(number);
    compare(before, test_ask(data, DUTIES, arena));
}

/* --- one truth whatever the timing --- */

/* What is on record as late, but for what hangs on when it was looked at: contradictions, whose
 * time runs from the first sight; what left its source; what is unknown, or reads a duty that is,
 * whose date of before still stands; and a rule that is off. */
#define REGISTER                                                                                   \
    "SELECT json_array(f.rule, f.subject, f.period, f.due, f.breached_on, f.met_on)"               \
    " FROM st.finding AS f WHERE f.breached_on IS NOT NULL AND f.rule IS NOT %s AND f.rule IN "    \
    "('suit', 'entries',"                                                                          \
    " 'front', 'answer', 'latest', 'plain', 'daily', 'ask', 'soon', 'follows', 'deed-of',"         \
    " 'duty-of', 'month', 'quarter', 'share', 'peers', 'follow', 'never', 'stay')"                 \
    " AND NOT EXISTS (SELECT 1 FROM committees WHERE no = f.subject AND _gone AND f.rule IN"       \
    " ('month', 'quarter', 'follows')) AND NOT EXISTS (SELECT 1 FROM duty AS d WHERE d.answer ="   \
    " 'unknown' AND ((d.rule = f.rule AND d.subject = f.subject AND d.period IN ('', f.period))"   \
    " OR (d.rule IN ('suit', 'entries', 'ask') AND ((d.subject = f.subject AND f.rule IN"          \
    " ('deed-of', 'duty-of', 'soon', 'ask')) OR f.rule = 'follows'))))"                            \
    " ORDER BY f.rule, f.subject, f.period"

static int on_record, done_late; /* of all histories */

static const char *read_register(const char *dir)
{
    bool off = rulebook_rule(generation->book, "latest")->off;
    struct db *both = NULL;
    const char *found;
    struct error e = { 0 };

    if (!db_open_reader(test_path("h"), "data.db", &both, &e) ||
        !db_script(both, arena_print(arena, "ATTACH '%s/state.db' AS st", dir), &e))
        die(&e);
    found = test_ask(both, arena_print(arena, REGISTER, off ? "'latest'" : "NULL"), arena);
    db_close(both);
    return found;
}

static void judge_once(const char *dir)
{
    struct judgement j = judgement();
    struct judging_report report;
    struct error e = { 0 };

    unlink(arena_print(arena, "%s/state.db", dir));
    mkdir(dir, 0750);
    if (!db_script(data,
                   "DELETE FROM duty; DELETE FROM deed; DELETE FROM setting WHERE key IN"
                   " ('duties_of', 'deeds_of', 'deeds_version')",
                   &e) ||
        !schema_open_state(dir, &j.state, &e))
        die(&e);
    for (bool needed = true; needed;)
        if (!judging_run(&j, &report, &e) || !judging_needed(&j, &needed, &e))
            die(&e);
    db_close(j.state);
}

/* A single judgement on the last day finds the same register as the whole history. */
static void say_the_same_at_once(void)
{
    const char *dir = arena_text(arena, test_path("once"));
    const char *before = read_register(test_path("h")), *after;

    judge_once(dir);
    after = read_register(dir);
    for (const char *at = before; (at = strchr(at, '[')); at++)
        on_record++;
    for (const char *at = before; (at = strstr(at, "\"]")); at++)
        done_late++;
    if (strcmp(before, after) != 0) {
        fputs(story, stderr);
        compare(before, after);
    }
}

static char causes[4000]; /* "rule cause" of all histories, to see that none is idle */

static void note_causes(void)
{
    const char *said = test_ask(state,
                                "SELECT DISTINCT '/' || f.rule || ' ' || m.cause FROM move AS m"
                                " JOIN finding AS f ON f.id = m.finding ORDER BY 1",
                                arena);

    for (const char *at = said; *at;) {
        size_t n = strcspn(at, ";");
        char one[80];

        snprintf(one, sizeof one, "%.*s;", (int)(n < 70 ? n : 70), at);
        if (!strstr(causes, one) && strlen(causes) + strlen(one) < sizeof causes)
            strcat(causes, one);
        at += n + strspn(at + n, "; ");
    }
}

static void live(uint64_t seed)
{
    model_new(seed);
    *story = '\0';
    arena = arena_new();
    today = date_of(2024, 6, 1);
    open_state();
    configure("8 months", "8 months");
    for (int i = 0; i < 25; i++)
        model_change((int)model_below(MODEL_SETS));
    for (int i = 0; i < STEPS; i++)
        step();
    build_again();
    say_the_same_at_once();
    note_causes();
    generation_unref(generation);
    generation = NULL;
    db_close(data);
    db_close(state);
    arena_free(arena);
}

#ifdef __SANITIZE_ADDRESS__
#define FULL_HISTORIES 100
#else
#define FULL_HISTORIES 400
#endif

/* $HISTORIES, for who runs this slowly. */
static int how_many(void)
{
    const char *few = getenv("HISTORIES");

    if (few)
        return atoi(few);
    if (test_is_night())
        return 2000;
    return test_is_full() ? FULL_HISTORIES : 40;
}

static void what_changed_is_all_that_had_to_be_judged(void **nothing)
{
    char *text = test_read("tests/unit/watch_histories.conf", NULL);
    uint64_t seed = test_seed();
    int histories = how_many();
    const char *single = getenv("HISTORY"); /* the seed of one that failed */

    (void)nothing;
    config = text;
    if (single) {
        live(strtoull(single, NULL, 10));
        histories = 0;
    }
    for (int i = 0; i < histories; i++) {
        uint64_t one = test_random(&seed);

        print_message("history %d: SEED of its own %llu\n", i, (unsigned long long)one);
        live(one);
    }
    free(text);
}

/* Of few histories, that the rule took part; of many, also what became of it. */
static void every_kind_of_rule_took_part(void **nothing)
{
    static const char *const wanted[] = { "/suit stage",
                                          "/suit breached",
                                          "/suit moved",
                                          "/suit data corrected",
                                          "/suit met",
                                          "/entries ",
                                          "/front breached",
                                          "/front advanced",
                                          "/latest ",
                                          "/plain ",
                                          "/daily ",
                                          "/ask ",
                                          "/soon ",
                                          "/follows ",
                                          "/deed ",
                                          "/month breached",
                                          "/month met",
                                          "/quarter ",
                                          "/share ",
                                          "/peers ",
                                          "/wrong met",
                                          "/other ",
                                          "/follow ",
                                          "/never ",
                                          "/stay ",
                                          "/suit rule changed",
                                          "/suit remind",
                                          "/quarter quiet",
                                          "/latest re-opened",
                                          "/answer stage" };
    int all = how_many() >= 200;

    (void)nothing;
    if (how_many() < 40)
        skip();
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        char name[40];

        snprintf(name, sizeof name, "%.*s", all ? 40 : (int)strcspn(wanted[i], " ") + 1, wanted[i]);
        if (!strstr(causes, name))
            fail_msg("no history had \"%s\": %s", name, causes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changed_is_all_that_had_to_be_judged),
        cmocka_unit_test(every_kind_of_rule_took_part),
    };

    return cmocka_run_group_tests_name("histories", tests, NULL, NULL);
}
