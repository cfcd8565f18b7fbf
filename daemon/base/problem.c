#include "base/problem.h"

#include "base/limit.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LIMIT(PROBLEMS_MAX, 1000); /* told: that there are more problems */

static void add(struct problems *p, bool warning, const char *file, int line, const char *format,
                va_list args)
{
    AUTO_TEXT t = { .max = PROBLEM_LINE_MAX };

    p->errors += !warning;
    if (p->count > PROBLEMS_MAX)
        return;
    if (p->count == PROBLEMS_MAX) {
        text_addf(&t, "the first %d problems are told, and there are more", PROBLEMS_MAX);
        file = NULL;
        line = 0;
    } else {
        text_addv(&t, format, args);
    }
    p->all = grow(p->all, p->count + 1, sizeof *p->all);
    p->all[p->count++] = (struct problem){
        .file = copy_text(file), .line = line, .text = copy_text(text_of(&t)), .warning = warning
    };
}

void problem_add(struct problems *p, const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(p, false, file, line, format, args);
    va_end(args);
}

void problem_warn(struct problems *p, const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(p, true, file, line, format, args);
    va_end(args);
}

const char *problem_text(const struct problem *p, char *buffer, size_t size)
{
    const char *mark = p->warning ? "warning: " : "";

    if (p->file && p->line > 0)
        text_print(buffer, size, "%s:%d: %s%s", p->file, p->line, mark, p->text);
    else if (p->file)
        text_print(buffer, size, "%s: %s%s", p->file, mark, p->text);
    else
        text_print(buffer, size, "%s%s", mark, p->text);
    return buffer;
}

/* Insertion sort: stable, and the list is short. */
void problems_sort(struct problems *p)
{
    for (size_t i = 1; i < p->count; i++) {
        struct problem x = p->all[i];
        size_t j = i;

        for (; j > 0; j--) {
            const struct problem *y = &p->all[j - 1];
            int order = strcmp(y->file ? y->file : "", x.file ? x.file : "");

            if (order < 0 || (order == 0 && y->line <= x.line))
                break;
            p->all[j] = *y;
        }
        p->all[j] = x;
    }
}

void problems_free(struct problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->all[i].file);
        free(p->all[i].text);
    }
    free(p->all);
    *p = (struct problems){ 0 };
}
