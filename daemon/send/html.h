/* html: the content of a message as HTML for mail programs: inline style, nothing remote, no
 * pictures, tables with headings, no colours of its own but for lines, so that light and dark
 * both work. */
#ifndef SEND_HTML_H
#define SEND_HTML_H

#include "base/text.h"

struct json;

void html_write(const struct json *content, struct text *out);

#endif
