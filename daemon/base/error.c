#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <string.h>

bool error_set(struct error *e, enum error_class class, const char *format, ...)
{
    va_list args;

    if (!e)
        return false;
    e->class = class;
    va_start(args, format);
    text_printv(e->text, sizeof e->text, format, args);
    va_end(args);
    return false;
}

bool error_wrap(struct error *e, const char *format, ...)
{
    char inner[ERROR_TEXT_MAX], context[ERROR_TEXT_MAX];
    va_list args;

    if (!e)
        return false;
    memcpy(inner, e->text, sizeof inner);
    va_start(args, format);
    text_printv(context, sizeof context, format, args);
    va_end(args);
    text_print(e->text, sizeof e->text, "%s: %s", context, inner);
    return false;
}
