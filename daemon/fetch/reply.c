#include "fetch/reply.h"

/* Only 200 brings the whole of it, as it stands or as somebody on the way changed it (203); a part
 * or nothing new were asked for by nobody. */
static bool is_whole(const struct answer *answer, bool conditional, struct error *e)
{
    if (answer->unchanged && conditional)
        return true;
    if (answer->unchanged)
        return error_set(e, ERROR_RETRY,
                         "the server answered 304, \"nothing new\", although nothing was asked on "
                         "that condition");
    if (answer->status == 206)
        return error_set(e, ERROR_RETRY,
                         "the server answered 206 with a part of it, although the whole was asked "
                         "for");
    return !answer->status || answer->status == 200 || answer->status == 203 ||
           error_set(e, ERROR_RETRY, "the server answered %d, which comes with no whole body",
                     answer->status);
}

bool reply_judge(const struct answer *answer, bool conditional, struct error *e)
{
    if (!answer->ok) {
        *e = answer->error;
        return false;
    }
    if (answer->unchanged || (answer->status >= 200 && answer->status < 300) || !answer->status)
        return is_whole(answer, conditional, e);
    return error_set(e,
                     answer->status == 401 || answer->status == 403 || answer->status == 404 ||
                             answer->status == 410
                         ? ERROR_SETUP
                         : ERROR_RETRY,
                     "the server answered %d%s", answer->status,
                     answer->status == 401 || answer->status == 403
                         ? "; check user, credential and what they may read"
                     : answer->status == 404 || answer->status == 410 ? "; check the url"
                                                                      : "");
}
