/* error: why something failed; a class for the program, a sentence for the human.
 *
 * The sentence is built from the inside out: the layer that saw the fault says what it saw, each
 * layer above puts its own context in front ("line 812: due: '31/02/2025' is not a date"). Only the
 * layer that gives up logs it, once.
 *
 * Functions that can fail return bool and take a struct error as their last parameter; it is filled
 * on false and untouched on true.                                                              */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/limit.h"

#include <stdbool.h>

/* What a caller can do about it. */
enum error_class {
    ERROR_NONE,
    ERROR_RETRY,   /* the same call may succeed later: network, busy, disk full */
    ERROR_INPUT,   /* the data is wrong: quarantine it, go on with the rest */
    ERROR_SETUP,   /* configuration, rights, missing files: an operator must act */
    ERROR_BUG,     /* ours */
    ERROR_TOO_MUCH /* more was asked for than is given at once: ask for less, or elsewhere */
};

LIMIT(ERROR_TEXT_MAX, 2048); /* told: an error of more bytes ends in an ellipsis */

struct error {
    enum error_class class;
    char text[ERROR_TEXT_MAX]; /* UTF-8, one line, no full stop; ends in an ellipsis if too long */
};

/* Fills `e` (which may be NULL) and returns false, so that `return error_set(...)` reads well. */
bool error_set(struct error *e, enum error_class class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the sentence, keeps the class, returns false. */
bool error_wrap(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
