/* schema: configuration as tables, read with libconfig, all errors at once.
 *
 * A table of fields says for each option of a group its name, type, preset, limits and one
 * sentence of help. schema_read() fills a struct from a libconfig group by such a table; what is
 * wrong is added to a list of problems with file and line, and the rest is still read. The manual
 * page and etc/dutywatch.conf are checked against the same tables (config/print.h).
 *
 * Presets are written as they would stand in the file, and read by the same code.            */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include "base/arena.h"
#include "base/problem.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
    FIELD_TEXT,    /* const char * */
    FIELD_TRUTH,   /* bool */
    FIELD_COUNT,   /* int64_t, a plain number */
    FIELD_SPAN,    /* int64_t microseconds: "15 minutes" */
    FIELD_SIZE,    /* int64_t bytes: "16 MB" */
    FIELD_MONEY,   /* int64_t cents: "1,000.00"; INT64_MIN when absent */
    FIELD_PERCENT, /* int64_t hundredths of a percent: "20%" */
    FIELD_DAYTIME, /* int64_t seconds since midnight: "06:30"; -1: absent */
    FIELD_DATE,    /* date: "2024-10-01"; DATE_NONE when absent */
    FIELD_TERM,    /* const char *, checked to be a term: "5 years" */
    FIELD_COUNTED, /* the same, which may be in business days */
    FIELD_CHOICE,  /* int, the number of the word in `choices` */
    FIELD_TEXTS,   /* struct texts: one text or a list of texts */
    FIELD_CLAUSE,  /* struct clause: an SQL expression and where it stands */
    FIELD_CLAUSES, /* struct clauses: one or a list */
    FIELD_GROUP,   /* pointer to a struct read by `of`; NULL when absent */
    FIELD_LIST,    /* struct list of structs read by `of`: ( { ... }, { ... } ) */
    FIELD_MAP,     /* struct list too: { name = ...; name = ...; } */
    FIELD_CHANGES  /* no value: a list of groups that schema_adapt() reads */
};

struct texts {
    const char *const *all; /* NULL-terminated */
    size_t count;
};

/* Where something was written. */
struct place {
    const char *file;
    int line;
};

struct clause {
    const char *text; /* NULL when absent */
    struct place at;
};

struct clauses {
    struct clause *all;
    size_t count;
};

struct list {
    void *all; /* array of structs */
    size_t count;
};

struct schema;

struct field {
    const char *name;
    enum field_type type;
    size_t at; /* offsetof in the struct */
    const char *preset;
    bool required;
    int64_t min, max; /* for numbers, spans, sizes; no limits when both are 0 */
    const char *const *choices;
    const struct schema *of;
    const char *help; /* one sentence for etc/dutywatch.conf */
    bool adds;        /* a list that, when it is adapted, gets more elements, not others */
    size_t noted; /* where the struct has a uint64_t: its bit, by the number of the field, says that
                     it was written; 0: nowhere */
};

/* Describes one kind of group. Its struct begins with a struct place. */
struct schema {
    const char *what;           /* "source": how problems call it */
    const char *key;            /* the field whose value names it in problems, or NULL */
    const char *short_field;    /* in a map, `name = "x"` means { short_field = "x" }, and so for a
                                   group; or NULL */
    const struct field *fields; /* ended by a NULL name */
    size_t size;                /* of the struct */
};

/* One file read by libconfig. NULL after a syntax error, which is added as a problem together with
 * the remark that the rest of the file was not read. A syntax error counts once a file. What
 * libconfig would read otherwise than it was written is added as well (config/written.h). */
struct config_file;
struct config_file *config_file_open(const char *path, struct problems *p);
void config_file_close(struct config_file *f);

/* Where a setting of the top level stands, in `a`; `*ret` stays as it was if it does not. */
void config_file_place(const struct config_file *f, const char *name, struct arena *a,
                       struct place *ret);

/* Calls `each` for every file that was read: the one that was opened and those it includes; a file
 * comes again for each group of it. */
typedef void config_source_fn(void *data, const char *path);
void config_file_sources(const struct config_file *f, config_source_fn *each, void *data);

/* Reads the top level of `f` by `s` into `into`: scalars are set, lists and maps appended to what
 * is already there. `presets`: fill absent fields with their presets (for the first file). Strings
 * live in `a`. */
void schema_read(const struct config_file *f, const struct schema *s, bool presets, void *into,
                 struct arena *a, struct problems *p);

/* A field that was set by a later file. */
struct change {
    const char *name;  /* of the struct, by its schema's key */
    const char *field; /* "deadline.term" */
    struct place at;
};

/* Finds a struct by its name; NULL when there is none. */
typedef void *schema_find_fn(void *data, const char *name);

/* Changes structs that were read before by the list of groups `list` at the top level of `f`: each
 * names one by the key of `s`; groups in it merge, of maps the elements of one name, scalars and
 * lists replace, lists of a field that `adds` grow. What was set is appended to `changes` (struct
 * change; NULL: nobody asks). */
void schema_adapt(const struct config_file *f, const char *list, const struct schema *s,
                  schema_find_fn *find, void *data, struct list *changes, struct arena *a,
                  struct problems *p);

#endif
