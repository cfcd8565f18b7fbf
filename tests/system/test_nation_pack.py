"""The made-up country (tests/bench/nation.c) under the rules for customs: every violation that was planted, nothing else.

The truth names the duties as tests/bench/nation.rules does; RULES says which rule for customs watches the same. Of a
case with several entries the truth knows the earliest date: that is the one that a front says has passed first.

Of the entries side the truth names the rules as they are: every duty under a rule of the profile "entries" is in it, and
nothing else. What was done late, or is no duty any more, is there as "was", for the day on which it was found.
"""
import collections
import csv
import datetime
import json
import re

import pytest

from conftest import TOP
from test_nation import BENCH, DAY, FULL, SEEDS, Country, differences, expected, state

RULES = {"suit": "sol-1592-negligence", "suit-fraud": "sol-1592-fraud", "waiver-late": "waiver-late", "waiver-gap": "waiver-gap",
         "waiver-after-all": "waiver-late",  # of a case that nation.rules does not see
         "waiver-document": "waiver-without-document", "waiver-backwards": "waiver-backwards", "waiver-remark": "waiver-only-remarked",
         "closed-early": "closed-before-opened", "overpaid": "collected-more", "owner-left": "owner-there", "meet": "meeting-monthly", "review": "review-monthly", "review-sent": "review-sent"}
# Its periods begin in October 2021, and what is asked of it goes by the day.
OWN = """// A case of which nobody can read when it was opened is none: what that does is in the truth.
adapt_datasets = ( { id = "cases"; columns = { opened_on = { required = true; }; }; } );
adapt = ( { id = "meeting-monthly"; every = { since = "2021-10-01"; }; },
    { id = "review-monthly"; every = { since = "2021-10-01"; }; }, { id = "review-sent"; deadline = { last_day = "law"; }; } );
"""
# What nation.rules says otherwise than these rules do; truth.csv has both.
OTHERS = {"respond", "mail", "petition", "pay", "decision-early", "entry-shared", "entry-digit"}
ENTRY_RULES = {id for f in (TOP / "rules/customs").glob("*.rules")
               for id in re.findall(r'id = "([^"]+)"; profile = "entries"', f.read_text())} | {"initiation-increase", "initiation-eapa"}


class Customs(Country):
    entries = 5000 if FULL else 1000

    def __init__(self, run, folder, seed):
        super().__init__(run, folder, seed)
        text = (BENCH / "nation-pack.conf").read_text()
        (folder / "nation.conf").write_text(text.replace("@DATA@", str(self.data)).replace("@DIR@", str(folder))
                                            .replace("@RULES@", str(TOP / "rules")))
        (folder / "own").mkdir()
        (folder / "own" / "own.rules").write_text(OWN)

    def judge(self, day):
        done = self.call("once", "--today", day)
        assert done.returncode in (0, 1), done.stderr
        return self.said()

    def said(self):
        said = {}
        for d in json.loads(self.call("list", "--all", "--json").stdout)["duties"]:
            if d["rule"] not in ("incomplete", "differs", "blind", "rejected") and d["status"] in ("OPEN", "WATCHED"):
                last = d["last_day"] or ""
                if d["past_since"] and last and d["rule"] == "sol-1592-negligence":  # of its entries the first that has passed
                    last = (datetime.date.fromisoformat(d["past_since"]) - datetime.timedelta(1)).isoformat()
                said[d["rule"], d["subject"], d["period"] or ""] = (state(d), last)
        return said


@pytest.fixture(params=SEEDS)
def customs(run, tmp_path, request):
    return Customs(run, tmp_path, request.param)


def true_of(truth):
    return {(RULES.get(rule, rule), *of): value for (rule, *of), value in expected(t for t in truth if t["state"] != "was").items()
            if rule not in OTHERS}


def test_the_rules_for_customs_find_what_was_planted_and_nothing_else(customs):
    truth = customs.extract(DAY)
    wrong = differences(customs.judge(DAY), true_of(truth))
    assert not wrong, f"{len(wrong)} of {len(truth)}:\n" + "\n".join(wrong[:40])


def test_every_rule_of_entries_and_every_plant_has_its_truth(run, tmp_path):
    truth = [t for seed in SEEDS for t in Customs(run, tmp_path / str(seed), seed).extract(DAY)]
    source = (BENCH / "nation_entry_plant.c").read_text()
    planted = {line.split('"')[1] for line in source.splitlines() if line.strip().startswith("[GOODS_") and '""' not in line}
    assert len(planted) > 25 and not planted - {t["plant"] for t in truth}
    assert not ENTRY_RULES - {t["rule"] for t in truth}
    states = {t["state"] for t in truth if t["rule"] in ENTRY_RULES}
    assert states == {"past", "ahead", "quiet", "quiet late", "was", "unknown"}


def test_every_limitation_has_its_truth(run, tmp_path):
    """What hangs on parties, entries and statutes too: some of each at small size, ten and more at full size."""
    truth = collections.Counter(RULES.get(t["rule"], t["rule"]) for seed in SEEDS
                                for t in Customs(run, tmp_path / str(seed), seed).extract(DAY))
    limits = re.findall(r'id = "([^"]+)"; profile = "(?:core|casework|entries)"', (TOP / "rules/customs/limitation.rules").read_text())
    scope = ["statute-spelling", "entry-without-day", "violation-before-entries", "fraud-discovered-before", "party-unknown"]
    assert len(limits) > 14
    assert not [f"{rule}: {truth[rule]}" for rule in limits + scope if truth[rule] < (10 if FULL else 1)]


def rows(file):
    """{key: its rows}; a key may stand twice."""
    of = {}
    with file.open(newline="") as f:
        for row in list(csv.reader(f))[1:]:
            key = "/".join(row[:2]) if file.stem == "case_entries" else row[0].strip()
            of.setdefault(key, []).append(row)
    return of


def test_changes_day_after_day_come_to_the_extract_of_the_last_day(customs, tmp_path):
    day, last = datetime.date(2026, 9, 20), datetime.date(2026, 11, 3)
    changes = tmp_path / "changes"
    changes.mkdir()
    customs.extract(day.isoformat())
    known = {f.stem: rows(f) for f in customs.data.iterdir()}
    assert any(known.values())
    while day < last:
        before, day = day, day + datetime.timedelta(1)
        customs.extract(day.isoformat(), changes, since=before.isoformat())
        for f in changes.iterdir():
            assert f.stem == "truth" or len(rows(f)) < 100
            known[f.stem].update(rows(f))
    whole = customs.extract(last.isoformat())
    assert {f.stem: rows(f) for f in customs.data.iterdir() if f.stem != "truth"} == \
        {name: of for name, of in known.items() if name != "truth"}
    assert (changes / "truth.csv").read_text() == (customs.data / "truth.csv").read_text() and whole


def test_and_from_month_to_month(customs):
    days = ["2022-03-01", "2023-03-01", "2024-03-01", "2025-03-01", "2026-03-01", DAY]
    for day in days if not FULL else [f"{y}-{m:02}-02" for y in range(2022, 2027) for m in range(1, 13)][:59]:
        wrong = differences(customs.judge_of(day), true_of(customs.truth))
        assert not wrong, f"{day}: {len(wrong)} of {len(customs.truth)}:\n" + "\n".join(wrong[:40])
