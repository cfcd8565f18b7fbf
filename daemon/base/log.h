/* log: one line per event, for the person who runs the service.
 *
 * A sentence, the name that matters first ("source cases: ..."). One error is logged once, by the
 * layer that gives up. No secrets, no personal data above debug. Until event/journal.h installs
 * the journal as sink, lines go to standard error with the priority in front ("<4>...") when that
 * is no terminal, plain when it is.                                                              */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>

/* As syslog(3) numbers them. */
enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_NOTICE,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
};

/* Receives the finished line; `field` and `value` (or NULL) name what it is about: the journal
 * keeps them as DUTYWATCH_SOURCE=cases. */
typedef void log_sink(enum log_level level, const char *line, const char *field, const char *value);

void log_set_sink(log_sink *sink);
void log_set_level(enum log_level most);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line with a field, e.g. log_about(LOG_LEVEL_ERROR, "SOURCE", "cases", "source cases: ..."). */
void log_about(enum log_level level, const char *field, const char *value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
