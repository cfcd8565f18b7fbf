#include "config/tables.h"

#include "calendar/calendar.h"

#include <stddef.h>

#define AT(type, member) .at = offsetof(struct type, member)

static const struct field holiday_fields[] = {
    { "name", FIELD_TEXT, AT(holiday_setting, name), .required = true, .help = "What it is." },
    { "on", FIELD_TEXT, AT(holiday_setting, on), .required = true,
      .help = "\"July 4\", \"third Monday of January\", \"Easter - 2 days\"." },
    { "observed", FIELD_CHOICE, AT(holiday_setting, observed), .preset = "never",
      .choices = observed_names,
      .help = "On a weekend: never moved, to the nearest open weekday, from sunday to Monday only, "
              "or to the next open day." },
    { "law", FIELD_TEXT, AT(holiday_setting, law), .help = "The authority." },
    { "observed_law", FIELD_TEXT, AT(holiday_setting, observed_law),
      .help = "By which it is kept on another day; preset: law." },
    { "from", FIELD_COUNT, AT(holiday_setting, from), .preset = "0", .min = 0, .max = 9999,
      .help = "The first year; 0: always." },
    { "until", FIELD_COUNT, AT(holiday_setting, until), .preset = "0", .min = 0, .max = 9999,
      .help = "The last year; 0: no end." },
    { NULL },
};
static const struct schema holiday_schema = { "holiday", "name", NULL, holiday_fields,
                                              sizeof(struct holiday_setting) };

static const struct field closing_fields[] = {
    { "on", FIELD_DATE, AT(closing_setting, on), .required = true, .help = "The day." },
    { "until", FIELD_DATE, AT(closing_setting, until), .help = "The last one, if it is several." },
    { "because", FIELD_TEXT, AT(closing_setting, because), .required = true, .help = "Why." },
    { "law", FIELD_TEXT, AT(closing_setting, law), .help = "The authority." },
    { "places", FIELD_TEXTS, AT(closing_setting, places), .preset = "",
      .help = "Only there: it counts for deadlines with one of these places." },
    { NULL },
};
static const struct schema closing_schema = { "closing", "because", NULL, closing_fields,
                                              sizeof(struct closing_setting) };

static const struct field calendar_fields[] = {
    { "name", FIELD_TEXT, AT(calendar_setting, name), .required = true,
      .help = "Its name in rules." },
    { "title", FIELD_TEXT, AT(calendar_setting, title), .help = "Whose it is." },
    { "like", FIELD_TEXT, AT(calendar_setting, like),
      .help = "It has the holidays and closings of this one too." },
    { "weekend", FIELD_TEXTS, AT(calendar_setting, weekend), .preset = "saturday sunday",
      .help = "Days of the week that are closed." },
    { "verified_from", FIELD_DATE, AT(calendar_setting, verified_from),
      .help = "The first day for which closings are known to be complete." },
    { "verified_until", FIELD_DATE, AT(calendar_setting, verified_until),
      .help = "The last such day: later dates say so, and terms in business days end there." },
    { "as_of", FIELD_DATE, AT(calendar_setting, as_of),
      .help = "The day on which its closings were last looked up: later orders are not in it." },
    { "source", FIELD_TEXT, AT(calendar_setting, source), .help = "What it was made from." },
    { "arguable", FIELD_TEXT, AT(calendar_setting, arguable),
      .help = "A calendar whose closed days are arguable here: it is open, and the day after them "
              "is shown beside a last day on one." },
    { "roll_law", FIELD_TEXT, AT(calendar_setting, roll_law),
      .help = "The text by which a last day of a court runs on; preset: FRCP 6(a)." },
    { "opens", FIELD_DAYTIME, AT(calendar_setting, opens), .max = 24 * 3600 - 60,
      .help = "With `closes`: duties end at a time of day, business days at the one they began." },
    { "closes", FIELD_DAYTIME, AT(calendar_setting, closes), .min = 60, .max = 24 * 3600,
      .help =
          "What comes in from this time on, or on a closed day, counts from the next open day." },
    { "holidays", FIELD_LIST, AT(calendar_setting, holidays), .of = &holiday_schema,
      .help = "Closed days that come by a rule each year." },
    { "closings", FIELD_LIST, AT(calendar_setting, closings), .of = &closing_schema,
      .help = "Single closed days." },
    { NULL },
};
const struct schema calendar_schema = { "calendar", "name", NULL, calendar_fields,
                                        sizeof(struct calendar_setting) };
