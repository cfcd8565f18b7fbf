/* A copy of the state, for verbs that try what they do not do. */
#include "cmd.h"

#include "db/db.h"

#include <unistd.h>

bool call_copy_state(const char *from, const char *to, struct error *e)
{
    static const char *const names[] = { "data.db", "state.db" };

    for (int i = 0; i < 2; i++) {
        AUTO(db) db = NULL;
        AUTO_TEXT path = { 0 };

        text_addf(&path, "%s/%s", from, names[i]);
        if (access(text_of(&path), F_OK) == 0 &&
            (!db_open_reader(from, names[i], &db, e) || !db_copy(db, to, names[i], e)))
            return false;
    }
    return true;
}
