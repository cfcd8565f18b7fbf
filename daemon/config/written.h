/* written: what libconfig 1.5 would read otherwise than it was written, found before it reads.
 *
 * It folds whole numbers beyond 32 bits (4294967297 is 1), calls a byte order mark a syntax error,
 * takes bytes of any encoding, and joins strings between which a comma was forgotten. This looks at
 * the words of a file as libconfig's own scanner divides them, and at those of the files it
 * includes. What is wrong is added with file and line.                                         */
#ifndef CONFIG_WRITTEN_H
#define CONFIG_WRITTEN_H

#include "base/problem.h"

#include <stdbool.h>

/* False if libconfig cannot read the file at all; then that is said. A file that cannot be opened
 * is left to libconfig. */
bool written_check(const char *path, struct problems *p);

#endif
