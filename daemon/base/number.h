/* number: text to numbers, each with one checked function, and back. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All functions read the whole of `s` (`n` bytes, blanks not allowed) or return false. */

/* "-12", "1,000": a whole number in range; thousands commas only in groups of three, of which the
 * first does not begin with 0 ("0,750" is not 750, "00,012" not 12). */
bool number_read(const char *s, size_t n, int64_t *ret);

/* "1,000.00", "$858.1", "-3", "(12.50)" (a clerk's minus): cents. More than two decimals are
 * refused unless the rest is zeros: money is not rounded silently. */
bool money_read(const char *s, size_t n, int64_t *ret_cents);

/* Why a text was perhaps refused by the two above, as the end of a sentence ("; ..."); "" if there
 * is nothing to add. */
const char *number_hint(const char *s, size_t n);

/* A finite decimal number. */
bool real_read(const char *s, size_t n, double *ret);

/* "15 minutes", "2 days", "90 seconds", "1 week", "30s", "5min", "12h": microseconds. Not months
 * and years, which have no fixed length. */
bool span_read(const char *s, instant *ret);

/* "16 MB", "512 kB", "2 GB", "100": bytes, powers of 1000; "16 MiB": powers of 1024. */
bool size_read(const char *s, int64_t *ret);

/* "$1,234,567.00" or "-$5.00"; returns `buffer`. */
#define MONEY_TEXT_SIZE 40
const char *money_text(int64_t cents, char buffer[MONEY_TEXT_SIZE]);

/* "15 minutes", "1 day", "90 seconds": the largest unit that fits without rest. */
#define SPAN_TEXT_SIZE 40
const char *span_text(instant span, char buffer[SPAN_TEXT_SIZE]);

#endif
