#include "lib/test.h"

#include "codec/link.h"

#include <string.h>

static void the_next_page_is_found_as_the_norm_writes_it(void **state)
{
    static const struct {
        const char *value, *next; /* NULL: none */
    } cases[] = {
        { "<https://a.example/x?page=2>; rel=\"next\"", "https://a.example/x?page=2" },
        { "</2>;rel=next", "/2" },
        { "<a>; rel=\"prev\", <b,c;d>; title=\"x, <z>; rel=next\" ; REL = \"last  Next\", <e>",
          "b,c;d" },
        { "<a>; rel=prev; rel=next", NULL }, /* the first counts */
        { "<a>; rel=\"nextish\"", NULL },
        { "<a>; title=\"\\\"; rel=next\"", NULL },
        { "<a>", NULL },
        { "<next>; rel", NULL },
        { "rel=next", NULL },
        { "", NULL },
        { "<a; rel=next", NULL },
        { "<a>;;; rel=next", "a" },
        { "<>; rel=next", "" },
        { "<a>; rel=\"next", "a" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char next[40] = "?";
        bool found = link_next(cases[i].value, next, sizeof next);

        if (found != (cases[i].next != NULL) || (found && strcmp(next, cases[i].next) != 0))
            fail_msg("%s: %s", cases[i].value, found ? next : "none");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_page_is_found_as_the_norm_writes_it),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
