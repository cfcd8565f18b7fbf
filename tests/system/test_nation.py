"""A made-up country (tests/bench/nation.c): what the program says of its dirty extracts, held against the truth file.

The generator knows what it planted and never calls the program; so each difference is a fault of one of the three: the
generator, the configuration tests/bench/nation.conf, or the program.
"""
import collections
import csv
import json
import os
import pathlib
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BENCH = TOP / "tests/bench"
NATION = TOP / os.environ.get("DUTYWATCH_BUILD", "build") / "tests/bench/nation"
FULL = os.environ.get("FULL") == "1" and not os.environ.get("SAN")  # sanitizers see as much in the small one
CASES = 1500 if FULL else 300
SEEDS = (1, 2, 3)
DAY = "2026-11-24"
STATES = {"past", "ahead", "unknown", "quiet", "quiet late"}


class Country:
    entries = 0  # that are in no case

    def __init__(self, run, folder, seed):
        self.call = lambda *args: run(*args, "-c", folder / "nation.conf", seconds=600)
        self.folder, self.seed, self.data = folder, seed, folder / "extracts"
        self.data.mkdir(parents=True)
        for name in ("nation.conf", "nation.rules"):
            text = (BENCH / name).read_text()
            (folder / name).write_text(text.replace("@DATA@", str(self.data)).replace("@DIR@", str(folder)))

    def extract(self, day, folder=None, since=None):
        """The extracts of this day, or what is new in them since another; their truth as rows."""
        subprocess.run([NATION, "--out", folder or self.data, "--seed", str(self.seed), "--cases", str(CASES),
                        "--planted", "3", "--entries", str(self.entries), "--planted-entries", "5", "--today", day,
                        *(["--since", since] if since else [])], check=True, stdout=subprocess.DEVNULL)
        with open((folder or self.data) / "truth.csv", newline="") as f:
            return list(csv.DictReader(f))

    def judge_of(self, day):
        self.truth = self.extract(day)
        return self.judge(day)

    def judge(self, day):
        """{(rule, subject, period): (state, last day)} as the program has it."""
        done = self.call("once", "--today", day)
        assert done.returncode in (0, 1), done.stderr
        return {(d["rule"], d["subject"], d["period"] or ""): (state(d), d["last_day"] or "")
                for d in json.loads(self.call("list", "--all", "--json").stdout)["duties"]
                if d["rule"] not in ("incomplete", "differs", "blind", "rejected") and d["status"] in ("OPEN", "WATCHED")}


def state(d):
    if d["because"]:
        return "quiet late" if d["past_since"] else "quiet"
    if d["answer"] == "unknown":
        return "unknown"
    contradiction = not d["last_day"] and d["status"] == "OPEN"  # the rule has no fix_within
    return "past" if d["past_since"] or contradiction else "ahead"


def expected(truth):
    return {(t["rule"], t["subject"], t["period"]): (t["state"], t["last_day"]) for t in truth
            if t["rule"] not in ("rejected", "differs")}


def own(truth):
    """Of what is true, what tests/bench/nation.rules asks for."""
    return {key: value for key, value in expected(truth).items() if f'{{ id = "{key[0]}";' in (BENCH / "nation.rules").read_text()}


def differences(said, true):
    """Only state counts where the truth has no day."""
    wrong = []
    for key in sorted(said.keys() | true.keys()):
        a, b = said.get(key), true.get(key)
        if a is None or b is None or a[0] != b[0] or b[1] and a[1] != b[1]:
            wrong.append(f"{' '.join(key)}: the program says {a}, the truth is {b}")
    return wrong


@pytest.fixture(params=SEEDS)
def country(run, tmp_path, request):
    return Country(run, tmp_path, request.param)


def test_the_program_says_what_is_true(country):
    truth = country.extract(DAY)
    said = country.judge(DAY)
    wrong = differences(said, own(truth))
    assert not wrong, f"{len(wrong)} of {len(truth)}:\n" + "\n".join(wrong[:40])


def test_and_goes_on_saying_it_day_after_day(country):
    """Each day is judged from what changed, also by what was entered late; what is mended must end."""
    days = ["2022-03-01", "2023-03-01", "2024-03-01", "2025-03-01", "2026-03-01", DAY, "2026-11-25", "2026-12-08"]
    for day in days if not FULL else days + ["2027-01-04", "2027-03-01", "2027-11-24"]:
        wrong = differences(country.judge_of(day), own(country.truth))
        assert not wrong, f"{day}: {len(wrong)} of {len(country.truth)}:\n" + "\n".join(wrong[:40])


def test_what_cannot_be_read_and_what_differs(country):
    truth = country.extract(DAY)
    duties = country.judge(DAY)
    cases = next(s for s in json.loads(country.call("status", "--json").stdout)["sources"] if s["id"] == "cases")
    lines = (country.data / "cases.csv").read_text().splitlines()
    rejected = {t["subject"] for t in truth if t["rule"] == "rejected"}
    assert cases["last_read"]["rejects"] == len(rejected) > 0
    assert {lines[r["line"] - 1].split(",")[0].strip() for r in cases["last_read"]["rejected"]} <= rejected
    assert not [key for key in duties if key[1] in rejected]
    differ = {t["subject"] for t in truth if t["rule"] == "differs"}
    assert {d["key"] for d in cases["differ"]} <= differ and differ and cases["differ"]
    told = json.loads(country.call("list", "--all", "--json", "--rule", "differs").stdout)["duties"]
    assert [d["subject"] for d in told] == ["cases: officer"]


def test_who_is_quiet_in_time_is_told_to_nobody(country):
    states = collections.defaultdict(set)
    for t in country.extract(DAY):
        states[t["note"] or t["subject"]].add(t["state"])
    country.judge(DAY)
    mails = "".join(p.read_text() for p in (country.folder / "mail/new").iterdir())
    quiet = {case for case, of in states.items() if of == {"quiet"}}
    assert quiet and not [case for case in quiet if case in mails]
    assert [case for case, of in states.items() if "past" in of and case in mails]


def files(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_the_generator_writes_the_same_twice_and_plants_everything(run, tmp_path):
    names, states = set(), set()
    for seed in SEEDS:
        country = Country(run, tmp_path / str(seed), seed)
        twice = country.folder / "twice"
        twice.mkdir()
        truth = country.extract(DAY)
        assert truth == country.extract(DAY, twice) and files(country.data) == files(twice)
        names |= {t["plant"] for t in truth}
        states |= {t["state"] for t in truth}
    assert files(tmp_path / "1/extracts") != files(tmp_path / "2/extracts")
    source = (BENCH / "nation_plant.c").read_text()
    planted = {line.split('"')[1] for line in source.splitlines() if line.strip().startswith("[PLANT_")}
    silent = {"record twice", "forfeited by the office"}  # says nothing new; what is done has no line
    assert not planted - silent - names and states == STATES, planted - silent - names


def test_the_truth_of_two_days_is_one_truth(country):
    before, after = country.extract("2026-06-01"), country.extract(DAY)
    was = {(t["rule"], t["subject"], t["period"]) for t in before if t["state"] in ("past", "quiet late")}
    for t in after:
        if t["state"] in ("past", "quiet late"):
            assert t["found_on"] and t["found_on"] <= DAY, t
            assert ((t["rule"], t["subject"], t["period"]) in was) == (t["found_on"] <= "2026-06-01"), t
