#include "config/written.h"

#include "base/limit.h"
#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(INCLUDES_MOST,
      10); /* refused: a file that is included more files deep, as libconfig has it */

/* One file under way. */
struct scan {
    const char *path, *folder; /* of the main file; NULL: none */
    int depth;                 /* of includes */
    struct problems *problems;
    const char *s, *end;
    int line;
    struct text brackets;   /* those open around it, the outermost first */
    const char *string_end; /* the last word, if it was a string; NULL */
    int string_line;
};

static bool check_file(const char *path, const char *folder, int depth, struct problems *p);

/* --- bytes --- */

static bool read_bytes(const char *path, struct text *out)
{
    FILE *f = fopen(path, "re");
    char buffer[BUFSIZ];
    size_t n;

    if (!f)
        return false;
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        text_addn(out, buffer, n);
    fclose(f);
    return true;
}

/* Marks at the start that libconfig does not take. */
static bool check_mark(const char *path, const struct text *t, struct problems *p)
{
    static const struct {
        const char *bytes, *what;
    } marks[] = { { "\xEF\xBB\xBF", "begins with a byte order mark (EF BB BF)" },
                  { "\xFF\xFE", "is UTF-16 (it begins with FF FE)" },
                  { "\xFE\xFF", "is UTF-16 (it begins with FE FF)" } };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (text_starts(text_of(t), marks[i].bytes)) {
            problem_add(p, path, 1,
                        "the file %s; save it as UTF-8 without a byte order mark. Nothing of it "
                        "was read",
                        marks[i].what);
            return false;
        }
    return true;
}

/* Bytes that are no UTF-8: the first of them, and on how many lines more. */
static void check_encoding(const char *path, const struct text *t, struct problems *p)
{
    const char *s = text_of(t), *line = s;
    size_t bad = 0;
    int number = 1, lines = 0, first = 0;

    while (line < s + t->size) {
        const char *nl = memchr(line, '\n', (size_t)(s + t->size - line));
        size_t n = nl ? (size_t)(nl - line) : (size_t)(s + t->size - line), at;

        at = utf8_check(line, n);
        if (at < n && !lines++) {
            first = number;
            bad = (size_t)(line - s) + at;
        }
        line += n + 1;
        number++;
    }
    if (!lines)
        return;
    problem_add(p, path, first,
                "the byte %02X is not UTF-8 (Latin-1 or Windows-1252?)%s; save the file as UTF-8, "
                "or: iconv -f WINDOWS-1252 -t UTF-8",
                (unsigned char)s[bad], lines > 1 ? ", and there are more lines like it" : "");
}

/* --- words --- */

static void skip_line(struct scan *x)
{
    while (x->s < x->end && *x->s != '\n')
        x->s++;
}

static void skip_comment(struct scan *x)
{
    for (x->s += 2; x->s < x->end; x->s++) {
        if (*x->s == '\n')
            x->line++;
        if (*x->s == '*' && x->s + 1 < x->end && x->s[1] == '/') {
            x->s += 2;
            return;
        }
    }
}

/* What stands in a list of strings beside another one without a comma: on one line, or the end of a
 * word at the beginning of another. Long texts are divided at blanks or commas. */
static void check_joined(const struct scan *x, const char *string)
{
    char in = x->brackets.size ? x->brackets.data[x->brackets.size - 1] : '{';
    bool same = x->string_line == x->line;

    if (!x->string_end || in == '{')
        return;
    if (!same && (in != '[' || !isalnum((unsigned char)x->string_end[-1]) ||
                  !isalnum((unsigned char)string[1])))
        return;
    problem_add(x->problems, x->path, x->line,
                "two strings stand side by side, which makes them one; is a comma missing before "
                "%.*s%s?",
                (int)(strcspn(string + 1, "\"\n\\") < 40 ? strcspn(string + 1, "\"\n\\") + 1 : 40),
                string, "\"");
}

static void skip_string(struct scan *x)
{
    const char *from = x->s;

    check_joined(x, from);
    for (x->s++; x->s < x->end && *x->s != '"'; x->s++) {
        if (*x->s == '\\' && x->s + 1 < x->end)
            x->s++;
        if (*x->s == '\n')
            x->line++;
    }
    x->string_end = x->s;
    x->string_line = x->line;
    if (x->s < x->end)
        x->s++;
}

static void complain_number(const struct scan *x, const char *word, size_t n, bool wide)
{
    if (wide)
        problem_add(x->problems, x->path, x->line,
                    "%.*s is too large: a whole number has at most 64 bits", (int)n, word);
    else
        problem_add(x->problems, x->path, x->line,
                    "%.*s is too large: a whole number without L has at most 32 bits "
                    "(2147483647); write %.*sL",
                    (int)n, word, (int)n, word);
}

