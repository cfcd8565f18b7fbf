"""deed() over rules of lower layers: what was opened and breached is seen in the judgement in which it happens."""
import sqlite3

import pytest

from office import Office, payload, rows

RULES = """
ladders = ( { name = "l"; rungs = ( { at = "-30 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; owner = "officer"; } );
rules = (
  { id = "sue"; subject = "case"; ladder = "l"; title = "Bring suit"; law = "x"; remedy = "y.";
    deadline = { due = "entered_on"; }; met_on = "suit_on"; },
  { id = "said"; subject = "case"; ladder = "l"; title = "What passed stands in the record"; law = "x"; remedy = "y.";
    wrong = "entered_on < :today AND deed('sue', 'breached_on') IS NULL"; },
  { id = "late"; subject = "case"; ladder = "l"; title = "No breach"; law = "x"; remedy = "y.";
    wrong = "deed('sue', 'breached_on') IS NOT NULL"; },
  { id = "above"; subject = "case"; ladder = "l"; title = "No finding of the one below"; law = "x"; remedy = "y.";
    wrong = "deed('late', 'opened_on') IS NOT NULL"; },
  { id = "any"; subject = "case"; ladder = "l"; title = "None at all"; law = "x"; remedy = "y.";
    wrong = "EXISTS (SELECT 1 FROM deeds WHERE deeds.rule = 'sue' AND deeds.breached_on IS NOT NULL)"; },
  { id = "share"; subject = "case"; ladder = "l"; title = "At most a quarter late"; law = "x"; remedy = "y.";
    every = { period = "year"; since = "2025-01-01"; };
    measure = { on = "entered_on"; numerator = "deed('sue', 'breached_on') IS NOT NULL"; by = "all"; at_most = "0.25"; }; } );
"""
DAY = "2026-03-04"


def found(office):
    return {r: sorted(d["subject"] for d in office.ask("list", "--all")["duties"] if d["rule"] == r and d["status"] == "OPEN")
            for r in ("said", "late", "above", "any")}


@pytest.fixture
def office(run, tmp_path, web):
    """Two days that have passed, one that ends today, one to come."""
    days = ["2026-03-01", "2026-03-02", DAY, "2026-03-09"]
    web.serve("/cases.csv", payload(rows(4, **{f"C-{i}": {"entered_on": d} for i, d in enumerate(days, 1)})))
    return Office(run, tmp_path, web.url + "/cases.csv").write(rules=RULES)


def test_the_first_load_says_what_the_next_one_says(office):
    office.once("--today", DAY)
    first = found(office)
    everyone = [f"C-{i}" for i in range(1, 5)]
    assert first == {"said": [], "late": ["C-1", "C-2"], "above": ["C-1", "C-2"], "any": everyone}
    mails = len(office.mails())
    for _ in range(2):
        office.once("--today", DAY)
        assert found(office) == first
    assert len(office.mails()) == mails, "nothing was withdrawn or corrected"


def test_what_a_day_breaches_is_seen_on_that_day(office):
    office.once("--today", DAY)
    office.once("--today", "2026-03-05")
    assert found(office)["late"] == found(office)["above"] == ["C-1", "C-2", "C-3"] and found(office)["said"] == []
    office.once("--today", "2026-03-10")
    assert found(office)["above"] == ["C-1", "C-2", "C-3", "C-4"] and found(office)["said"] == []


def test_what_a_judgement_left_that_was_cut_off_is_not_believed(office):
    office.once("--today", DAY)
    first = found(office)
    with sqlite3.connect(office.state / "data.db") as db:  # as after the commit of a layer
        assert db.execute("UPDATE setting SET value = 'of no judgement' WHERE key = 'duties_of'").rowcount == 1
        db.execute("UPDATE deed SET breached_on = '2026-03-04', version = version + 1 WHERE subject = 'C-4'")
        db.execute("INSERT OR REPLACE INTO deed (rule, subject, period, opened_on, breached_on, bounced, version)"
                   " VALUES ('sue', 'C-4', '', '2026-03-04', '2026-03-04', 0, 99)")
    db.close()
    office.once("--today", DAY)
    assert found(office) == first
