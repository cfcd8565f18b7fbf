/* escape: text made safe for where it is going, at the last moment. Never stored escaped. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/text.h"

/* HTML text and attribute values: & < > " ' become entities, control characters U+FFFD. */
void escape_html(struct text *out, const char *s);

/* One line for a terminal, a log or plain mail: control characters (C0 but for none, DEL, C1) and
 * bidirectional overrides become visible as "\xNN"; bytes that are not UTF-8 too. */
void escape_line(struct text *out, const char *s);

/* As escape_line(), but line feeds and tabs stay. */
void escape_lines(struct text *out, const char *s);

/* "'" doubled and the whole in "'": an SQL text literal; '"' likewise for an identifier. */
void escape_sql(struct text *out, const char *s, char quote);

#endif
