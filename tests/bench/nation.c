/* nation --seed N --cases N --planted N --entries N --planted-entries N --since DAY --today DAY
 * --out DIR
 *
 * Writes the extracts of a made-up country of penalty cases into DIR, as of DAY, and truth.csv:
 * what must be said of them on that day (nation.h). --cases are opened in ten years from 1 October
 * 2016; those after DAY are not there yet. One case in --planted (2 or more) has something planted;
 * the plants take turns. So --entries that are in no case, one in --planted-entries with something
 * planted. The same seed gives the same bytes. With --since each file has only the rows that are
 * not in the extract of that day; truth.csv is whole. Prints how many rows it wrote.
 *
 * truth.csv: rule, subject, period, state, found_on, last_day, plant, note. */
#include "bench/nation_entry.h"
#include "bench/nation_scope.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t list_of_cases(struct files *f, struct output *ret)
{
    const struct output all[] = {
        { "cases.csv",
          "Case Number,Center,FP&F Office,Officer,Importer,Statute,Culpability,Opened,"
          "Violation,Discovered,Prepenalty Issued,Prepenalty Mailed,Response Received,Penalty "
          "Issued,Penalty Mailed,"
          "Petition Received,Decision,Paid,Referred,Suit Filed,Settled,Treasury Offset,Served,"
          "Status,Closed,Close Reason,Loss of Duty,Assessed,Collected,Remarks,Duty Deposited,Final "
          "Statement,Center Official,Official On,Current,Type,Accrued,Acknowledged,Property "
          "Found",
          &f->cases },
        { "case_entries.csv", "Case Number,Entry Number", &f->case_entries },
        { "entries.csv",
          "Entry Number,Entry Type,Entry Date,Port,Center,Team,Importer,Summary Filed,Extensions,"
          "Suspended,Set to Liquidate,Liquidated,Liquidation Kind,Change,Estimated Duty,"
          "Liquidated Duty,AD/CVD Case,Drawback Claim,Change Paid,Reliquidation Decided,Final "
          "Withdrawal",
          &f->entries },
        { "waivers.csv",
          "Waiver Number,Case Number,Signed,Received,Until,Revoked,Document,Statutes,"
          "Entries,Parties",
          &f->waivers },
        { "tollings.csv", "Tolling Number,Case Number,From,To,Reason,Parties,Property",
          &f->tollings },
        { "centers.csv", "Center,Port", &f->centers },
        { "petitions.csv", "Petition,Case Number,Received,Decided", &f->petitions },
        { "decisions.csv", "Decision,Case Number,Noticed,Paid,Written Findings", &f->decisions },
        { "stages.csv", "Stage,Role", &f->stages },
        { "offices.csv", "Office,Name,Chief", &f->offices },
        { "people.csv", "Officer,Office,Role,Procedure,Trained", &f->people },
        { "committees.csv", "Committee,Center,Formed,Required Roles", &f->committees },
        { "meetings.csv",
          "Meeting,Committee,Planned,Held,Recorded,Present,Quorum,Cancelled Because,Cases "
          "Discussed",
          &f->meetings },
        { "reviews.csv", "Review,Office,Month,Reviewed,Cases Reviewed,Waivers Requested,Sent to HQ",
          &f->reviews },
    };

    memcpy(ret, all, sizeof all);
    return sizeof all / sizeof all[0];
}

