#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *e, enum error_class class, const char *format, ...)
{
    va_list args;

    if (!e)
        return false;
    e->class = class;
    va_start(args, format);
    vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return false;
}

bool error_wrap(struct error *e, const char *format, ...)
{
    char inner[ERROR_TEXT_SIZE];
    va_list args;
    int n;

    if (!e)
        return false;
    memcpy(inner, e->text, sizeof inner);
    va_start(args, format);
    n = vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof e->text - 1)
        return false;
    snprintf(e->text + n, sizeof e->text - (size_t)n, ": %s", inner);
    return false;
}
