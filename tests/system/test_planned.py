"""A day that has not come is planned: no deed, no meeting, no reason to be quiet, no event; the clock runs until then.

One case for each place where a day counts, judged before that day and on it.
"""
import json
import sqlite3

import pytest

CONF = """
zone = "America/New_York"; mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.org"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.org"; }} );
datasets = ( {{ id = "cases"; key = "no"; guard = {{ max_rejects = "100%"; }};
    columns = {{ no = "text"; opened = "date"; done = "date"; paid = "datetime"; offset = "date"; status = "text"; due = "date"; }}; }},
  {{ id = "events"; key = "no"; columns = {{ no = "text"; case_no = {{ refers = "cases"; }}; what = "text"; at = "date"; }}; }},
  {{ id = "waivers"; key = "no"; columns = {{ no = "text"; case_no = {{ refers = "cases"; }}; signed = "date"; until = "date"; }};
    ledger = {{ document = "no"; signed = "signed"; until = "until"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; {empty} }}, {{ id = "events"; url = "file://{dir}/events.csv"; }},
  {{ id = "waivers"; url = "file://{dir}/waivers.csv"; {empty} }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-14 days"; }} ); }} );
rules = (
  {{ id = "count"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y."; met_on = "done";
     deadline = {{ after = "opened"; term = "60 days"; extended_by = "waivers"; }};
     quiet = ( {{ when = "offset IS NOT NULL"; on = "offset"; because = "at offset"; }}, {{ when = "status = 'shut'"; on = "opened"; because = "shut"; }} ); }},
  {{ id = "state"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y."; met_on = "paid"; deadline = {{ due = "due"; }}; }},
  {{ id = "meet"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y.";
     every = {{ period = "month"; since = "2026-03-01"; events = "events"; on = "at"; when = "what = 'met'"; }}; }},
  {{ id = "said"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y."; every = {{ period = "month"; since = "2026-03-01"; }};
     met_on = "CASE WHEN done >= period.first AND done <= period.last THEN done END"; }},
  {{ id = "follow"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y.";
     lifecycle = {{ events = "events"; name = "what"; on = "at"; after = [ "sent" ]; must_follow = [ "answered" ]; within = "30 days"; }}; }},
  {{ id = "never"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y.";
     lifecycle = {{ events = "events"; name = "what"; on = "at"; after = [ "sent" ]; must_not_follow = [ "sold" ]; }}; }},
  {{ id = "stage"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y.";
     lifecycle = {{ events = "events"; name = "what"; on = "at"; after = [ "sent" ]; at_most = "30 days"; }}; }} );
"""


class Desk:
    def __init__(self, run, folder):
        self.run, self.folder, self.conf = run, folder, folder / "d.conf"
        self.write()

    def write(self, empty=""):
        self.conf.write_text(CONF.format(dir=self.folder, empty=empty))

    def once(self, day, cases="", events="", waivers=""):
        for name, header, text in (("cases", "no,opened,done,paid,offset,status,due", cases), ("events", "no,case_no,what,at", events),
                                   ("waivers", "no,case_no,signed,until", waivers)):
            (self.folder / f"{name}.csv").write_text(f"{header}\n{text}")
        done = self.run("once", "-c", self.conf, "--today", day)
        assert done.returncode in (0, 1), done.stderr

    def ask(self, *args):
        return json.loads(self.run(*args, "-c", self.conf, "--json").stdout)

    def duty(self, rule, period=None):
        with sqlite3.connect(self.folder / "state/data.db") as db:
            found = db.execute("SELECT answer, planned_on, quiet, ask, due FROM duty WHERE rule = ? AND subject = 'C' AND (?2 IS NULL OR period = ?2)",
                               (rule, period)).fetchall()
        return found[0] if found else None


# rule, period, cases, events: what is planned for 30 March
PLANNED = {
    "met_on": ("count", "", "C,2026-02-01,2026-03-30,,,,\n", ""),
    "met_on of a moment": ("state", "", "C,,,2026-03-30 12:00:00,,,2026-04-02\n", ""),
    "a reason to be quiet": ("count", "", "C,2026-02-01,,,2026-03-30,,\n", ""),
    "a meeting": ("meet", "2026-03", "C,,,,,,\n", "1,C,met,2026-03-30\n"),
    "met_on of a period": ("said", "2026-03", "C,,2026-03-30,,,,\n", ""),
    "what must follow": ("follow", "2026-03-10", "C,,,,,,\n", "1,C,sent,2026-03-10\n2,C,answered,2026-03-30\n"),
    "what ends a stage": ("stage", "2026-03-10", "C,,,,,,\n", "1,C,sent,2026-03-10\n2,C,moved,2026-03-30\n"),
    "what must not follow": ("never", "2026-03-10", "C,,,,,,\n", "1,C,sent,2026-03-10\n2,C,sold,2026-03-30\n"),
    "what begins a stage": ("follow", "2026-03-30", "C,,,,,,\n", "1,C,sent,2026-03-30\n"),
}