static size_t list_of_others(struct files *f, struct output *ret)
{
    const struct output all[] = {
        { "accounts.csv", "Importer,Name,Center", &f->accounts },
        { "extensions.csv", "Extension,Entry Number,Noticed,Until,Reason", &f->extensions },
        { "suspensions.csv", "Suspension,Entry Number,Began,Removed", &f->suspensions },
        { "removal_notices.csv", "Notice,Entry Number,Kind,Noticed", &f->removal_notices },
        { "liquidations.csv", "Liquidation,Entry Number,Kind,Posted", &f->liquidations },
        { "protests.csv",
          "Protest,Entry Number,Port,Filed,Decided,Accelerated,Further Review,Further Review "
          "Decided,"
          "Set Aside Requested,Set Aside Answered,Denied",
          &f->protests },
        { "bills.csv",
          "Bill,Entry Number,Issued,Paid,Amount,Surety,Returned,Part Paid,"
          "Acknowledged,Closed,Suit",
          &f->bills },
        { "demands.csv", "Demand,Bill,Made", &f->demands },
        { "requests.csv",
          "Request,Entry Number,Form,Action,Issued,Answered,Increase,Case Number,No Penalty "
          "Because",
          &f->requests },
        { "waiver_requests.csv", "Request,Case Number,Requested,Answered,Answer,Plan",
          &f->waiver_requests },
        { "surveys.csv", "Survey,Office,Done,Result,Followed Up", &f->surveys },
        { "assessments.csv", "Assessment,Center,Year,Done,Items", &f->assessments },
        { "agenda.csv", "Item,Meeting,Case Number,Day,Outcome", &f->agenda },
        { "procedures.csv", "Procedure,In Force", &f->procedures },
        { "corrective_actions.csv", "Action,Case Number,Whose,Agreed,Due,Done,Verified,Recurred",
          &f->corrective_actions },
        { "recommendations.csv", "Recommendation,Audit,Promised,Closed", &f->recommendations },
        { "control_totals.csv", "Total,Of,Office,As Of,Rows", &f->control_totals },
        { "eapa.csv",
          "Allegation,Center,Received,Initiated,Interim Measures,Extended,Determined,Evasion,Told,"
          "Review Requested,Review Done,Case Number,No Penalty Because",
          &f->eapa },
        { "eapa_referrals.csv", "Referral,Allegation,Referred,Returned", &f->eapa_referrals },
        { "parties.csv", "Party,Case Number,Name", &f->parties },
        { "seizures.csv", "Seizure,Case Number,Forfeited,Returned", &f->seizures },
        { "collections.csv", "Collection,Case Number,Collected", &f->collections },
        { "truth.csv", "rule,subject,period,state,found_on,last_day,plant,note", &f->truth },
    };

    memcpy(ret, all, sizeof all);
    return sizeof all / sizeof all[0];
}

void list_outputs(struct files *f, struct output ret[OUTPUTS])
{
    size_t count = list_of_cases(f, ret);

    count += list_of_others(f, ret + count);
    assert(count == OUTPUTS);
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
        else if (strcmp(argv[i], "--entries") == 0)
            n->entries = strtoll(value, NULL, 10);
        else if (strcmp(argv[i], "--planted-entries") == 0)
            n->planted_entries = (int)strtol(value, NULL, 10);
        else if (strcmp(argv[i], "--since") == 0 && day_read(value, &n->since))
            continue;
        else if (strcmp(argv[i], "--out") == 0)
            *ret_dir = value;
        else if (strcmp(argv[i], "--today") != 0 || !day_read(value, &n->today))
            return false;
    }
    return argc % 2 == 1 && *ret_dir && n->cases > 0 && n->cases < 1000000 && n->planted > 1 &&
           n->entries >= 0 && n->entries < 1000000000 && n->planted_entries > 1 &&
           n->today >= MEETINGS_SINCE && n->since < n->today;
}

static void write_all(const struct nation *n, struct files *f)
{
    struct life l;

    for (int64_t i = 0;; i++) {
        life_make(n, i, &l);
        if (l.opened > n->today)
            break;
        life_write(n, f, &l);
        truth_case(n, f, &l);
        truth_customs(n, f, &l);
    }
    goods_all(n, f);
    offices_write(n, f);
}

int main(int argc, char **argv)
{
    struct nation n = { .seed = 1,
                        .cases = 1500,
                        .planted = 20,
                        .planted_entries = 300,
                        .today = day_of(2026, 11, 24) };
    struct files f = { 0 };
    const char *dir = NULL;
    bool good;

    if (!read_options(argc, argv, &n, &dir)) {
        fprintf(
            stderr,
            "usage: nation --out DIR [--seed N] [--cases N, below 1000000]\n"
            "              [--planted N, one case in N] [--today YYYY-MM-DD, from 2021-10-01]\n"
            "              [--entries N] [--planted-entries N, one in N] [--since YYYY-MM-DD]\n");
        return 2;
    }
    good = open_all(&f, dir);
    if (good && n.since == NONE)
        write_all(&n, &f);
    else if (good)
        good = changes_write(&n, &f);
    if (!close_all(&f) || !good)
        return 3;
    printf("%lld\n", (long long)f.rows);
    return 0;
}
