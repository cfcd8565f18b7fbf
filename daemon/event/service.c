#include "event/service.h"

#include <stdarg.h>
#include <systemd/sd-daemon.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/limit.h"

LIMIT(STATUS_MAX, 1000); /* told: the line of systemctl status ends in an ellipsis */

static void notify(const char *state, const char *status)
{
    AUTO_TEXT line = { .max = STATUS_MAX };

    escape_line(&line, status); /* a line feed would begin another assignment */
    sd_notifyf(0, "%sSTATUS=%s", state, text_of(&line));
}

void service_ready(const char *status)
{
    notify("READY=1\n", status);
}

void service_status(const char *format, ...)
{
    AUTO_TEXT line = { .max = STATUS_MAX };
    va_list args;

    va_start(args, format);
    text_addv(&line, format, args);
    va_end(args);
    notify("", text_of(&line));
}

void service_reloading(void)
{
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reloading", (long long)clock_ticks());
}

void service_stopping(const char *status)
{
    notify("STOPPING=1\n", status);
}
