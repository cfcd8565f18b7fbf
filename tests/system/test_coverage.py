"""coverage: which rules watch, what the others lack, and what nobody can act on."""
import json

import pytest

from conftest import wait_until
from office import HEADER, Office, payload, rows

MAP = "map = { " + " ".join(f'{c} = "{c}";' for c in HEADER if c != "status") + " };"
RULES = """
datasets = ( { id = "cases"; key = "case_no"; columns = {
    case_no = { type = "text"; required = true; }; center = "text"; officer = "text"; penalty = "money";
    entered_on = "date"; suit_on = "date"; status = "text"; }; },
    { id = "parties"; key = "party_no"; columns = { party_no = "text"; name = "text"; }; } );
contacts = ( { name = "Bob Best"; to = "bob@example.gov"; } );
profiles = ( { name = "later"; on = false; } );
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; owner = "officer"; amount = "penalty"; },
             { name = "nobodys"; from = "cases"; unit = "center"; } );
"""
RULE = """ {{ id = "{id}"; subject = "{subject}"; title = "{id} title"; law = "a law"; remedy = "Do it."; {more}
    deadline = {{ after = "entered_on"; term = "5 years"; }}; met_on = "suit_on"; ladder = "l"; }}"""


def rule(id, more="", subject="case"):
    return RULE.format(id=id, more=more, subject=subject)


ALL = [rule("sue"), rule("closing", 'needs = ( "status", "entered_on" );'),
       rule("sureties", 'needs = ( "parties.name", "parties", "status" );'), rule("never", "on = false;"),
       rule("some-day", 'profile = "later"; needs = ( "status" );')]


@pytest.fixture
def office(run, tmp_path, web):
    table = rows(6, **{"C-2": {"officer": "Bob Best"}, "C-3": {"officer": "", "penalty": "70"},
                       "C-4": {"officer": "Ann", "penalty": ""}, "C-5": {"entered_on": "", "penalty": "500"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table)))
    return o.write(source=MAP, dataset="", rules=RULES + f"rules = ( {','.join(ALL)} );")


def covered(office, *args):
    done = office.run("coverage", "-c", office.conf, "--json", *args)
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["whole"] else 1)
    return told, {r["id"]: r for r in told["rules"]}


def test_what_each_rule_lacks(office):
    office.once("--today", "2025-01-02")
    told, by = covered(office)
    assert {i: r["state"] for i, r in by.items()} == {
        "sue": "on", "closing": "off for want of data", "sureties": "off for want of data", "never": "off by choice",
        "some-day": "off by choice"}
    assert by["closing"]["missing"] == [{"dataset": "cases", "column": "status", "sources": ["cases"]}]
    assert by["sureties"]["missing"] == [{"dataset": "parties", "column": "name", "sources": []},
                                         {"dataset": "parties", "column": None, "sources": []},
                                         {"dataset": "cases", "column": "status", "sources": ["cases"]}]
    assert (by["sue"]["watched"], by["sue"]["unknown"], by["closing"]["watched"]) == (6, 1, 0)
    assert by["some-day"]["why"] == "profile later is off"
    text = office.run("coverage", "-c", office.conf).stdout
    for line in ("      map cases.status in source cases\n", "      no source fills parties; it needs name\n",
                 "Rules: off by choice\n", "Rules: off for want of data\n", "coverage --list names them"):
        assert line in text, text
    check = office.run("check", "-c", office.conf)
    assert all(f"rule {i} is off" in check.stdout for i, r in by.items() if r["state"] != "on"), "check agrees"


def test_a_column_that_is_mapped_switches_the_rule_on(office):
    office.conf.write_text(office.conf.read_text().replace('map = {', 'map = { status = "status";'))
    office.once("--today", "2025-01-02")
    _, by = covered(office)
    assert by["closing"]["state"] == "on" and by["closing"]["watched"] == 6


def test_what_nobody_can_act_on(office):
    office.once("--today", "2025-01-02")
    told, _ = covered(office)
    assert told["no_date"] == {"count": 1, "cases": 1, "amount": 50000}
    assert told["no_owner"] == {"count": 2, "cases": 2, "amount": 7000}
    told, _ = covered(office, "--list")
    [dateless] = told["no_date"]["duties"]
    assert (dateless["subject"], dateless["rule"], dateless["amount"]) == ("C-5", "sue", 50000) and dateless["ask"]
    assert [(d["subject"], d["owner"]) for d in told["no_owner"]["duties"]] == [("C-3", None), ("C-4", "Ann")]
    text = office.run("coverage", "-c", office.conf, "--list").stdout
    assert "1 duty of 1 case has no date to count to, $500.00" in text and "names them" not in text
    assert "2 duties of 2 cases have nobody who can be told as the owner, $70.00" in text and "1 more" not in text


def test_money_counts_once_a_case(office):
    office.conf.write_text(office.conf.read_text().replace("rules = (", f"rules = ({rule('twice')}, "))
    office.once("--today", "2025-01-02")
    told, _ = covered(office)
    assert told["no_date"] == {"count": 2, "cases": 1, "amount": 50000}


def test_a_subject_without_owners_lacks_none_and_whole_is_whole(run, tmp_path, web):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(rows(3, **{"C-1": {"officer": ""}}))))
    o.write(dataset="", rules=RULES + f"rules = ( {rule('sue', subject='nobodys')}, {rule('never', 'on = false;')} );")
    o.once("--today", "2025-01-02")
    told, by = covered(o)
    assert told["whole"] and told["no_owner"]["count"] == 0 and by["never"]["state"] == "off by choice"
    assert o.run("coverage", "-c", o.conf).returncode == 0


