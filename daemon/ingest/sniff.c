#include "ingest/sniff.h"

#include "base/text.h"
#include "ingest/excerpt.h"

#include <string.h>
#include <strings.h>

static const struct magic {
    const char *bytes;
    size_t size;
    const char *what;
} magics[] = {
    { "\xFF\xFE", 2, "UTF-16 text, not UTF-8" },
    { "\xFE\xFF", 2, "UTF-16 text, not UTF-8" },
    { "\x1F\x8B", 2, "a gzip file" },
    { "PK\x03\x04", 4, "a zip file or an Excel workbook (.xlsx)" },
    { "\xD0\xCF\x11\xE0", 4, "an old Excel workbook (.xls)" },
    { "\x28\xB5\x2F\xFD", 4, "a zstd file" },
    { "%PDF-", 5, "a PDF file" },
};

static const struct magic pages[] = {
    { "<!doctype html", 14, "an HTML page" }, { "<html", 5, "an HTML page" },
    { "<head", 5, "an HTML page" },           { "<body", 5, "an HTML page" },
    { "<?xml", 5, "an XML document" },
};

size_t sniff_mark(const char *bytes, size_t n)
{
    return n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* What stands between <title> and </title>, else the start of the page. */
static void find_title(const char **s, size_t *n)
{
    static const char open[] = "<title>";
    const char *end = *s + *n, *from = NULL;

    for (const char *p = *s; p + sizeof open - 1 <= end && !from; p++)
        if (strncasecmp(p, open, sizeof open - 1) == 0)
            from = p + sizeof open - 1;
    if (!from)
        return;
    *s = from;
    from = memchr(from, '<', (size_t)(end - from));
    *n = (size_t)((from ? from : end) - *s);
    text_trim(s, n);
}

const char *format_name(enum source_format format)
{
    return format == FORMAT_CSV ? "CSV" : format == FORMAT_JSON ? "JSON" : "NDJSON";
}

bool sniff_check(const char *bytes, size_t n, enum source_format format, struct error *e)
{
    const char *name = format_name(format);
    char said[EXCERPT_SIZE];

    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (n >= magics[i].size && memcmp(bytes, magics[i].bytes, magics[i].size) == 0)
            return error_set(e, ERROR_INPUT, "payload is %s; expected %s", magics[i].what, name);
    text_trim(&bytes, &n);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (n >= pages[i].size && strncasecmp(bytes, pages[i].bytes, pages[i].size) == 0) {
            find_title(&bytes, &n);
            return error_set(e, ERROR_INPUT, "payload looks like %s, not %s: '%s'", pages[i].what,
                             name, excerpt(bytes, n, said, sizeof said));
        }
    if (format == FORMAT_NDJSON && n && *bytes == '[')
        return error_set(e, ERROR_INPUT,
                         "payload is a JSON list; NDJSON has one object a line;"
                         " format = \"json\" reads it");
    return true;
}
