/* net: the real world: the kernel's clock and chance, and the network through libcurl.
 *
 * Transfers run side by side on the loop. libcurl is set up at the first request and what it holds
 * (connections, names, certificates) is given back when the last one has ended, so that an idle
 * daemon is small and has nothing to wake up for. The parts:
 *
 *     net.c       libcurl's sockets and timer on the loop; which transfers there are
 *     transfer.c  one request: how libcurl is asked, and what its answer means
 *     body.c      what is received, bounded and unpacked
 *     smtp.c      the sending of a mail, after libcurl has connected, encrypted and logged in
 *     file.c      what must be known of a file:// before and after it is read
 *     fault.c     what went wrong, as a class and a sentence
 *
 * Beyond world.h: the body of an HTTP status other than 2xx never goes to `receive`; its start is
 * kept in answer.reply. Custom headers but for Accept..., user and bearer are not sent on when a
 * redirect leads to another host, port or scheme. A user name goes over smtp:// only with STARTTLS,
 * unless the server is this machine. Limits that are 0 have presets: timeout 60 seconds,
 * connect_timeout 20 seconds. A mail that a server refuses is `ok` with the
 * refusal as status; a login that it refuses, or wants, is an error of class SETUP.             */
#ifndef EVENT_NET_H
#define EVENT_NET_H

#include "event/loop.h"
#include "event/world.h"

/* NULL (with `e`) if there is no chance or no clock; libcurl is only tried at the first request. */
struct world *world_real_new(struct loop *l, struct error *e);

/* Transfers that still run are dropped; their answer functions are not called. NULL is fine. */
void world_real_free(struct world *w);

#endif
