/* link: the header Link of HTTP (RFC 8288), as far as it names the next page. Pure. */
#ifndef CODEC_LINK_H
#define CODEC_LINK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether one of the links of `value` has the relation "next"; then its target goes into `ret`;
 * what does not fit ends in an ellipsis. Links are `<url>; rel="next"`, with commas between; a
 * relation is found among several, in quotes or not, in any case. What is no link is passed over.
 */
bool link_next(const char *value, char *ret, size_t size);

#endif
