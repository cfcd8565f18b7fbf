/* credential: secrets, from systemd or from a file that only we can read.
 *
 * A credential is named in the configuration. A name without a slash is looked for in
 * $CREDENTIALS_DIRECTORY (systemd's LoadCredential=); a path is read when nobody but its owner may
 * (mode 0600 or 0400). Secrets are never logged, shown or written into messages.              */
#ifndef CONFIG_CREDENTIAL_H
#define CONFIG_CREDENTIAL_H

#include "base/error.h"
#include "base/limit.h"
#include "config/settings.h"

#include <stdbool.h>

LIMIT(CREDENTIAL_MAX, 8192); /* refused: a credential of more bytes */

/* The secret without the line end at its end, freed by the caller (credential_free wipes it).
 * Fails with ERROR_SETUP when it is missing, empty, too large, or readable by others. */
bool credential_read(const char *name, char **ret, struct error *e);

/* Wipes and frees; NULL is fine. */
void credential_free(char *secret);

/* Tries to read every credential that is configured and adds a problem for each that fails; a
 * warning for one that systemd would give to the service, when this is not the service. */
void credentials_check(const struct settings *s, struct problems *p);

#endif
