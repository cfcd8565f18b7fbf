/* config: any bytes as a main configuration file. Each problem has a sentence, settings without an
 * error are whole, and reading twice says the same. Inputs that would lead to other files are left
 * alone. */
#include "base/text.h"
#include "config/settings.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const char *__lsan_default_suppressions(void), *__lsan_default_options(void);

/* libconfig forgets the text that it was reading when it meets a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig\n";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

static void check_whole(const struct settings *s)
{
    assert(s && s->zone && s->state_dir);
    for (LIST_EACH(struct dataset, d, &s->datasets))
        assert(d->id && d->guard && dataset_column(d, d->key));
    for (LIST_EACH(struct source, o, &s->sources))
        assert(o->id && o->url && strlen(o->delimiter) == 1 && settings_dataset(s, o->dataset));
    for (LIST_EACH(struct rule, r, &s->rules))
        assert(r->id && settings_subject(s, r->subject));
}

/* Adds what is wrong to `said`. */
static void load(const char *path, struct text *said)
{
    struct arena *a = arena_new();
    struct problems p = { 0 };
    const struct settings *s = settings_load(path, a, &p);
    size_t errors = 0;
    char line[2000];

    for (size_t i = 0; i < p.count; i++) {
        assert(p.all[i].text[0]);
        errors += !p.all[i].warning;
        text_addf(said, "%s\n", problem_text(&p.all[i], line, sizeof line));
    }
    assert(errors == p.errors);
    assert(s || errors);
    if (!errors)
        check_whole(s);
    problems_free(&p);
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[40];
    static int file = -1;
    struct text first = { 0 }, second = { 0 };

    if (memmem(data, size, "@include", 8) || memmem(data, size, "rule_dirs", 9))
        return 0;
    if (file < 0) {
        file = memfd_create("config", MFD_CLOEXEC);
        assert(file >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    assert(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
    load(path, &first);
    load(path, &second);
    assert(text_same(text_of(&first), text_of(&second)));
    text_free(&first);
    text_free(&second);
    return 0;
}
