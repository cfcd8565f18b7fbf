/* limit: a bound of what is taken or shown, declared in the one form that tests/gates/limits finds.
 *
 *     LIMIT(NAME, VALUE); // WORD: what happens beyond
 *
 * in a comment of this form, whose first word is one of
 *
 *     refused   the whole of it, at check, at the call, or where it is read
 *     unknown   the duty is, with the reason
 *     paged     the next page has more
 *     told      what people read says that there is more, or ends in an ellipsis
 *     wider     more is looked at than has to be: slower, and the same answer
 *     never     it cannot be reached, for the reason given
 *
 * There is no other kind: what would be left out in silence grows, or is refused. dutywatch(8) has
 * each of them in its section LIMITS. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#define LIMIT(name, value) enum { name = (value) }

#endif
