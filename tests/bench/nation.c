/* nation --seed N --cases N --planted N --today DAY --out DIR
 *
 * Writes the extracts of a made-up country of penalty cases into DIR, as of DAY, and truth.csv:
 * what must be said of them on that day (nation.h). --cases are opened in ten years from 1 October
 * 2016; those after DAY are not there yet. One case in --planted (2 or more) has something planted;
 * the plants take turns. The same seed gives the same bytes. Prints how many rows it wrote.
 *
 * truth.csv: rule, subject, period, state, found_on, last_day, plant, note. */
#include "bench/nation.h"

#include <stdlib.h>
#include <string.h>

#define OUTPUTS 15

struct output {
    const char *name, *header;
    FILE **file;
};

static void list_outputs(struct files *f, struct output out[OUTPUTS])
{
    const struct output all[OUTPUTS] = {
        { "cases.csv",
          "Case Number,Center,FP&F Office,Officer,Importer,Statute,Culpability,Opened,"
          "Violation,Discovered,Prepenalty Issued,Prepenalty Mailed,Response Received,Penalty "
          "Issued,Penalty Mailed,"
          "Petition Received,Decision,Paid,Referred,Suit Filed,Settled,Treasury Offset,Served,"
          "Status,Closed,Close Reason,Loss of Duty,Assessed,Collected,Remarks",
          &f->cases },
        { "case_entries.csv", "Case Number,Entry Number", &f->case_entries },
        { "entries.csv", "Entry Number,Entry Type,Entry Date,Port", &f->entries },
        { "waivers.csv", "Waiver Number,Case Number,Signed,Received,Until,Revoked,Document",
          &f->waivers },
        { "tollings.csv", "Tolling Number,Case Number,From,To,Reason", &f->tollings },
        { "centers.csv", "Center,Port", &f->centers },
        { "petitions.csv", "Petition,Case Number,Received,Decided", &f->petitions },
        { "decisions.csv", "Decision,Case Number,Noticed,Paid", &f->decisions },
        { "stages.csv", "Stage,Role", &f->stages },
        { "offices.csv", "Office,Name,Chief", &f->offices },
        { "people.csv", "Officer,Office,Role", &f->people },
        { "committees.csv", "Committee,Center,Formed", &f->committees },
        { "meetings.csv", "Meeting,Committee,Held,Cases Discussed", &f->meetings },
        { "reviews.csv", "Review,Office,Month,Reviewed,Cases Reviewed,Waivers Requested,Sent to HQ",
          &f->reviews },
        { "truth.csv", "rule,subject,period,state,found_on,last_day,plant,note", &f->truth },
    };

    memcpy(out, all, sizeof all);
}

static bool open_all(struct files *f, const char *dir)
{
    struct output out[OUTPUTS];

    list_outputs(f, out);
    for (int i = 0; i < OUTPUTS; i++) {
        char path[4096];

        snprintf(path, sizeof path, "%s/%s", dir, out[i].name);
        *out[i].file = fopen(path, "w");
        if (!*out[i].file) {
            perror(path);
            return false;
        }
        fprintf(*out[i].file, "%s\n", out[i].header);
    }
    return true;
}

static bool close_all(struct files *f)
{
    struct output out[OUTPUTS];
    bool good = true;

    list_outputs(f, out);
    for (int i = 0; i < OUTPUTS; i++)
        if (*out[i].file && (ferror(*out[i].file) | fclose(*out[i].file)))
            good = false;
    if (!good)
        fprintf(stderr, "nation: not everything could be written\n");
    return good;
}

static bool read_options(int argc, char **argv, struct nation *n, const char **ret_dir)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];

        if (strcmp(argv[i], "--seed") == 0)
            n->seed = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--cases") == 0)
            n->cases = strtoll(value, NULL, 10);
        else if (strcmp(argv[i], "--planted") == 0)
            n->planted = (int)strtol(value, NULL, 10);
        else if (strcmp(argv[i], "--out") == 0)
            *ret_dir = value;
        else if (strcmp(argv[i], "--today") != 0 || !day_read(value, &n->today))
            return false;
    }
    return argc % 2 == 1 && *ret_dir && n->cases > 0 && n->cases < 1000000 && n->planted > 1 &&
           n->today >= MEETINGS_SINCE;
}

int main(int argc, char **argv)
{
    struct nation n = { .seed = 1, .cases = 1500, .planted = 20, .today = day_of(2026, 11, 24) };
    struct files f = { 0 };
    struct life l;
    const char *dir = NULL;
    bool good;

    if (!read_options(argc, argv, &n, &dir)) {
        fprintf(
            stderr,
            "usage: nation --out DIR [--seed N] [--cases N, below 1000000]\n"
            "              [--planted N, one case in N] [--today YYYY-MM-DD, from 2021-10-01]\n");
        return 2;
    }
    good = open_all(&f, dir);
    for (int64_t i = 0; good; i++) {
        life_make(&n, i, &l);
        if (l.opened > n.today)
            break;
        life_write(&n, &f, &l);
        truth_case(&n, &f, &l);
        truth_customs(&n, &f, &l);
    }
    if (good)
        offices_write(&n, &f);
    if (!close_all(&f) || !good)
        return 3;
    printf("%lld\n", (long long)f.rows);
    return 0;
}
