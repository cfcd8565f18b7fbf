/* yield: long work lets others have a turn.
 *
 * The program has one thread: while it judges or reads, nobody else is heard. What works long calls
 * yield_point() often (each row of the database does); every so many of them the one function that
 * was registered is called. It must not touch what the work holds. It is never called inside
 * itself. */
#ifndef BASE_YIELD_H
#define BASE_YIELD_H

typedef void yield_fn(void *data);

/* From here on `fn` has the turns; NULL: nobody. */
void yield_to(yield_fn *fn, void *data);

/* One step of long work is done. */
void yield_point(void);

/* Many of them are. */
void yield_now(void);

#endif
