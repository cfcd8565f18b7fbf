#include "base/zone.h"

#include "base/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 256
#define SECONDS_OF_DAY (24 * 3600)

/* The variable is put into the environment once and changed in place: libcurl resolves names in
 * threads, which read the environment meanwhile. */
static void use(const char *zone)
{
    static char variable[96], current[90];
    static bool there;

    if (there && strcmp(current, zone) == 0)
        return;
    snprintf(current, sizeof current, "%s", zone);
    snprintf(variable, sizeof variable, "TZ=%s", current);
    if (!there)
        putenv(variable);
    there = true;
    tzset();
}

bool zone_known(const char *name)
{
    char path[PATH_SIZE];

    if (!*name || name[0] == '/' || name[0] == ':' || strstr(name, "..") || strlen(name) > 64)
        return false;
    if (strcmp(name, "UTC") == 0)
        return true;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    return access(path, R_OK) == 0;
}

const char *zone_nearest(const char *name, char buffer[ZONE_NAME_SIZE])
{
    const char *slash = strrchr(name, '/');
    char path[PATH_SIZE], near[ZONE_NAME_SIZE / 2];

    if (name[0] == '/' || strstr(name, "..") || strlen(name) > 64)
        return NULL;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    if (!folder_nearest(path, near, sizeof near))
        return NULL;
    snprintf(buffer, ZONE_NAME_SIZE, "%.*s%s", slash ? (int)(slash - name + 1) : 0, name, near);
    return buffer;
}

static struct tm local(const char *zone, instant t)
{
    time_t seconds = (time_t)(t / SECOND - (t % SECOND < 0));
    struct tm tm;

    use(zone);
    localtime_r(&seconds, &tm);
    return tm;
}

date zone_day(const char *zone, instant t)
{
    struct tm tm = local(zone, t);

    return date_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

int zone_seconds(const char *zone, instant t)
{
    struct tm tm = local(zone, t);

    return tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

static instant make(const char *zone, date d, int seconds, int summer)
{
    struct tm tm = { .tm_isdst = summer };
    int y, m, day;

    use(zone);
    date_split(d, &y, &m, &day);
    tm.tm_year = y - 1900;
    tm.tm_mon = m - 1;
    tm.tm_mday = day;
    tm.tm_hour = seconds / 3600;
    tm.tm_min = seconds / 60 % 60;
    tm.tm_sec = seconds % 60;
    return (instant)mktime(&tm) * SECOND;
}

/* True if the wall clock shows just that at `t`. */
static bool shows(const char *zone, instant t, date d, int seconds)
{
    return zone_day(zone, t) == d && zone_seconds(zone, t) == seconds;
}

static instant moment_of(const char *zone, date d, int seconds)
{
    instant standard = make(zone, d, seconds, 0), summer = make(zone, d, seconds, 1);
    instant early = standard < summer ? standard : summer;
    instant late = standard < summer ? summer : standard;

    if (shows(zone, early, d, seconds))
        return early;
    return late;
}

instant zone_instant(const char *zone, date d, int seconds)
{
    return moment_of(zone, d + seconds / SECONDS_OF_DAY, seconds % SECONDS_OF_DAY);
}

const char *zone_text(const char *zone, instant t, char buffer[INSTANT_TEXT_SIZE])
{
    struct tm tm = local(zone, t);

    strftime(buffer, INSTANT_TEXT_SIZE, "%Y-%m-%d %H:%M:%S %Z", &tm);
    return buffer;
}

const char *zone_hour(const char *zone, date d, instant t, char buffer[HOUR_TEXT_SIZE])
{
    struct tm tm = local(zone, t);

    if (d != DATE_NONE && t == zone_instant(zone, d + 1, 0))
        return strcpy(buffer, "24:00");

    strftime(buffer, HOUR_TEXT_SIZE, "%H:%M", &tm);
    return buffer;
}

const char *instant_text(instant t, char buffer[INSTANT_TEXT_SIZE])
{
    instant rest = ((t % SECOND) + SECOND) % SECOND;
    time_t seconds = (time_t)((t - rest) / SECOND);
    struct tm tm;
    size_t n;

    if (t == INSTANT_NONE)
        return memcpy(buffer, "-", 2);
    gmtime_r(&seconds, &tm);
    n = strftime(buffer, INSTANT_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    if (rest)
        snprintf(buffer + n, INSTANT_TEXT_SIZE - n, ".%06dZ", (int)rest);
    else
        snprintf(buffer + n, INSTANT_TEXT_SIZE - n, "Z");
    return buffer;
}