@pytest.mark.parametrize("name", PLANNED)
def test_a_day_that_has_not_come_counts_from_that_day_on(run, tmp_path, name):
    rule, period, cases, events = PLANNED[name]
    desk = Desk(run, tmp_path)
    desk.once("2026-03-22", cases, events)
    answer, planned, quiet, _, due = desk.duty(rule, period)
    assert (answer, planned, quiet) == ("pending", "2026-03-30", None), "it is planned, and not done"
    shown = desk.ask("why-not", "C", rule, "--period", period) if period else desk.ask("why-not", "C", rule)
    assert shown["planned_on"] == "2026-03-30" and shown["answer"] != "done" and shown["planned"]
    (listed,) = [d for d in desk.ask("list", "--all")["duties"] if (d["rule"], d["period"] or "") == (rule, period)]
    assert listed["planned_on"] == "2026-03-30"
    assert "planned for 2026-03-30: " in run("list", "-c", desk.conf, "--rule", rule).stdout
    desk.once("2026-03-29", cases, events)
    assert desk.duty(rule, period)[:3] == ("pending", "2026-03-30", None)
    desk.once("2026-03-30", cases, events)
    now = desk.duty(rule, period)
    if name == "a reason to be quiet":
        assert now[:3] == ("pending", None, "at offset")
    elif name == "what must not follow":
        assert now[:2] == ("pending", None) and desk.ask("why-not", "C", rule)["answer"] != "done"
        assert [d for d in desk.ask("list")["duties"] if d["rule"] == rule and d["last_day"]], "it is violated"
    elif name == "what begins a stage":
        assert now[:2] == ("pending", None) and now[4] == "2026-04-29" and due is None
    else:
        assert now is None, "it is done"


def test_the_clock_runs_until_then(run, tmp_path):
    """Rungs ring and the last day passes although it is to be done the day after."""
    desk = Desk(run, tmp_path)
    row = "C,2026-02-01,2026-04-03,,,,\n"  # the last day is 2 April
    desk.once("2026-03-10", row)
    desk.once("2026-03-25", row)
    (rung,) = [d for d in desk.ask("list")["duties"] if d["rule"] == "count"]
    assert rung["status"] == "OPEN" and rung["days_left"] == 8
    desk.once("2026-04-03", row)
    (late,) = desk.ask("list", "--all", "--rule", "count")["duties"]
    assert (late["status"], late["past_since"]) == ("RESOLVED", "2026-04-03"), "done, but late"


def test_a_day_that_stands_for_none_is_asked_about_once_a_column(run, tmp_path):
    desk = Desk(run, tmp_path)
    cases = "C,2026-02-01,9999-12-31,,,,\nD,2026-02-01,,,,,2999-01-01\nE,1900-01-01,,,,,\nF,2026-02-01,1900-01-01,,,,\n"
    for day in ("2026-03-22", "2026-03-23"):
        desk.once(day, cases, "1,C,met,9999-12-31\n", "W,C,2026-02-03,9999-12-31\n")
    assert desk.duty("count")[:2] == ("pending", None) and "until when W holds" in desk.duty("count")[3]
    assert desk.duty("count")[4] == "2026-04-02", "a document without an end extends nothing"
    assert desk.duty("meet", "2026-03")[:2] == ("pending", None)
    unknown = {d["subject"]: d["ask"] for d in desk.ask("list", "--unknown", "--rule", "count")["duties"]}
    assert unknown["E"] == "the day from which the time runs, instead of 1900-01-01"
    assert unknown["F"] == "the day on which it was done, instead of 1900-01-01"
    asked = {d["subject"] for d in desk.ask("list", "--rule", "rejected")["duties"]}
    assert asked == {"cases.done", "cases.due", "cases.opened", "events.at", "waivers.until"}
    ops = [p.read_text() for p in (tmp_path / "mail/new").glob("*") if "ops@example.org" in p.read_text()[:400]]
    assert sum("cases.done" in m for m in ops) == 1, "once"
    assert any('empty =3D [ "1900-01-01", "9999-12-31" ];' in m.replace("=\n", "") or 'empty = [' in m for m in ops)
    desk.write(empty='empty = [ "9999-12-31", "2999-01-01", "1900-01-01" ];')
    desk.once("2026-03-24", cases, "1,C,met,2026-03-20\n", "W,C,2026-02-03,9999-12-31\n")
    assert not desk.ask("list", "--rule", "rejected")["duties"]
    assert desk.duty("count")[3] == "until when W holds"


def test_done_with_no_known_start_is_unknown(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once("2026-03-22", "C,,2026-03-02,2026-03-02 10:00:00,,,\n")
    assert desk.duty("count")[0] == "unknown" and desk.duty("count")[3] == "the day from which the time runs: it is done, in time or not"
    assert desk.duty("state")[0] == "unknown"
    desk.once("2026-03-23", "C,2026-02-02,2026-03-02,2026-03-02 10:00:00,,,2026-03-05\n")
    assert desk.duty("count") is None and desk.duty("state") is None
