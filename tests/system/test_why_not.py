"""why-not: each of its answers, asked of the files and of the daemon."""
import pytest

from conftest import wait_until
from office import DATASET, Office, payload, rows

RULES = """
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; severity = "notice"; }, { at = "-30 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; owner = "officer"; amount = "penalty";
               applies = "penalty > 0"; } );
profiles = ( { name = "big"; limit_to = "subject.amount > 500000"; }, { name = "off"; on = false; } );
rules = (
    { id = "sue"; subject = "case"; title = "Bring suit"; law = "Act 5"; remedy = "Refer it."; ladder = "l";
      applies = "center IS NOT 'none'"; deadline = { after = "entered_on"; term = "5 years"; }; met_on = "suit_on";
      quiet = ( { when = "status = 'closed'"; on = "entered_on"; because = "closed"; } ); },
    { id = "large"; subject = "case"; title = "Large"; law = "Act 6"; remedy = "Look."; ladder = "l"; profile = "big";
      deadline = { after = "entered_on"; term = "5 years"; }; },
    { id = "idle"; subject = "case"; title = "Idle"; law = "Act 7"; remedy = "Look."; ladder = "l"; on = false;
      deadline = { after = "entered_on"; term = "5 years"; }; },
    { id = "rest"; subject = "case"; title = "Rest"; law = "Act 8"; remedy = "Look."; ladder = "l"; profile = "off";
      deadline = { after = "entered_on"; term = "5 years"; }; },
    { id = "lack"; subject = "case"; title = "Lack"; law = "Act 9"; remedy = "Look."; ladder = "l"; needs = "status";
      deadline = { after = "entered_on"; term = "5 years"; }; },
    { id = "vague"; subject = "case"; title = "Vague"; law = "Act 10"; remedy = "Look."; ladder = "l";
      deadline = { after = "suit_on"; term = "5 years"; }; } );
"""
MAP = 'map = { case_no = "case_no"; };'


@pytest.fixture
def office(run, tmp_path, web):
    table = rows(8, **{
        "C-2": {"center": "none"},
        "C-3": {"suit_on": "2025-01-02"},
        "C-4": {"entered_on": "2024-06-01"},
        "C-5": {"status": "closed"},
        "C-6": {"officer": "bob@example.gov"},
        "C-7": {"penalty": "0"},
        "C-8": {"entered_on": "2021-02-01"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table)))
    o.table, o.web = table, web
    return o


def ask(office, case, rule="sue"):
    return office.ask("why-not", case, rule)


def test_each_answer_that_needs_no_person(office, run):
    office.write(rules=RULES, source='gone = "closed";')
    office.once("--today", "2025-12-20")
    for case, rule, answer, because in [
            ("C-1", "idle", "off-by-choice", "it is off"),
            ("C-1", "rest", "off-by-choice", "profile off is off"),
            ("C-999", "sue", "no-record", "dataset cases has no record C-999"),
            ("C-2", "sue", "out-of-scope", "applies does not hold: center IS NOT 'none'; center is none"),
            ("C-7", "sue", "out-of-scope", "subject applies does not hold"),
            ("C-1", "large", "left-out", "profile limit_to does not hold: subject.amount > 500000"),
            ("C-1", "vague", "unknown", "the day from which the time runs"),
            ("C-3", "sue", "done", "it was done on 2025-01-02"),
            ("C-4", "sue", "not-yet-due", "its first rung comes on 2029-03-03"),
            ("C-5", "sue", "quiet", "closed"),
            ("C-1", "sue", "told", "told to ann@example.gov, boss@example.gov, last on 2025-12-20")]:
        j = ask(office, case, rule)
        assert (j["answer"], because in j["because"]) == (answer, True), (case, rule, j)
    clauses = ask(office, "C-2")["conditions"]
    assert [(c["part"], c["holds"], c["values"]) for c in clauses] == [
        ("subject applies", True, [{"name": "penalty", "value": "$1,000.00"}]),
        ("applies", False, [{"name": "center", "value": "none"}])]
    said = run("why-not", "C-2", "sue", "-c", office.conf).stdout
    assert "C-2 under sue: out-of-scope" in said and "no       applies: center IS NOT 'none'" in said
    wrong = run("why-not", "C-2", "suu", "-c", office.conf)
    assert wrong.returncode == 2 and 'there is no rule "suu" (sue?)' in wrong.stderr


