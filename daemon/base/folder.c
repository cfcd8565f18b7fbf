#include "base/folder.h"

#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_SIZE 65536

static bool failed(const char *path, struct error *e)
{
    enum error_class class = errno == ENOSPC || errno == EDQUOT ? ERROR_RETRY : ERROR_SETUP;

    return error_set(e, class, "%s: %s", path, strerror(errno));
}

const char *folder_nearest(const char *path, char *buffer, size_t size)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *folder AUTO_FREE = slash ? strndup(path, (size_t)(slash - path + 1)) : copy_text(".");
    struct nearest near = { .word = name };
    struct dirent **all = NULL;
    int n = scandir(folder, &all, NULL, alphasort);

    for (int i = 0; i < n; i++)
        if (*name && all[i]->d_name[0] != '.')
            nearest_try(&near, all[i]->d_name);
    if (near.name)
        snprintf(buffer, size, "%s", near.name);
    for (int i = 0; i < n; i++)
        free(all[i]);
    free(all);
    return near.name ? buffer : NULL;
}

bool folder_make(const char *path, struct error *e)
{
    char *part AUTO_FREE = copy_text(path);

    for (char *p = part + 1;; p++) {
        char at = *p;

        if (at != '/' && at)
            continue;
        *p = '\0';
        if (mkdir(part, 0750) && errno != EEXIST)
            return failed(part, e);
        if (!at)
            return true;
        *p = at;
    }
}

bool folder_empty(const char *path)
{
    DIR *d = opendir(path);
    bool empty = d || errno == ENOENT;

    for (struct dirent *f = d ? readdir(d) : NULL; f && empty; f = readdir(d))
        empty = strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0;
    if (d)
        closedir(d);
    return empty;
}

static int is_shown(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

char **folder_names(const char *path)
{
    struct dirent **found = NULL;
    int n = scandir(path, &found, is_shown, alphasort);
    char **names = n < 0 ? NULL : alloc(((size_t)n + 1) * sizeof *names);
    int kept = 0;

    for (int i = 0; i < n; i++) {
        AUTO_TEXT file = { 0 };
        struct stat st;

        text_addf(&file, "%s/%s", path, found[i]->d_name);
        if (stat(text_of(&file), &st) == 0 && S_ISREG(st.st_mode))
            names[kept++] = copy_text(found[i]->d_name);
        free(found[i]);
    }
    free(found);
    if (names)
        names[kept] = NULL;
    return names;
}

void folder_names_free(char **names)
{
    for (char **n = names; n && *n; n++)
        free(*n);
    free(names);
}

void folder_remove(const char *path)
{
    DIR *d = opendir(path);

    for (struct dirent *f = d ? readdir(d) : NULL; f; f = readdir(d)) {
        AUTO_TEXT inner = { 0 };

        if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
            continue;
        text_addf(&inner, "%s/%s", path, f->d_name);
        if (unlink(text_of(&inner)))
            folder_remove(text_of(&inner));
    }
    if (d)
        closedir(d);
    rmdir(path);
}

bool folder_sync(const char *path, struct error *e)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        failed(path, e);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t written = write(fd, bytes, n);

        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

static int create(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
}

bool file_write(const char *path, const void *bytes, size_t n, struct error *e)
{
    int fd = create(path);
    bool ok = fd >= 0 && write_all(fd, bytes, n) && fsync(fd) == 0;

    if (!ok)
        failed(path, e);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool file_copy(const char *from, const char *to, struct error *e)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out;
    char buffer[PIECE_SIZE];
    ssize_t n = 0;
    bool ok;

    if (in < 0)
        return failed(from, e);
    out = create(to);
    ok = out >= 0;
    while (ok && (n = read(in, buffer, sizeof buffer)) > 0)
        ok = write_all(out, buffer, (size_t)n);
    if (n < 0)
        failed(from, e);
    else if (!ok || fsync(out))
        ok = failed(to, e);
    close(in);
    if (out >= 0)
        close(out);
    return ok && n == 0;
}
