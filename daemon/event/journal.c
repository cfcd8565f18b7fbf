#include "event/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION 1
#include <systemd/sd-journal.h>

#include "base/log.h"
#include "base/text.h"

static struct iovec field_of(struct text *t, const char *name, const char *value)
{
    text_addf(t, "%s=%s", name, value);
    return (struct iovec){ .iov_base = t->data, .iov_len = t->size };
}

static void to_journal(enum log_level level, const char *line, const char *field, const char *value)
{
    AUTO_TEXT message = { 0 };
    AUTO_TEXT priority = { 0 };
    AUTO_TEXT identifier = { 0 };
    AUTO_TEXT about = { 0 };
    char digit[] = { (char)('0' + (int)level), '\0' };
    char name[64];
    struct iovec fields[4];
    int n = 0;

    fields[n++] = field_of(&message, "MESSAGE", line);
    fields[n++] = field_of(&priority, "PRIORITY", digit);
    fields[n++] = field_of(&identifier, "SYSLOG_IDENTIFIER", "dutywatch");
    if (field && value) {
        snprintf(name, sizeof name, "DUTYWATCH_%s", field);
        fields[n++] = field_of(&about, name, value);
    }
    if (sd_journal_sendv(fields, n) < 0) /* the journal is gone: standard error may still lead on */
        fprintf(stderr, "<%d>%s\n", (int)level, line);
}

bool journal_use(void)
{
    const char *stream = getenv("JOURNAL_STREAM"); /* device:inode, systemd.exec(5) */
    unsigned long long device, inode;
    struct stat s;

    if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2 ||
        fstat(STDERR_FILENO, &s) < 0 || s.st_dev != device || s.st_ino != inode)
        return false;
    log_set_sink(to_journal);
    return true;
}
