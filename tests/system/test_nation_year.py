"""A year of the made-up country under the rules for customs: each night what changed, on the first of a month everything.

After each snapshot all duties are held against the truth, and at the end each finding against the day on which it became
true. Small in `make check`; FULL=1 has the whole country: 500,000 entries, a case for each 25 of them, and three seeds that
share the year, a third each (four months and some days that two have in common). NATION_YEAR=1: all of it for each, which
takes two processors an hour. NATION_ENTRIES is another number of entries.
"""
import concurrent.futures
import csv
import datetime
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

import pytest

from test_nation import DAY, FULL, NATION, SEEDS, differences
from test_nation_pack import ENTRY_RULES, OTHERS, RULES, Customs, true_of

ENTRIES = int(os.environ.get("NATION_ENTRIES", 500_000 if FULL else 3_000))
CASES = max(ENTRIES // 25, 100)
YEAR = ("2025-11-24", DAY)
THIRDS = (YEAR[0], "2026-04-02"), ("2026-03-25", "2026-08-02"), ("2026-07-25", YEAR[1])
SPANS = [("2026-10-25", "2026-11-05")] if not FULL else [YEAR] * 3 if os.environ.get("NATION_YEAR") == "1" else THIRDS
PLANTED = ("20", "300") if ENTRIES >= 100_000 else ("3", "5")


class Year(Customs):
    """The extracts of customs, and for each the changes to it."""

    def __init__(self, run, folder, seed, span):
        super().__init__(run, folder, seed)
        self.first, self.last = (datetime.date.fromisoformat(day) for day in span)
        self.nights = folder / "nights"
        self.nights.mkdir()
        conf = folder / "nation.conf"
        text = conf.read_text()
        names = re.findall(rf'id = "(\w+)"; url = "file://{self.data}/', text)
        nights = "".join(f',\n  {{ id = "{n}-nights"; of = "{n}"; url = "file://{self.nights}/{n}.csv"; }}' for n in names)
        before, after = text.rsplit(");", 1)
        conf.write_text(f"{before.rstrip()}{nights}\n);{after}")

    def generate(self, folder, day, *since):
        subprocess.run([NATION, "--out", folder, "--seed", str(self.seed), "--cases", str(CASES), "--planted", PLANTED[0],
                        "--entries", str(ENTRIES), "--planted-entries", PLANTED[1], "--today", str(day), *map(str, since)],
                       check=True, stdout=subprocess.DEVNULL)

    def told(self):
        """{(rule, subject, period): the days on which it was said to be past, or to contradict itself, each time anew}."""
        days, before = {}, {}
        with sqlite3.connect(self.folder / "state/state.db") as db:
            for finding, rule, subject, period, day, status, due, breached in db.execute(
                    "SELECT f.id, f.rule, f.subject, f.period, m.day, m.to_status, coalesce(m.due_after, f.due), m.breached_on "
                    "FROM finding AS f JOIN move AS m ON m.finding = f.id ORDER BY f.id, m.ordinal"):
                said = status == "OPEN" and (breached is not None or not due)
                if said and not before.get(finding):
                    days.setdefault((rule, subject, period), []).append(day)
                before[finding] = said
        return days


def rows_of(file):
    with file.open(newline="") as f:
        return list(csv.DictReader(f))


def compare(year, day, truth):
    return [f"seed {year.seed}, {day}: {line}" for line in differences(year.said(), true_of(truth))]


def compare_days(year, truth):
    """Each finding of the year on its right day; of the entries side none besides."""
    told, true, wrong = year.told(), {}, []
    first, last = str(year.first), str(year.last)
    for t in truth:
        if t["rule"] not in OTHERS and t["rule"] not in ("rejected", "differs") and t["state"] in ("past", "quiet late", "was"):
            true[RULES.get(t["rule"], t["rule"]), t["subject"], t["period"]] = t["found_on"]
    assert [day for day in true.values() if first < day <= last]
    for key in sorted(true.keys() | told.keys()):
        said, found = told.get(key, []), true.get(key)
        within = [day for day in (*said, found) if day and first < day <= last]
        at_first = found and found <= first in said  # what was so before is told with the first load
        if within and found not in said and not at_first and (found or key[0] in ENTRY_RULES):
            wrong.append(f"seed {year.seed}: {' '.join(key)}: said on {', '.join(said) or 'no day'}, true since {found}")
    return wrong


def live(year):
    """The year of one seed; what was wrong."""
    wrong, day = [], year.first
    year.generate(year.data, day)
    year.generate(year.nights, day, "--since", day - datetime.timedelta(1))
    while True:
        done = year.call("once", "--today", day)
        assert done.returncode in (0, 1), done.stderr
        if day == year.first or day.day == 1 or day == year.last:
            truth = rows_of(year.nights / "truth.csv")
            wrong = compare(year, day, truth)
        if wrong or day == year.last:
            return wrong or compare_days(year, truth)
        day += datetime.timedelta(1)
        year.generate(year.nights, day, "--since", day - datetime.timedelta(1))
        if day.day == 1:
            year.generate(year.data, day)


@pytest.fixture
def quick_path(tmp_path):
    """In memory where there is enough: a year of nights waits for the disk more than for anything else."""
    room = shutil.disk_usage("/dev/shm").free if os.access("/dev/shm", os.W_OK) else 0
    if room < ENTRIES * 25_000:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        yield pathlib.Path(name)


def test_a_year_of_changes_finds_what_was_planted_on_its_day_and_nothing_else(run, quick_path):
    years = [Year(run, quick_path / str(seed), seed, span) for seed, span in zip(SEEDS, SPANS)]
    with concurrent.futures.ThreadPoolExecutor(len(years)) as pool:
        wrong = [line for lines in pool.map(live, years) for line in lines]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:60])