def test_what_ended_and_what_is_off_for_want_of_data(office):
    office.write(rules=RULES, source='gone = "closed";', dataset=DATASET.replace(
        "cases\"; key", "cases\"; guard = { max_shrink = \"90%\"; }; key"))
    office.once("--today", "2025-12-20")
    office.web.serve("/cases.csv", payload([r for r in office.table if r["case_no"] != "C-1"]))
    office.once("--today", "2025-12-21")
    assert ask(office, "C-1")["answer"] == "ended"
    columns = " ".join(f'{c} = "{c}";' for c in office.table[0] if c != "status")
    office.write(rules=RULES, source=f'gone = "closed"; map = {{ {columns} }};', dataset=DATASET.replace(
        "cases\"; key", "cases\"; guard = { max_shrink = \"90%\"; }; key"))
    j = ask(office, "C-6", "lack")
    assert (j["answer"], j["because"]) == ("off-for-want-of-data", "no source maps cases.status")


def test_what_waits_and_what_bounced(office, mail):
    def post_to(url):
        office.write(rules=RULES, top='retry_first = "1 second"; retry_most = "1 second";')
        text = office.conf.read_text().replace(
            '{ name = "files";', f'{{ name = "mail"; type = "mail"; server = "{url}"; }}, {{ name = "files";', 1)
        office.conf.write_text(text.replace(
            '{ channel = "files"; to = "{owner}"; go_on = true; }, { channel = "files"; to = "boss@example.gov"; }',
            '{ channel = "mail"; to = "{owner}"; }, { channel = "mail"; to = "boss@example.gov"; }'))

    post_to("smtp://127.0.0.1:9")  # nobody listens there
    office.once("--today", "2025-12-20")
    assert ask(office, "C-6")["answer"] == "waiting"
    post_to(mail.url)
    mail.at["bob@example.gov"] = "550 5.1.1 no such user"
    office.once("--today", "2025-12-20")
    wait_until(lambda: office.once("--today", "2025-12-20") and ask(office, "C-6")["answer"] == "bounced", every=2)


def test_what_a_route_keeps_from_everybody(office):
    office.write(rules=RULES)
    office.conf.write_text(office.conf.read_text().replace('to = "{owner}"; go_on = true; }', 'to = "{owner}"; rules = "sue"; cadence = "never"; }'))
    office.once("--today", "2025-12-20")
    j = ask(office, "C-1")
    assert (j["answer"], j["because"]) == ("withheld", "no route leads to anybody for it")


def test_what_was_done_and_has_to_be_done_again_is_not_done(office):
    """C-1 was done late; its record is another one now, with a last day ahead that no rung has reached."""
    office.write(rules=RULES)
    office.once("--today", "2025-12-20")
    def change(**columns):
        office.table = [{**r, **columns} if r["case_no"] == "C-1" else r for r in office.table]
        office.web.serve("/cases.csv", payload(office.table))
    change(suit_on="2025-12-10")
    office.once("--today", "2025-12-21")
    assert ask(office, "C-1")["answer"] == "done"
    change(suit_on="", entered_on="2024-02-01")
    office.once("--today", "2025-12-22")
    j = ask(office, "C-1")
    assert (j["answer"], j["because"]) == ("not-yet-due", "its first rung comes on 2028-11-03")
    said = office.run("explain", "C-1", "--rule", "sue", "-c", office.conf).stdout
    assert "Finding 1: " in said and "WITHDRAWN" in said and "Watched: C-1, rule sue, last day 2029-02-01" in said
    assert "C-1" not in {d["subject"] for d in office.ask("list", "--lost")["duties"]}  # by its date of now it was not late


def test_what_people_said(office, start, run):
    office.write(rules=RULES, source='every = "10 seconds";', top='baseline_back = "50 years";')
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists() or process.poll() is not None)
    wait_until(lambda: ask(office, "C-1")["answer"] == "told")
    today = office.ask("status")["day"]
    assert run("ack", "C-1", "--rule", "sue", "--until", today, "--reason", "on its way", "-c", office.conf).returncode == 0
    j = ask(office, "C-1")
    assert (j["answer"], j["because"]) == ("acknowledged", f"it is acknowledged until {today}")
    assert run("silence", "--case", "C-6", "--until", today, "--reason", "moving", "-c", office.conf).returncode == 0
    wait_until(lambda: ask(office, "C-6")["answer"] == "silenced")
    assert f"silenced by root until {today}: moving" in ask(office, "C-6")["because"]
