/* calendars: those of the configuration, checked and made (calendar/calendar.h).
 *
 * A calendar that is `like` another one has its holidays and closings too, and its verified days
 * where it names none itself.                                                                  */
#ifndef CONFIG_CALENDARS_H
#define CONFIG_CALENDARS_H

#include "config/settings.h"

/* Sets `made` of each calendar of `s`, in `a`; what is wrong with one is added to `p`, and it stays
 * NULL. */
void calendars_make(struct settings *s, struct arena *a, struct problems *p);

#endif
