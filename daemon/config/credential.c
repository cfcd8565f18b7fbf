#include "config/credential.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool find(const char *name, struct text *path, struct error *e)
{
    const char *dir = getenv("CREDENTIALS_DIRECTORY");

    if (strchr(name, '/')) {
        text_add(path, name);
        return true;
    }
    if (!dir)
        return error_set(e, ERROR_SETUP,
                         "credential \"%s\": systemd gave none; add LoadCredential=%s:PATH to the "
                         "unit, or name a file by its path",
                         name, name);
    text_addf(path, "%s/%s", dir, name);
    return true;
}

static bool read_all(int fd, const char *path, char **ret, struct error *e)
{
    struct stat st;
    char *secret;
    ssize_t n;

    if (fstat(fd, &st))
        return error_set(e, ERROR_SETUP, "credential %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode) || st.st_size > CREDENTIAL_MAX)
        return error_set(e, ERROR_SETUP, "credential %s: no file of at most %d bytes", path,
                         CREDENTIAL_MAX);
    if (st.st_mode & 077)
        return error_set(e, ERROR_SETUP,
                         "credential %s: mode %04o lets others read it; run chmod 600 %s", path,
                         (unsigned)st.st_mode & 07777, path);
    secret = alloc(CREDENTIAL_MAX + 1);
    n = read(fd, secret, CREDENTIAL_MAX);
    while (n > 0 && (secret[n - 1] == '\n' || secret[n - 1] == '\r'))
        secret[--n] = '\0';
    if (n <= 0) {
        credential_free(secret);
        return error_set(e, ERROR_SETUP, "credential %s: is empty", path);
    }
    *ret = secret;
    return true;
}

bool credential_read(const char *name, char **ret, struct error *e)
{
    AUTO_TEXT path = { 0 };
    bool ok;
    int fd;

    if (!find(name, &path, e))
        return false;
    fd = open(text_of(&path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(e, ERROR_SETUP, "credential %s: %s", text_of(&path), strerror(errno));
    ok = read_all(fd, text_of(&path), ret, e);
    close(fd);
    return ok;
}

void credential_free(char *secret)
{
    if (!secret)
        return;
    explicit_bzero(secret, strlen(secret));
    free(secret);
}

static void check_one(const char *name, struct place at, struct problems *p)
{
    struct error e;
    char *secret = NULL;

    if (!name)
        return;
    if (!strchr(name, '/') && !getenv("CREDENTIALS_DIRECTORY"))
        problem_warn(p, at.file, at.line,
                     "credential \"%s\" comes from systemd and cannot be tried here", name);
    else if (!credential_read(name, &secret, &e))
        problem_add(p, at.file, at.line, "%s", e.text);
    credential_free(secret);
}

void credentials_check(const struct settings *s, struct problems *p)
{
    for (LIST_EACH(const struct source, o, &s->sources))
        check_one(o->credential, o->at, p);
    for (LIST_EACH(const struct channel, c, &s->channels)) {
        check_one(c->credential, c->at, p);
        check_one(c->secret, c->at, p);
    }
}
