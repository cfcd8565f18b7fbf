/* content: what a message says, before it becomes mail, webhook or file.
 *
 * Decided by notify/message in the transaction of the findings and stored as JSON; send/ renders
 * it once, at the first attempt. Words are the readers' words (notify/words.h). The keys:
 *
 *     key          the message key, 64 hexadecimal digits
 *     kind         "now", "digest", "baseline", "operator" or "test"
 *     digest       the name of the digest, or null
 *     day          the judged day, "2025-03-03"
 *     made_at      "2025-03-03T11:00:00Z"
 *     trial_for    list of the real recipients while in trial; absent when live
 *     subject      one line
 *     lead         list of sentences that come first
 *     sections     list of { title, note (or null), cases }
 *
 * A case: { name, unit, office, owner, amount (cents or null), headline, act_by, last_day, by
 * ("17:00": when the last day ends), days_left (to act_by; negative: past), duties, others }. unit,
 * office, owner, act_by, last_day, by and days_left may be null; others: sentences about duties
 * of which only the title and the days are told because there are many of a kind (notify/fold), and
 * folded: the refs of these.
 *
 * A duty: { title, law, remedy, change, because (or null), as_of (day of the data when it is old,
 * or null), act_by, last_day, by, amount, steps (list of sentences: how the date was computed),
 * clears (what ends it), ref ("12.3": finding, move) }.
 *
 *     part, parts  its number, and how many go together, from 1
 *     more         count of cases that the other parts have
 *     money        list of { within_days, count, amount }; amount null: none is known
 *     not_alarmed  list of { because, count, amount }
 *     foot         list of sentences that come last                                         */
#ifndef NOTIFY_CONTENT_H
#define NOTIFY_CONTENT_H

struct json; /* codec/json.h */

#endif
