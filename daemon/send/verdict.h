/* verdict: what the answer of the other side means for a message.
 *
 *     2xx                                                   accepted
 *     mail, RCPT: 5.1.x                                     dead: there is no such mailbox
 *     mail, RCPT: another 5xx but 5.7.x                     of this recipient, if others get theirs
 *     mail: 5xx at any other step, 5.7.x, a bad sender      the channel refuses: wait, and tell
 *     webhook: 410                                          dead
 *     webhook: another 4xx but 408, 425, 429                the channel refuses
 *     what cannot be rendered, an address that is none      dead
 *     a login, a certificate, a credential that is wrong    the channel refuses
 *     anything else                                         later                              */
#ifndef SEND_VERDICT_H
#define SEND_VERDICT_H

#include "config/settings.h"
#include "event/world.h"

enum verdict {
    VERDICT_ACCEPTED,
    VERDICT_LATER,
    VERDICT_RECIPIENT, /* dead where the channel works for others, else as VERDICT_CHANNEL */
    VERDICT_CHANNEL,   /* it waits as for VERDICT_LATER, but the operators are to hear of it */
    VERDICT_DEAD
};

enum verdict verdict_of_answer(enum channel_type type, const struct answer *a);

/* Of what could not even be handed to the network. */
enum verdict verdict_of_error(const struct error *why);

#endif
