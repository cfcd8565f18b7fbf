"""What there is to do, when the last day has passed and when a record has left its source."""
import datetime

import pytest

from office import DATASET, RULE, Office, payload, rows

PAST = RULE.replace('remedy = "Refer it.";', 'remedy = "Refer it in time."; clears = "Suit in time."; '
                    'remedy_past = "Take it to counsel."; clears_past = "A decision.";')
MAP = 'map = { ' + " ".join(f'{c} = "{c}";' for c in rows(1)[0]) + " };"
TABLE = [dict(r, entered_on={"C-1": "2019-12-16", "C-2": "2020-03-16"}.get(r["case_no"], "2023-12-15")) for r in rows(20)]


@pytest.fixture
def office(run, web, tmp_path):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(TABLE)))
    o.write(MAP, rules=PAST, dataset=DATASET)
    return o


def test_what_is_past_says_what_can_still_be_done(office, run):
    office.once("--today", "2025-02-20")
    [mail] = [m for m in office.mails() if m["to"] == "ann@example.gov"]
    said = " ".join(mail.get_body(("plain",)).get_content().split())
    ahead, past = said[said.index("C-2"):said.index("C-1")], said[said.index("C-1"):]
    assert "To do: Refer it in time." in ahead and "Ends with: Suit in time." in ahead
    assert "To do: Take it to counsel." in past and "Ends with: A decision." in past and "in time" not in past
    todo = {c: office.ask("explain", c)["findings"][0]["moves"][0]["to_do"] for c in ("C-1", "C-2")}
    assert todo == {"C-1": "Take it to counsel.", "C-2": "Refer it in time."}
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    for verb in (("explain", "C-1"), ("as-of", now, "--case", "C-1")):
        shown = run(*verb, "-c", office.conf).stdout
        assert "Take it to counsel." in shown and "Refer it in time." not in shown, shown


def test_the_day_after_the_last_day_it_changes(office):
    office.once("--today", "2025-03-15")
    office.once("--today", "2025-03-16")
    moves = office.ask("explain", "C-2")["findings"][0]["moves"]
    assert {m["to_do"] for m in moves} == {"Refer it in time."}
    office.once("--today", "2025-03-17")
    moves = office.ask("explain", "C-2")["findings"][0]["moves"]
    assert (moves[0]["cause"], moves[0]["to_do"]) == ("breached", "Take it to counsel.")
    assert moves[1]["to_do"] == "Refer it in time."


def test_a_rule_without_other_words_keeps_its_own(run, web, tmp_path):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(TABLE)))
    o.write(MAP, rules=RULE, dataset=DATASET)
    o.once("--today", "2025-02-20")
    assert o.ask("explain", "C-1")["findings"][0]["moves"][0]["to_do"] == "Refer it."
    derivation = o.ask("explain", "C-1")["findings"][0]["moves"][0]["derivation"]
    assert "remedy_past" not in derivation and "gone" not in derivation


@pytest.mark.parametrize("day", ["2025-02-20", "2025-03-17"])
def test_what_left_its_source_is_to_be_entered(office, web, day):
    """The clock runs on: the next rung, and the day after the last, ask how it ended, not for suit."""
    office.once("--today", "2025-01-20")
    web.serve("/cases.csv", payload([r for r in TABLE if r["case_no"] != "C-2"]))
    office.once("--today", day)
    move = office.ask("explain", "C-2")["findings"][0]["moves"][0]
    assert move["to_do"] == "Enter how it ended and on which day, or bring the record back into its source."
    [mail] = [m for m in office.mails() if "C-2" in m["subject"] and m["to"] == "ann@example.gov"][-1:]
    said = " ".join(mail.get_body(("plain",)).get_content().split())
    assert "To do: Enter how it ended and on which day" in said and "Ends with: The day on which it ended, or the record" in said
    assert "Refer it in time." not in said and "Take it to counsel." not in said


def test_what_is_done_has_nothing_to_do(office, web):
    office.once("--today", "2025-01-20")
    done = [dict(r, suit_on="2025-02-03") if r["case_no"] == "C-2" else r for r in TABLE]
    web.serve("/cases.csv", payload(done))
    office.once("--today", "2025-02-04")
    move = office.ask("explain", "C-2")["findings"][0]["moves"][0]
    assert (move["cause"], move["to_do"]) == ("met", None)


def test_check_says_it_back(run, office):
    done = run("check", "-c", office.conf, "--explain", "sue")
    assert "To do: Refer it in time.\nPast the last day: Take it to counsel.\n" in done.stdout, done.stdout
    assert 'remedy_past = "Take it to counsel."' in run("check", "-c", office.conf, "--effective", "sue").stdout
