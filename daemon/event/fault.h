/* fault: what libcurl reports, as a class that the program can act on and a sentence that says
 * which host and what to do. For event/ alone. */
#ifndef EVENT_FAULT_H
#define EVENT_FAULT_H

#include <curl/curl.h>

#include "base/error.h"

/* `says` is libcurl's own line ("" if none): it names no credentials. */
void fault_of(CURLcode code, const char *host, const char *says, struct error *ret);

#endif
