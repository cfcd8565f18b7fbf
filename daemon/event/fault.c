#include "event/fault.h"

#include <stddef.h>

#include "base/memory.h"

/* %s: host, then libcurl's line. */
static const struct {
    CURLcode code;
    enum error_class class;
    const char *what, *then;
} faults[] = {
    { CURLE_COULDNT_RESOLVE_HOST, ERROR_RETRY, "the name is not known",
      "check the spelling and the name service" },
    { CURLE_COULDNT_RESOLVE_PROXY, ERROR_RETRY, "the name of the proxy is not known", NULL },
    { CURLE_COULDNT_CONNECT, ERROR_RETRY, "no connection", NULL },
    { CURLE_OPERATION_TIMEDOUT, ERROR_RETRY, "no complete answer in time", NULL },
    { CURLE_PARTIAL_FILE, ERROR_RETRY, "the body is truncated", NULL },
    { CURLE_GOT_NOTHING, ERROR_RETRY, "closed the connection without an answer", NULL },
    { CURLE_RECV_ERROR, ERROR_RETRY, "the connection broke", NULL },
    { CURLE_SEND_ERROR, ERROR_RETRY, "the connection broke", NULL },
    { CURLE_WEIRD_SERVER_REPLY, ERROR_RETRY, "an answer that makes no sense", NULL },
    { CURLE_UNSUPPORTED_PROTOCOL, ERROR_RETRY, "does not speak the protocol of the url", NULL },
    { CURLE_BAD_CONTENT_ENCODING, ERROR_INPUT, "the compressed body is damaged", NULL },
    { CURLE_SSL_CONNECT_ERROR, ERROR_RETRY, "TLS could not be agreed on", NULL },
    { CURLE_PEER_FAILED_VERIFICATION, ERROR_SETUP, "the certificate is not trusted",
      "if your own authority signed it, name its certificate in ca_file" },
    { CURLE_SSL_CACERT_BADFILE, ERROR_SETUP, "the trusted certificates cannot be read",
      "check ca_file" },
    { CURLE_SSL_ISSUER_ERROR, ERROR_SETUP, "the issuer of the certificate is wrong", NULL },
    { CURLE_SSL_CERTPROBLEM, ERROR_SETUP, "the client certificate cannot be used", NULL },
    { CURLE_USE_SSL_FAILED, ERROR_SETUP, "offers no STARTTLS, which is required",
      "ask its operator, or use smtps://" },
    { CURLE_LOGIN_DENIED, ERROR_SETUP, "the user name or password was refused",
      "renew the credential" },
    { CURLE_AUTH_ERROR, ERROR_SETUP, "the user name or password was refused",
      "renew the credential" },
    { CURLE_URL_MALFORMAT, ERROR_SETUP, "the url cannot be read", NULL },
};

void fault_of(CURLcode code, const char *host, const char *says, struct error *ret)
{
    enum error_class class = ERROR_RETRY;
    const char *what = "the transfer failed", *then = NULL;

    if (code == CURLE_OUT_OF_MEMORY)
        out_of_memory();
    if (!says[0])
        says = curl_easy_strerror(code);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code) {
            class = faults[i].class;
            what = faults[i].what;
            then = faults[i].then;
        }
    error_set(ret, class, "%s: %s (%s)%s%s", host, what, says, then ? "; " : "", then ? then : "");
}
