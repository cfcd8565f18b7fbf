"""A file of changes each night beside a snapshot of the same cases now and then: who has the last word, and what an
edit, a hold or a restart make of it. SEED repeats a run of the last test; FULL=1 runs it longer."""
import os
import random
import sqlite3
import time

import pytest

from conftest import wait_until
from office import DATASET, HEADER, Office, payload, rows


class Registry(Office):
    """An office whose cases come as a snapshot (all.csv) and as the changes of the night (night.csv)."""

    def __init__(self, run, folder):
        folder.mkdir(exist_ok=True)
        super().__init__(run, folder, f"file://{folder}/all.csv")
        self.edited = ""

    def write(self, source="", nights="", of='of = "cases";', before=False, **more):
        second = f'id = "nights"; url = "{more.pop("night_url", f"file://{self.folder}/night.csv")}"; {of} {nights}'
        first = f'id = "cases"; url = "{more.get("url") or self.url}"; {source} {self.edited}'
        super().write(**more)
        text = self.conf.read_text()
        begin, end = text.index("sources = ("), text.index("datasets = (")
        both = (second, first) if before else (first, second)
        self.conf.write_text(text[:begin] + "sources = ( { %s }, { %s } );\n" % both + text[end:])
        return self

    def put(self, name, table):
        part = self.folder / f"{name}.part"
        part.write_bytes(payload(table))
        part.rename(self.folder / f"{name}.csv")
        return self

    def day(self, day, all=None, night=None, code=(0, 1)):
        for name, table in (("all", all), ("night", night)):
            if table is not None:
                self.put(name, table)
        self.once("--today", day, code=code)
        return self

    def look(self, sql):
        with sqlite3.connect(self.state / "data.db") as db:
            return db.execute(sql).fetchall()

    def table(self):
        """case -> (columns, whether it is gone)"""
        return {r[0]: r for r in self.look(f"SELECT {', '.join(HEADER)}, _gone IS NOT NULL FROM cases ORDER BY 1")}

    def sources(self):
        return {s["id"]: s for s in self.ask("status")["sources"]}

    def last(self, source):
        return {k: self.sources()[source]["last_read"][k] for k in ("added", "changed", "gone")}

    def edit(self):
        """Both are to be read another way now, to the same effect."""
        self.edited = 'empty = [ "N/A" ];' if not self.edited else ""
        return self.write()


@pytest.fixture
def office(run, tmp_path):
    return Registry(run, tmp_path / "office").write()


def test_the_rows_of_the_nights_are_those_of_the_snapshot(office):
    office.day("2025-03-01", all=rows(), night=[])
    new = [dict(rows(1)[0], case_no="N-1"), dict(rows(3)[2], penalty="7.00")]
    office.day("2025-03-02", night=new)
    assert office.last("nights") == {"added": 1, "changed": 1, "gone": 0}
    assert {r[0] for r in office.look("SELECT DISTINCT _source FROM cases")} == {"cases"}
    now = rows(**{"C-3": {"penalty": "7.00"}}) + new[:1]
    office.day("2025-04-01", all=now)
    assert office.last("cases") == {"added": 0, "changed": 0, "gone": 0}
    office.day("2025-04-02", night=[dict(now[4], penalty="9.00")])
    gone = [r for r in now if r["case_no"] not in ("N-1", "C-5")]
    office.day("2025-05-01", all=gone)
    assert office.last("cases") == {"added": 0, "changed": 0, "gone": 2}
    assert [k for k, r in office.table().items() if r[-1]] == ["C-5", "N-1"]
    assert {office.duties()[k][2] for k in ("C-5", "N-1")} == {"unknown"}  # how they ended is asked for
    assert office.sources()["nights"]["of"] == "cases" and office.sources()["cases"]["of"] is None
    assert "         the changes to cases\n" in office.run("status", "-c", office.conf).stdout


@pytest.mark.parametrize("before", [False, True])
def test_what_is_pulled_in_one_round_is_read_snapshot_first(run, tmp_path, web, before):
    def slow(handler):
        time.sleep(0.5)
        body = payload(rows(**{"C-2": {"penalty": "1.00"}, "C-3": {"penalty": "1.00"}}))
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    office = Registry(run, tmp_path / "office")
    night = web.serve("/night.csv", payload([dict(rows(2)[1], penalty="2.00")]))
    office.write(url=web.serve("/all.csv", slow), night_url=night, before=before).once("--today", "2025-03-01")
    assert [r[1] for r in web.requests] == ["/all.csv", "/night.csv"]
    assert office.table()["C-2"][3] == 200 and office.table()["C-3"][3] == 100
    web.serve("/all.csv", status=503)  # the night does not wait for what does not come
    web.serve("/night.csv", payload([dict(rows(2)[1], penalty="3.00")]))
    office.once("--today", "2025-03-02", code=(3,))
    assert office.table()["C-2"][3] == 300


