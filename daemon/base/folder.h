/* folder: folders and whole files, written so that what is there afterwards is on disk.
 *
 * Errors: ERROR_SETUP with the path and what the system says; a full disk is ERROR_RETRY.      */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Makes PATH (mode 0750) and the folders above it that are missing. */
bool folder_make(const char *path, struct error *e);

/* True if there is nothing in it, or it is not there at all. */
bool folder_empty(const char *path);

/* The names of the plain files in it (not "." first), sorted, with a NULL behind the last; NULL
 * when it cannot be read. The caller frees it with folder_names_free(). */
char **folder_names(const char *path);
void folder_names_free(char **names); /* NULL is fine */

/* What stands beside PATH, which is not there, under the nearest name: the last part of it, in
 * `buffer`. NULL when nothing is like it. */
const char *folder_nearest(const char *path, char *buffer, size_t size);

/* Removes the folder with all that is in it; a link goes, and not what it leads to. What cannot be
 * removed stays. */
void folder_remove(const char *path);

/* Syncs the folder, so that the names in it stay. */
bool folder_sync(const char *path, struct error *e);

/* Writes a whole new file (mode 0640), replacing one of that name, and syncs it. */
bool file_write(const char *path, const void *bytes, size_t n, struct error *e);

/* Copies a file (mode 0640), replacing one of that name, and syncs it. */
bool file_copy(const char *from, const char *to, struct error *e);

#endif
