/* trial_ground: the inside of watch/trial. Internal to watch/. */
#ifndef WATCH_TRIAL_GROUND_H
#define WATCH_TRIAL_GROUND_H

#include "watch/judging.h"
#include "watch/trial.h"

struct ground {
    char *config;
    struct scratch *scratch;
    const char *dir; /* its path */
    struct db *data, *state;
    struct generation *generation;
    bool *loaded; /* one a dataset: something came of it in this test */
    date today;
    instant now;
    int serial; /* of payloads */
};

/* A step under way, and what it comes to. */
struct trial_at {
    struct ground *ground;
    const struct trial_step *step;
    int number; /* from 1; 0: the only one */
    struct json *failures;
    struct arena *arena; /* as long as the step */
};

/* The end of the day: up to it a step is judged. */
instant trial_moment(const struct ground *g);

/* A failure, to be filled: its `differences` and `steps` are lent. */
struct json *trial_fail(const struct trial_at *t, struct place at, const char *what,
                        struct json **ret_differences, struct json **ret_steps);

/* A field that is another one than expected, or with `same` one that is not. */
void trial_differ(struct json *differences, const char *field, const char *expected,
                  const char *found);

/* (watch/trial_duty.c, watch/trial_told.c) Hold one expectation against what is there. */
bool trial_duty(const struct trial_at *t, const struct trial_expect *x, struct error *e);
bool trial_told(const struct trial_at *t, const struct trial_message *m, struct error *e);

#endif