def new_of(n):
    return [dict(rows(1)[0], case_no=f"N-{n}{i}", penalty=f"{n}.00") for i in range(3)]


NEW = new_of(1) + new_of(2) + new_of(3)


def three_nights(office):
    """A snapshot of 20 and three nights that bring 9 more and change one twice."""
    office.day("2025-03-01", all=rows(), night=[])
    for n in range(1, 4):
        office.day(f"2025-03-0{n + 1}", night=new_of(n) + ([dict(rows(5)[4], penalty=f"{n}.50")] if n != 2 else []))
    assert office.table()["C-5"][3] == 350 and len(office.table()) == 29


def test_an_edit_reads_the_snapshot_and_the_nights_after_it(office):
    three_nights(office)
    before, duties, versions = office.table(), office.duties(), office.look("SELECT count(*) FROM row_version")
    for day in range(5, 9):  # there and back: no copy of a copy is read
        office.edit().day(f"2025-03-0{day}")
        assert office.table() == before
        assert office.look("SELECT count(*) FROM row_version") == versions
        assert {s["state"] for s in office.sources().values()} == {"good"}
    assert office.duties() == duties
    assert office.look("SELECT count(*) FROM pull WHERE state = 'INGESTED'") == [(5 * 5,)]
    edited = DATASET.replace('penalty = "money"', 'penalty = "text"')  # the dataset is made anew
    office.write(dataset=edited).day("2025-03-09")
    assert office.table()["C-5"][3] == "3.50" and len(office.table()) == 29
    assert office.table()["N-10"][3] == "1.00" and not any(r[-1] for r in office.table().values())


def test_nights_before_the_snapshot_are_not_read_again(office):
    three_nights(office)
    now = rows(**{"C-5": {"penalty": "100.00"}})
    office.day("2025-03-05", all=now + NEW)
    before = office.table()
    office.edit().day("2025-03-06")
    assert office.table() == before and office.table()["C-5"][3] == 10000
    office.edit().day("2025-03-07")  # the night's file is still there and says what it said
    assert office.table() == before
    office.day("2025-03-08", night=[dict(rows(5)[4], penalty="4.00")])
    assert office.table()["C-5"][3] == 400


def test_nights_after_the_snapshot_are_kept_whatever_the_limit(office):
    small = 'keep_payload_bytes = "1 kB";'
    office.write(top=small)
    three_nights(office)
    before = office.table()
    office.edited = 'empty = [ "N/A" ];'
    assert office.write(top=small).day("2025-03-05").table() == before
    kept = "SELECT source, coalesce(came, id) FROM pull WHERE path IS NOT NULL ORDER BY 2"
    assert [r[0] for r in office.look(kept)] == ["cases", "nights", "nights", "nights", "nights"]
    office.day("2025-03-06", all=rows() + NEW)
    assert [r[0] for r in office.look(kept)] == ["nights", "cases"]


