#include "lib/test.h"

#include "ingest/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *at, *text, *says; /* NULL: it is the whole */
} cases[] = {
    { "/results", "{\"results\": [{\"next\": \"x\", \"total\": 99}], \"next\": \"http://a/2\"}",
      "next leads to another page: \"http://a/2\"" },
    { "/results", "{\"next\": null, \"previous\": \"http://a/1\", \"results\": [{}, {}]}", NULL },
    { "/value", "{\"@odata.nextLink\": \"http://a/$skip=2\", \"value\": [{}]}",
      "@odata.nextLink leads to another page" },
    { "/data", "{\"data\": [{}], \"links\": {\"self\": \"a\", \"next\": {\"href\": \"b\"}}}",
      "links.next leads to another page: {\"href\": \"b\"}" },
    { "/data", "{\"data\": [{}], \"links\": {\"next\": \"\"}, \"has_more\": false}", NULL },
    { "/data", "{\"has_more\": true, \"data\": []}", "has_more leads to another page: true" },
    { "/d/results", "{\"d\": {\"__next\": \"http://a\", \"results\": [{}]}}",
      "__next leads to another page" },
    { "/data", "{\"total\": 3, \"data\": [{\"a\": [1, 2]}, {}]}",
      "total is 3, but 2 records are here" },
    { "/data", "{\"total\": 2, \"data\": [{\"a\": {\"b\": []}}, {}]}", NULL },
    { "/data", "{\"data\": [{}], \"meta\": {\"page\": {\"totalElements\": 2}, \"count\": 4}}",
      "meta.count is 4, but 1 record is here" },
    { "/cases/*", "{\"cases\": {\"next\": {}, \"total\": {}}, \"count\": 2}", NULL },
    { "/cases/*", "{\"cases\": {\"next\": {}, \"total\": {}}, \"count\": 3}",
      "count is 3, but 2 records are here" },
    { "/0/data", "[{\"data\": [{}], \"next\": \"x\"}, {\"next\": \"y\"}]",
      "next leads to another" },
    { "/case", "{\"total\": 1, \"case\": {\"a\": 1, \"b\": 2, \"next\": \"x\"}}", NULL },
    { "", "[{\"next\": \"x\", \"total\": 7}]", NULL },
    { "", "{\"next\": \"x\", \"total\": 7}", NULL }, /* the document is the record */
    { "/data", "{\"data\": [{}], \"other\": {\"next\": \"x\", \"total\": 9}}", NULL },
};

/* Each case at every place of a chunk's end. */
static void a_page_is_told_from_the_whole(void **state)
{
    static char text[66000];
    struct error e;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t n = strlen(cases[i].text);

        for (size_t k = 0; k <= n + 1; k += test_is_full() ? 1 : 3) {
            size_t pad = k > n ? 0 : 65536 - k;
            struct text said = { 0 };
            const char *path;

            memset(text, ' ', pad);
            memcpy(text + pad, cases[i].text, n);
            path = test_write("p.json", text, pad + n);
            assert_true(page_check(path, cases[i].at, &said, &e));
            if (cases[i].says ? !strstr(text_of(&said), cases[i].says) : said.size > 0)
                fail_msg("%s, %zu: %s", cases[i].text, k, text_of(&said));
            text_free(&said);
        }
    }
    assert_false(page_check(test_path("none.json"), "/a", &(struct text){ 0 }, &e));
}

#define PAGE_TEXT (400 - 2) /* with its quotes PAGE_VALUE_MAX */

/* What leads on is no less a sign of a page for its length. */
static void a_way_to_another_page_may_be_long(void **state)
{
    static char text[600];

    (void)state;
    for (int n = PAGE_TEXT; n < PAGE_TEXT + 2; n++) {
        struct text said = { 0 };
        struct error e;
        int size = snprintf(text, sizeof text, "{\"data\": [{}], \"next\": \"%0*d\"}", n, 1);

        assert_true(page_check(test_write("p.json", text, (size_t)size), "/data", &said, &e));
        assert_true(text_starts(text_of(&said), "next leads to another page: \"0000"));
        assert_true(strcmp(text_of(&said) + said.size - 3, "...") == 0);
        text_free(&said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_page_is_told_from_the_whole),
                                        cmocka_unit_test(a_way_to_another_page_may_be_long) };

    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
