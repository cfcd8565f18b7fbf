"""list: filters, order, totals, and the same from the daemon as from the files."""
import json

import pytest

from conftest import wait_until
from office import Office, payload, rows
from test_as_of import QUIET

DAY = "2025-06-01"
CASES = rows(8, **{
    "C-1": {"center": "EL", "penalty": "9,000.00"},                       # passed 2025-01-15
    "C-2": {"suit_on": "2025-01-01"},                                     # done
    "C-5": {"officer": "bob@example.gov", "penalty": ""},                 # passed 2025-05-15
    "C-6": {"penalty": "50.00"},                                          # 2025-06-15
    "C-7": {"status": "closed"},                                          # not alarmed
    "C-8": {"penalty": "4,000.00"},                                       # 2025-08-15
}) + rows(12)[11:]                                                        # C-12: 2025-12-15, only watched


@pytest.fixture
def office(run, tmp_path, web):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(CASES))).write(rules=QUIET)
    o.once("--today", "2025-01-01")
    o.once("--today", DAY)
    return o


def named(office, *args):
    return [d["subject"] for d in office.ask("list", *args)["duties"]]


@pytest.mark.parametrize("args, found", [
    ([], {"C-1", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8", "C-12"}),
    (["--unit", "EL"], {"C-1"}),
    (["--owner", "bob@example.gov"], {"C-5"}),
    (["--unit", "EL", "--within", "30"], set()),
    (["--rule", "sue", "--past"], {"C-1", "C-3", "C-4", "C-5"}),
    (["--within", "30"], {"C-6"}),
    (["--within", "30 days"], {"C-6"}),
    (["--within", "3 months"], {"C-6", "C-7", "C-8"}),
    (["--within=6 months", "--not-quiet"], {"C-6", "C-8"}),
    (["--quiet"], {"C-7"}),
    (["--min-amount", "$4,000"], {"C-1", "C-8"}),
    (["--min-amount", "0"], {"C-1", "C-3", "C-4", "C-6", "C-7", "C-8", "C-12"}),
    (["--status", "watched"], {"C-12"}),
    (["--status", "open"], {"C-1", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8"}),
    (["--status", "resolved"], set()),
    (["--status", "all"], {"C-1", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8", "C-12"}),
    (["--severity", "warning"], {"C-1", "C-3", "C-4", "C-5", "C-6"}),
    (["--severity", "notice", "--not-quiet"], {"C-1", "C-3", "C-4", "C-5", "C-6", "C-8"}),
    (["--unknown"], set()),
])
def test_filters(office, args, found):
    listed = named(office, *args)
    assert set(listed) == found and len(listed) == len(found)
    done = office.run("list", "-c", office.conf, *args)
    assert done.returncode == (1 if found else 0)
    assert {c for c in ("C-1 ", "C-5 ", "C-12 ") if c in done.stdout} == {f"{c} " for c in found & {"C-1", "C-5", "C-12"}}


def test_ended_ones_are_there_when_asked_for(office, web):
    web.serve("/cases.csv", payload([{**r, "suit_on": "2025-06-01"} if r["case_no"] == "C-1" else r for r in CASES]))
    office.once("--today", DAY)
    assert "C-1" not in named(office)
    assert named(office, "--status", "resolved") == ["C-1"]
    assert "C-1" in named(office, "--all") and named(office, "--all") == named(office, "--status", "all")
    assert named(office, "--all")[-1] == "C-1", "what has ended comes last"


def test_orders(office):
    by = {o: named(office, "--sort", o) for o in ("urgency", "due", "amount", "subject")}
    assert by["urgency"] == named(office)
    assert by["subject"] == sorted(by["subject"])
    assert by["due"] == ["C-1", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8", "C-12"]
    assert by["amount"][:2] == ["C-1", "C-8"] and by["amount"][-2:] == ["C-6", "C-5"]
    assert by["urgency"][:2] == ["C-1", "C-8"] and by["urgency"][-1] == "C-7"


def test_a_limit_shows_few_and_counts_all(office):
    whole, few = office.ask("list"), office.ask("list", "--limit", "2")
    assert few["duties"] == whole["duties"][:2]
    assert few["counts"] == {**whole["counts"], "shown": 2}
    counts = whole["counts"]
    assert (counts["total"], counts["shown"], counts["past"], counts["not_alarmed"]) == (8, 8, 4, 1)
    assert (counts["amount"], counts["amount_unknown"], counts["past_amount"]) == (1705000, 1, 1100000)
    assert (counts["within_30"], counts["within_30_amount"], counts["within_90_amount"]) == (1, 5000, 505000)
    text = office.run("list", "-c", office.conf, "--limit", "2").stdout
    assert text.startswith("LAST DAY") and "2 of 8 duties as judged on 2025-06-01; 1 without an amount" in text
    assert "  past                        4               $11,000.00" in text


@pytest.mark.parametrize("args, said", [
    (["--within", "soon"], '"soon" is no time from today on'), (["--within", "-3 days"], "no time from today on"),
    (["--sort", "date"], 'sort cannot be "date"'), (["--status", "ended"], 'status cannot be "ended"'),
    (["--severity", "high"], "--severity is info, notice, warning or critical"),
    (["--min-amount", "much"], "--min-amount takes an amount"), (["--limit", "0"], "--limit takes a number"),
    (["--past", "--within", "30"], "exclude each other"), (["--quiet", "--not-quiet"], "exclude each other"),
])
def test_wrong_calls(office, args, said):
    for more in ([], ["--json"]):
        done = office.run("list", "-c", office.conf, *args, *more)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr


def test_the_register_of_what_was_lost(office, web):
    """What was done late is in it with the record of today; what was done or excused in time is not."""
    web.serve("/cases.csv", payload([{**c, "suit_on": "2025-05-20"} if c["case_no"] == "C-1" else c for c in CASES]))
    office.once("--today", "2025-06-02")
    lost = {d["subject"]: d for d in office.ask("list", "--lost")["duties"]}
    assert list(lost) == ["C-1", "C-3", "C-4", "C-5"]
    done = lost["C-1"]
    assert (done["status"], done["past_since"]) == ("RESOLVED", "2025-01-16")
    assert {"name": "suit_on", "value": "2025-05-20"} in done["record"]
    assert {"name": "penalty", "value": "$9,000.00"} in done["record"]
    assert [t["recipient"] for t in done["told"]] and {t["state"] for t in done["told"]} == {"SENT"}
    assert [(t["day"], t["cause"]) for t in done["told"]][-1] == ("2025-06-02", "met late")
    shown = office.run("list", "-c", office.conf, "--lost").stdout
    assert "    suit_on                2025-05-20\n" in shown and shown.count("    told 2025-") == sum(len(d["told"]) for d in lost.values())


def test_what_has_to_be_done_again_is_not_late_by_what_was_late_before(office, web):
    """C-1 was done late, C-3 was no case of the rule for a day; then both have another last day, which is ahead."""
    def serve(**changes):
        web.serve("/cases.csv", payload([{**c, **changes.get(c["case_no"][2:], {})} for c in CASES]))
    rule = QUIET.replace('met_on =', 'applies = "penalty <> 7"; met_on =')
    assert rule != QUIET
    office.write(rules=rule)
    serve(**{"1": {"suit_on": "2025-05-20"}, "3": {"penalty": "0.07"}})
    office.once("--today", "2025-06-02")
    ended = {d["subject"]: d["status"] for d in office.ask("list", "--all")["duties"]}
    assert (ended["C-1"], ended["C-3"]) == ("RESOLVED", "WITHDRAWN")
    serve(**{"1": {"entered_on": "2021-01-15"}, "3": {"entered_on": "2021-02-15"}})
    office.once("--today", "2025-06-03")
    listed = {d["subject"]: d for d in office.ask("list", "--all")["duties"]}
    assert [(listed[c]["status"], listed[c]["last_day"], listed[c]["past_since"]) for c in ("C-1", "C-3")] == [
        ("WATCHED", "2026-01-15", None), ("WATCHED", "2026-02-15", None)]
    assert not {"C-1", "C-3"} & set(named(office, "--lost") + named(office, "--past"))


def test_nothing_listed_is_a_document_too(office):
    done = office.run("list", "-c", office.conf, "--unit", "EL", "--within", "30", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["duties"], told["day"], told["counts"]["total"]) == ([], DAY, 0)


def test_the_daemon_lists_the_same(run, tmp_path, web, start):
    office = Office(run, tmp_path, web.serve("/cases.csv", payload(CASES))).write(rules=QUIET)
    process = start("run", "-c", office.conf)
    wait_until(lambda: (tmp_path / "run" / "control").exists() or process.poll() is not None)
    wait_until(lambda: office.ask("list")["duties"])
    asks = [[], ["--json"], ["--within", "2 years", "--sort", "amount", "--limit", "3"], ["--unit", "none", "--json"], ["--unit", "EL", "--within", "30", "--json"],
            ["--sort", "nonsense"], ["--lost"]]
    told = [(d.returncode, d.stdout, d.stderr) for d in (run("list", "-c", office.conf, *a) for a in asks)]
    process.terminate()
    process.wait(10)
    assert told == [(d.returncode, d.stdout, d.stderr) for d in (run("list", "-c", office.conf, *a) for a in asks)]


def test_a_duty_that_is_met_is_not_watched_although_another_rule_reads_it(run, tmp_path, web):
    reader = QUIET.rstrip()[:-len(" } );")] + """ }, { id = "close"; subject = "case"; title = "Close it"; law = "x";
        remedy = "Close it."; ladder = "l"; met_on = "NULL";
        deadline = { after = "(SELECT met_on FROM duties WHERE rule = 'sue' AND subject = case_no)"; term = "1 year"; }; } );"""
    office = Office(run, tmp_path, web.serve("/cases.csv", payload(CASES))).write(rules=reader)
    office.once("--today", "2025-01-02")
    assert {d["rule"] for d in office.ask("list", "--unit", "BM")["duties"] if d["subject"] == "C-2"} == {"close"}
    listed = sum(d["rule"] in ("sue", "close") for d in office.ask("list")["duties"])
    assert office.ask("status")["findings"]["watched"] == listed