def test_a_rule_that_does_not_work(office):
    office.conf.write_text(office.conf.read_text().replace('id = "sue";', 'id = "sue"; applies = '
                           '( "(SELECT count(*) FROM cases a, cases b, cases c, cases d, cases e, cases f) > 0" );')
                           + "rule_steps = 1000;\n")
    office.once("--today", "2025-01-02")
    told, by = covered(office)
    assert by["sue"]["state"] == "does not work" and "rule_steps" in by["sue"]["why"] and not told["whole"]


KINDS = """
datasets = ( { id = "cases"; key = "case_no"; columns = {
    case_no = { type = "text"; required = true; }; center = "text"; officer = "text"; penalty = "money";
    entered_on = "date"; suit_on = "date"; status = "text"; }; } );
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; applies = "status IS NOT 'void'"; } );
rules = ( { id = "sue"; subject = "case"; title = "Sue"; law = "a law"; remedy = "Do it."; ladder = "l";
      deadline = { after = "entered_on"; term = "5 years"; }; met_on = "suit_on";
      quiet = ( { when = "status = 'closed'"; on = "entered_on"; because = "closed by the port"; } ); },
    { id = "monthly"; subject = "case"; title = "Look"; law = "a law"; remedy = "Do it."; ladder = "l";
      every = { period = "month"; since = "2025-02-01"; grace = "3 days"; };
      met_on = "CASE WHEN suit_on BETWEEN period.first AND period.last THEN suit_on END";
      applies = "case_no IN ('C-1', 'C-2')"; },
    { id = "officer"; subject = "case"; title = "An officer"; law = "a law"; remedy = "Do it."; ladder = "l";
      wrong = "officer IS NULL"; fix_within = "5 days"; },
    { id = "speed"; subject = "case"; title = "Fast"; law = "a law"; remedy = "Do it."; ladder = "l";
      every = { period = "quarter"; since = "2020-01-01"; };
      measure = { on = "entered_on"; numerator = "suit_on IS NOT NULL"; at_least = "0.5"; by = "all"; min_cases = 1; }; } );
"""


def test_all_duties_of_each_rule_are_counted(run, tmp_path, web, start):
    table = rows(9, **{"C-1": {"suit_on": "2025-01-10"},   # in time: the last day was 2025-01-15
                       "C-2": {"suit_on": "2025-04-01"},   # late: the last day was 2025-02-15
                       "C-3": {"suit_on": "2025-03-15"},   # on the last day
                       "C-4": {"status": "closed"}, "C-5": {"officer": ""}, "C-6": {"entered_on": ""},
                       "C-7": {"status": "void"}, "C-8": {"status": "void"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table))).write(dataset="", rules=KINDS)
    o.once("--today", "2025-06-01")
    told, by = covered(o, "--count")
    assert by["sue"]["tally"] == {"cases": 7, "without": 2, "left_out": 0, "duties": 7, "met": 2, "late": 1, "ahead": 1, "past": 1,
                                  "quiet": 1, "unknown": 1}
    assert by["monthly"]["tally"] == {"cases": 2, "without": 7, "left_out": 0, "duties": 10, "met": 1, "late": 0, "ahead": 4,
                                      "past": 5, "quiet": 0, "unknown": 0}
    assert by["officer"]["tally"] == {"cases": 7, "without": 2, "left_out": 0, "duties": 7, "met": 6, "late": 0, "ahead": 1, "past": 0,
                                      "quiet": 0, "unknown": 0}
    assert by["speed"]["tally"] == {"cases": 3, "without": 0, "left_out": 0, "duties": 3, "met": 1, "late": 0, "ahead": 0, "past": 2,
                                    "quiet": 0, "unknown": 0}
    text = o.run("coverage", "-c", o.conf, "--count").stdout
    assert ("      7 duties of 7 cases: 2 met, 1 met late, 1 past the last day, 1 ahead, 1 not alarmed, 1 that the data"
            " cannot tell; 2 more cases have none\n") in text, text
    for r in told["rules"]:  # what is counted and not met is what is watched
        t = r["tally"]
        assert r["watched"] == t["duties"] - t["met"] - t["late"] and r["unknown"] == t["unknown"], r

    o.once("--today", "2025-06-08")  # the contradiction was seen on the first
    assert covered(o, "--count")[1]["officer"]["tally"]["past"] == 1
    assert all("tally" not in r for r in covered(o)[0]["rules"])
    process = start("run", "-c", o.conf)
    wait_until(lambda: (tmp_path / "run" / "control").exists() or process.poll() is not None)
    assert covered(o, "--count")[1]["sue"]["tally"]["met"] == 2, "beside the daemon"
    process.terminate()
    process.wait(10)


def test_the_daemon_says_the_same(office, start):
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists() or process.poll() is not None)
    wait_until(lambda: covered(office)[1]["sue"]["watched"])
    told = covered(office, "--list")
    process.terminate()
    process.wait(10)
    assert covered(office, "--list") == told


def test_wrong_calls(office):
    assert office.run("coverage", "-c", office.conf, "what").returncode == 2
    empty = office.run("coverage", "-c", office.conf)
    assert empty.returncode == 3 and "nothing has been judged yet" in empty.stderr