def test_a_copy_goes_on_where_the_office_was(office, run, tmp_path):
    three_nights(office)
    before = office.table()
    assert office.run("backup", "-c", office.conf, tmp_path / "backup").returncode == 0
    done = office.run("restore", tmp_path / "backup", "--state-dir", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    office.state = tmp_path / "new"
    assert office.edit().day("2025-03-05").table() == before
    told = office.run("explain", "-c", office.conf, "N-10").stdout
    assert "source nights" in told, told


def test_a_snapshot_that_is_released_leaves_later_nights_alone(office, start):
    office.day("2025-03-01", all=rows(), night=[])
    few = rows(10, **{"C-2": {"penalty": "2.00"}, "C-3": {"penalty": "2.00"}, "C-4": {"penalty": "2.00"}})
    office.day("2025-03-02", all=few)
    assert office.sources()["cases"]["state"] == "held"
    office.day("2025-03-03", night=[dict(few[1], penalty="3.00"), rows(3)[2], rows(20)[19]])
    start("run", "-c", office.conf)
    wait_until(lambda: office.run("release", "-c", office.conf, "cases").returncode == 0)
    table = office.table()
    assert [table[f"C-{i}"][3] for i in (2, 3, 4)] == [300, 100000, 200]
    assert sum(r[-1] for r in table.values()) == 9 and not table["C-20"][-1]


def test_a_night_that_is_held_ends_with_the_next_snapshot(office):
    office.day("2025-03-01", all=rows(), night=[])
    bad = [dict(rows(2)[1], penalty="2.00"), dict(rows(3)[2], status="what")]
    office.day("2025-03-02", night=bad)
    assert office.sources()["nights"]["state"] == "held"
    office.day("2025-03-03", all=rows(**{"C-2": {"penalty": "5.00"}}))
    assert office.sources()["nights"]["state"] == "good"
    assert office.sources()["nights"]["held_pull"] == 0
    assert office.day("2025-03-04").table()["C-2"][3] == 500
    assert office.edit().day("2025-03-05").table()["C-2"][3] == 500


def test_the_first_snapshot_is_believed_whatever_the_nights_brought(office):
    office.day("2025-03-01", night=[dict(rows(1)[0], case_no=f"N-{i}") for i in range(9)], code=(3,))
    assert len(office.duties()) == 9
    assert office.day("2025-03-02", all=rows()).sources()["cases"]["state"] == "good"
    assert sum(r[-1] for r in office.table().values()) == 9


def test_a_source_that_becomes_the_changes_of_another_gives_its_rows_over(office):
    alone = dict(of='dataset = "cases"; content = "changes";', top='keep_payload_bytes = "1 kB";')
    office.write(**alone)
    office.day("2025-03-01", all=rows(), night=[])
    office.day("2025-03-02", night=[dict(rows(1)[0], case_no="N-1"), dict(rows(2)[1], penalty="2.00")])
    assert {r[0] for r in office.look("SELECT DISTINCT _source FROM cases")} == {"cases", "nights"}
    office.day("2025-03-03", night=[dict(rows(3)[2], penalty="3.00")])  # what brought N-1 is not kept
    before = office.table()  # the rows are the snapshot's, what the nights say of them is told as a difference
    after = office.write().day("2025-03-04").table()
    assert {k: (before[k][3], after[k][3]) for k in after if before[k] != after[k]} == {"C-2": (100000, 200), "C-3": (100000, 300)}
    assert {r[0] for r in office.look("SELECT DISTINCT _source FROM cases")} == {"cases"}


@pytest.mark.parametrize("of, nights, says", [
    ('of = "case";', "", 'source "nights": no source "case" (cases?)'),
    ('of = "nights";', "", 'source "nights": of names the source itself; write the one whose snapshot'),
    ('of = "cases"; content = "snapshot";', "", 'of = "cases" is for content = "changes"; leave content out'),
    ('of = "cases"; dataset = "other";', "", 'dataset "other": source "cases", of which it has the changes, fills "cases"'),
    ('of = "cases";', '}, { id = "hours"; url = "file:///x"; of = "nights";',
     'source "hours": of = "nights", which brings changes itself; write of = "cases"'),
    ('dataset = "cases"; content = "changes";', '}, { id = "hours"; url = "file:///x"; of = "nights";',
     'source "hours": of = "nights", which is no snapshot; write content = "snapshot" there, or leave of out'),
])
def test_what_is_wrong_with_of_is_said(office, of, nights, says):
    other = ' datasets = ( { id = "other"; key = "k"; columns = { k = "text"; }; } );'
    office.write(of=of, nights=nights)
    if "other" in of:
        office.conf.write_text(office.conf.read_text().replace("datasets = (", other[:-3] + ","))
    done = office.run("check", "-c", office.conf)
    line = next(i for i, t in enumerate(office.conf.read_text().splitlines(), 1) if t.startswith("sources"))
    assert done.returncode == 78 and f"{office.conf}:{line}: " in done.stderr and says in done.stderr, done.stderr


def test_any_course_of_nights_and_snapshots_ends_as_with_a_snapshot_each_day(run, tmp_path):
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1, 1 << 30)
    print(f"SEED={seed}")
    dice = random.Random(seed)
    daily, nightly = Registry(run, tmp_path / "daily").write(), Registry(run, tmp_path / "nightly").write()
    truth = {r["case_no"]: r for r in rows(30)}
    daily.put("night", [])
    for n in range(60 if os.environ.get("FULL") else 12):
        day = f"2025-{3 + n // 28:02}-{1 + n % 28:02}"
        changed = {"C-1"} | {dice.choice(sorted(truth)) for _ in range(dice.randrange(6))}
        for case in changed:
            truth[case] = dict(truth[case], penalty=f"{n}.{dice.randrange(100):02}", suit_on=dice.choice(["", day]))
        for i in range(dice.randrange(3)):
            changed.add(f"N-{n}-{i}")
            truth[f"N-{n}-{i}"] = dict(rows(12)[dice.randrange(12)], case_no=f"N-{n}-{i}")
        whole = n == 0 or dice.random() < 0.25
        if whole and n:
            for case in dice.sample(sorted(set(truth) - {"C-1"}), dice.randrange(3)):
                changed.discard(case)
                del truth[case]
        if dice.random() < 0.3:
            nightly.edit()
        night = [truth[c] for c in sorted(changed)]
        daily.day(day, all=list(truth.values()))
        nightly.day(day, all=list(truth.values()) if whole else None, night=night)
        assert nightly.table() == daily.table(), f"day {n}"
        assert nightly.duties() == daily.duties(), f"day {n}"