/* A whole number in decimal or hexadecimal, with or without L: libconfig would fold what does not
 * fit. `n` without the L. */
static void check_number(const struct scan *x, const char *word, size_t n, bool wide)
{
    bool minus = *word == '-', hex = n > 2 && (word[1] == 'x' || word[1] == 'X');
    const char *digits = word + (minus || *word == '+' ? 1 : 0) + (hex ? 2 : 0);
    unsigned long long most = wide ? INT64_MAX : INT32_MAX, value;
    char *copy AUTO_FREE = strndup(digits, (size_t)(word + n - digits));

    errno = 0;
    value = strtoull(copy, NULL, hex ? 16 : 10);
    if (errno || value > most + (minus ? 1 : 0))
        complain_number(x, word, n, wide || errno || value > (unsigned long long)INT64_MAX + minus);
}

/* libconfig's numbers; a name cannot begin as one does. */
static void read_number(struct scan *x)
{
    const char *word = x->s, *s = word + (*word == '-' || *word == '+');
    bool hex = s + 1 < x->end && s == word && *s == '0' && (s[1] == 'x' || s[1] == 'X');
    const char *digits = s + (hex ? 2 : 0);

    for (s = digits;
         s < x->end && (hex ? isxdigit((unsigned char)*s) : isdigit((unsigned char)*s));)
        s++;
    if (!hex && s < x->end && strchr(".eE", *s)) { /* with a point: no whole number */
        while (s < x->end && *s && strchr("0123456789.eE+-", *s))
            s++;
    } else if (s > digits) {
        check_number(x, word, (size_t)(s - word), s < x->end && *s == 'L');
        while (s < x->end && *s == 'L')
            s++;
    }
    x->s = s > word ? s : word + 1;
}

static void skip_name(struct scan *x)
{
    while (x->s < x->end && (isalnum((unsigned char)*x->s) || (*x->s && strchr("-_*", *x->s))))
        x->s++;
}

/* `@include "more.conf"`: libconfig looks for it in the folder of the main file. */
static bool read_include(struct scan *x)
{
    const char *s = x->s + strlen("@include"), *name, *close;
    char *path AUTO_FREE = NULL;
    int n;

    while (s < x->end && (*s == ' ' || *s == '\t'))
        s++;
    name = s + 1;
    close = s < x->end && *s == '"' ? memchr(name, '"', (size_t)(x->end - name)) : NULL;
    x->s = close ? close + 1 : s;
    if (!close || x->depth >= INCLUDES_MOST)
        return true;
    n = x->folder ? asprintf(&path, "%s/%.*s", x->folder, (int)(close - name), name)
                  : asprintf(&path, "%.*s", (int)(close - name), name);
    if (n < 0)
        out_of_memory();
    return check_file(path, x->folder, x->depth + 1, x->problems);
}

static void note_bracket(struct scan *x)
{
    if (strchr("[({", *x->s)) {
        text_addn(&x->brackets, x->s, 1);
    } else if (x->brackets.size && strchr("])}", *x->s)) {
        x->brackets.size--;
    }
    x->s++;
}

static bool starts(const struct scan *x, const char *word)
{
    size_t n = strlen(word);

    return (size_t)(x->end - x->s) >= n && memcmp(x->s, word, n) == 0;
}

/* One word. False if a file that it includes cannot be read. */
static bool read_word(struct scan *x)
{
    unsigned char c = (unsigned char)*x->s;

    if (c == '#' || starts(x, "//")) {
        skip_line(x);
    } else if (starts(x, "/*")) {
        skip_comment(x);
    } else if (c == '\n') {
        x->line++;
        x->s++;
    } else if (isspace(c)) {
        x->s++;
    } else if (c == '"') {
        skip_string(x);
    } else {
        x->string_end = NULL;
        if (starts(x, "@include"))
            return read_include(x);
        if (isalpha(c) || c == '*')
            skip_name(x);
        else if (isdigit(c) || c == '+' || c == '-' || c == '.')
            read_number(x);
        else
            note_bracket(x);
    }
    return true;
}

static bool check_file(const char *path, const char *folder, int depth, struct problems *p)
{
    AUTO_TEXT t = { 0 };
    struct scan x = { .path = path, .folder = folder, .depth = depth, .problems = p, .line = 1 };
    bool good = true;

    if (!read_bytes(path, &t))
        return true;
    if (!check_mark(path, &t, p))
        return false;
    check_encoding(path, &t, p);
    x.s = text_of(&t);
    x.end = x.s + t.size;
    while (x.s < x.end)
        good &= read_word(&x);
    text_free(&x.brackets);
    return good;
}

bool written_check(const char *path, struct problems *p)
{
    const char *slash = strrchr(path, '/');
    char *folder AUTO_FREE = slash ? strndup(path, (size_t)(slash - path)) : NULL;

    return check_file(path, folder, 0, p);
}
