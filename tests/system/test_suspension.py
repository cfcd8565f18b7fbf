"""A term that runs from the notice that a suspension was lifted, when several papers could be that notice.

19 U.S.C. 1504(d): an entry whose liquidation was suspended is deemed liquidated six months after the office receives notice
that the suspension was removed. Courts took the publication of the final results, a bulletin board and the instruction
message; all candidates are kept, and the earliest binds.
"""
import json

import pytest

CONF = """
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-90 days"; }} ); }} );
datasets = (
    {{ id = "entries"; key = "no"; columns = {{ no = "text"; entered_on = "date"; suspended_on = "date"; liquidated_on = "date"; }}; }},
    {{ id = "notices"; key = "no"; columns = {{ no = "text"; entry = {{ type = "text"; refers = "entries"; }};
      kind = {{ type = "text"; values = [ "publication", "bulletin", "instruction" ]; }}; given_on = "date"; }}; }} );
sources = ( {{ id = "entries"; url = "file://{dir}/entries.csv"; }}, {{ id = "notices"; url = "file://{dir}/notices.csv"; }} );
subjects = ( {{ name = "entry"; from = "entries"; }} );
rules = (
    {{ id = "one-year"; subject = "entry"; ladder = "l"; title = "Liquidate"; law = "19 U.S.C. 1504(a)"; remedy = "Liquidate.";
      applies = "suspended_on IS NULL"; met_on = "liquidated_on"; deadline = {{ after = "entered_on"; term = "1 year"; }}; }},
    {{ id = "lifted"; subject = "entry"; ladder = "l"; title = "Liquidate after the suspension"; law = "19 U.S.C. 1504(d)";
      remedy = "Liquidate."; applies = ( "suspended_on IS NOT NULL", "any_of('notices')" ); met_on = "liquidated_on";
      deadline = {{ earliest_of = (
        {{ after = "first('notices', 'given_on', kind = 'publication')"; term = "6 months"; from = "publication of the final results"; }},
        {{ after = "first('notices', 'given_on', kind = 'bulletin')"; term = "6 months"; from = "the bulletin board"; }},
        {{ after = "first('notices', 'given_on', kind = 'instruction')"; term = "6 months"; from = "the instruction message"; }} ); }}; }},
    {{ id = "any-notice"; subject = "entry"; ladder = "l"; title = "The same by all rows at once"; law = "19 U.S.C. 1504(d)";
      remedy = "Liquidate."; applies = ( "suspended_on IS NOT NULL", "any_of('notices')" ); met_on = "liquidated_on";
      deadline = {{ after = "first('notices', 'given_on')"; term = "6 months"; from = "the first notice of the removal"; }}; }} );
"""

ENTRIES = """no,entered_on,suspended_on,liquidated_on
plain,2024-01-10,,
both,2020-01-10,2020-03-01,
one,2020-01-10,2020-03-01,
undated,2020-01-10,2020-03-01,
still,2020-01-10,2020-03-01,
end,2020-01-10,2020-03-01,
done,2020-01-10,2020-03-01,2024-09-05
"""
NOTICES = """no,entry,kind,given_on
1,both,instruction,2024-04-01
2,both,publication,2024-03-05
3,both,publication,2024-03-19
4,one,publication,
5,one,instruction,2024-04-01
6,undated,publication,
7,end,bulletin,2024-08-31
8,done,publication,2024-03-05
"""


@pytest.fixture
def office(run, tmp_path):
    conf = tmp_path / "c.conf"
    conf.write_text(CONF.format(dir=tmp_path))
    (tmp_path / "entries.csv").write_text(ENTRIES)

    def judge(notices, today):
        (tmp_path / "notices.csv").write_text(notices)
        done = run("once", "-c", conf, "--today", today)
        assert done.returncode in (0, 1), done.stderr
        duties = json.loads(run("list", "--all", "-c", conf, "--json").stdout)["duties"]
        return {(d["rule"], d["subject"]): d for d in duties}

    def steps(case):
        found = json.loads(run("explain", case, "--rule", "lifted", "-c", conf, "--json").stdout)["findings"]
        return " ".join(s["says"] for s in found[0]["moves"][0]["derivation"]["steps"])

    return judge, steps


def test_of_several_candidate_notices_the_earliest_binds(office):
    judge, steps = office
    duties = judge(NOTICES, "2024-08-01")
    lifted = {s: (d["answer"], d["last_day"]) for (rule, s), d in duties.items() if rule == "lifted"}
    assert lifted == {"both": ("pending", "2024-09-05"), "one": ("pending", "2024-10-01"), "undated": ("unknown", None),
                      "end": ("pending", "2025-02-28"),
                      "done": ("pending", "2024-09-05")}  # to be liquidated on the last day; still: suspended, no clock
    assert {s: (d["answer"], d["last_day"]) for (rule, s), d in duties.items() if rule == "any-notice"} == lifted
    assert {s: d["last_day"] for (rule, s), d in duties.items() if rule == "one-year"} == {"plain": "2025-01-10"}
    assert duties["lifted", "undated"]["ask"] == "the day from which the time runs"

    told = steps("both")
    assert "The time runs from Tue 5 Mar 2024: publication of the final results." in told
    assert "The time runs from Mon 1 Apr 2024: the instruction message." in told  # shown beside the one that binds
    assert "One day is not known and is left out: the bulletin board." in told
    assert "The earliest of these counts: Thu 5 Sep 2024." in told
    assert "One day is not known and is left out: publication of the final results." in steps("one")


def test_a_notice_found_later_moves_the_day_earlier_and_says_so(office, tmp_path):
    judge, _ = office
    judge(NOTICES, "2024-08-01")
    duties = judge(NOTICES.replace("4,one,publication,", "4,one,publication,2024-03-05"), "2024-08-02")
    assert duties["lifted", "one"]["last_day"] == "2024-09-05"
    mails = " ".join(" ".join(f.read_text(errors="replace").split()) for f in (tmp_path / "mail").rglob("*") if f.is_file())
    assert "(last day was Tue 1 Oct 2024); the new one is earlier" in mails
