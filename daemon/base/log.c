#include "base/log.h"

#include "base/escape.h"
#include "base/limit.h"

#include <stdio.h>
#include <unistd.h>

LIMIT(LOG_LINE_MAX, 4096); /* told: a line of the journal ends in an ellipsis */

static void to_stderr(enum log_level level, const char *line, const char *field, const char *value)
{
    (void)field;
    (void)value;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "%s\n", line);
    else
        fprintf(stderr, "<%d>%s\n", (int)level, line);
}

static log_sink *sink = to_stderr;
static enum log_level most = LOG_LEVEL_INFO;

void log_set_sink(log_sink *s)
{
    sink = s ? s : to_stderr;
}

void log_set_level(enum log_level level)
{
    most = level;
}

static void write_line(enum log_level level, const char *field, const char *value,
                       const char *format, va_list args)
{
    AUTO_TEXT raw = { .max = LOG_LINE_MAX };
    AUTO_TEXT line = { .max = LOG_LINE_MAX };

    if (level > most)
        return;
    text_addv(&raw, format, args);
    escape_line(&line, text_of(&raw));
    sink(level, text_of(&line), field, value);
}

void log_about(enum log_level level, const char *field, const char *value, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    write_line(level, field, value, format, args);
    va_end(args);
}

#define LOG_FUNCTION(name, level)                                                                  \
    void name(const char *format, ...)                                                             \
    {                                                                                              \
        va_list args;                                                                              \
                                                                                                   \
        va_start(args, format);                                                                    \
        write_line(level, NULL, NULL, format, args);                                               \
        va_end(args);                                                                              \
    }

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_notice, LOG_LEVEL_NOTICE)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
