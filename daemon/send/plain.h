/* plain: the content of a message as plain text, 72 columns wide, readable on a phone too. */
#ifndef SEND_PLAIN_H
#define SEND_PLAIN_H

#include "base/text.h"

struct json;

void plain_write(const struct json *content, struct text *out);

#endif
