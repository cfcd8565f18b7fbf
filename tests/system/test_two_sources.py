"""Several sources that have one row: whose it is, what differs is told, and a case that moves to another office is not gone."""
import json
import os
import random
import sqlite3
import time

import pytest

CONF = """
zone = "UTC"; state_dir = "{dir}/state"; run_dir = "{dir}/run"; mode = "live";
operators = {{ channel = "files"; to = "ops@example.org"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "me@example.org"; }} );
datasets = ( {{ id = "cases"; key = "no"; {dataset} columns = {{ no = "text"; office = "text"; due = "date"; done = "date"; fee = "money";
    share = "real"; seen = "datetime"; open = "boolean"; }}; guard = {{ max_shrink = "100%"; min_rows = 0; max_rejects = "100%"; }}; }} );
sources = ( {{ id = "bonn"; dataset = "cases"; url = "file://{dir}/bonn.csv"; {source} }},
            {{ id = "graz"; dataset = "cases"; url = "file://{dir}/graz.csv"; {source} }}{more} );
subjects = ( {{ name = "case"; from = "cases"; office = "office"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-30 days"; }} ); }} );
rules = ( {{ id = "due"; subject = "case"; ladder = "l"; title = "Due"; law = "x"; remedy = "y."; deadline = {{ due = "due"; }}; met_on = "done"; }} );
"""
HEAD = "no,office,due,done,fee,share,seen,open\n"


class Offices:
    """Two extracts, and what came of them."""

    def __init__(self, run, folder):
        self.run, self.folder, self.clock = run, folder, time.time() - 50000
        self.conf = folder / "c.conf"

    def write(self, dataset="", source="", more=""):
        self.conf.write_text(CONF.format(dir=self.folder, dataset=dataset, source=source, more=more))
        return self

    def put(self, office, *rows, head=HEAD):
        path = self.folder / f"{office}.csv"
        path.write_text(head + "".join(r + "\n" for r in rows))
        self.clock += 10
        os.utime(path, (self.clock, self.clock))

    def once(self, day):
        done = self.run("once", "-c", self.conf, "--today", day)
        assert done.returncode in (0, 1) and "held" not in done.stdout, done.stdout + done.stderr
        return done.stdout

    def ask(self, *args):
        return json.loads(self.run(*args, "-c", self.conf, "--json").stdout)

    def duties(self):
        return {d["subject"]: (d["office"], d["last_day"], d["status"], d["answer"])
                for d in self.ask("list", "--all")["duties"] if d["rule"] == "due"}

    def differs(self, status="open"):
        """{subject: what is said of it} of the findings of that status."""
        found = [d["subject"] for d in self.ask("list", "--all")["duties"] if d["rule"] == "differs" and d["status"] == status.upper()]
        return {s: " ".join(i["says"] for i in self.ask("explain", s, "--rule", "differs")["findings"][0]["moves"][0]["derivation"]["steps"])
                for s in found}

    def causes(self, case):
        return [m["cause"] for m in reversed(self.ask("explain", case, "--rule", "due")["findings"][0]["moves"])]


@pytest.fixture
def offices(run, tmp_path):
    return Offices(run, tmp_path)


def row(no, office, due="2026-12-01", done="", fee="10.00", share="0.1", seen="2026-01-02T03:04:05+01:00", opened="true"):
    return f"{no},{office},{due},{done},{fee},{share},{seen},{opened}"


def test_a_difference_is_told_with_both_values_and_both_sources_until_it_ends(offices):
    offices.write()
    offices.put("bonn", row(1, "B"), row(2, "B"))
    offices.put("graz", row(1, "B", due="2020-01-01", done="2020-01-01", fee='"1,200.50"', share="0.30000000000000004",
                            seen="2026-01-02T02:04:05Z", opened="no"), row(3, "G"))
    offices.once("2026-11-20")
    assert offices.duties() == {n: (o, "2026-12-01", "OPEN", "pending") for n, o in (("1", "B"), ("2", "B"), ("3", "G"))}
    said = offices.differs()
    assert set(said) == {f"cases: {c}: bonn and graz" for c in ("due", "done", "fee", "share", "open")}  # the moment is the same
    assert "1: 2026-12-01 (bonn, line 2), 2020-01-01 (graz, line 2)" in said["cases: due: bonn and graz"]
    assert "1: $10.00 (bonn, line 2), $1,200.50 (graz, line 2)" in said["cases: fee: bonn and graz"]
    assert "1: nothing (bonn, line 2), 2020-01-01 (graz, line 2)" in said["cases: done: bonn and graz"]
    assert "true (bonn, line 2), false (graz" in said["cases: open: bonn and graz"]

    offices.put("bonn", row(1, "B"), row(2, "B", fee="11.00"))  # whichever is written last: the row is Bonn's
    offices.once("2026-11-21")
    offices.put("graz", row(1, "B", due="2020-01-01"), row(3, "G"))
    offices.once("2026-11-22")
    assert offices.duties()["1"] == ("B", "2026-12-01", "OPEN", "pending") and set(offices.differs()) == {"cases: due: bonn and graz"}
    offices.put("bonn", row(1, "B", due="2020-01-01"), row(2, "B"))  # Bonn sees it now; Graz sends the same bytes
    offices.once("2026-11-23")
    assert not offices.differs() and "cases: due: bonn and graz" in offices.differs("resolved")
    assert offices.duties()["1"][1] == "2020-01-01"


@pytest.mark.parametrize("gone", ["ask", "closed", "ignore"])
@pytest.mark.parametrize("order", ["there first", "away first", "one day"])
def test_a_case_that_moves_is_that_of_the_other_office(offices, gone, order):
    offices.write(source=f'gone = "{gone}";')
    offices.put("bonn", row(1, "B"), row(2, "B"))
    offices.put("graz", row(3, "G"))
    offices.once("2026-11-20")
    for step in {"there first": ("graz", "bonn"), "away first": ("bonn", "graz"), "one day": ("both",)}[order]:
        if step != "graz":
            offices.put("bonn", row(2, "B"))
        if step != "bonn":
            offices.put("graz", row(1, "G"), row(3, "G"))
        offices.once("2026-11-21")
    assert offices.duties()["1"] == ("G", "2026-12-01", "OPEN", "pending") and not offices.differs()
    if order != "away first":
        assert offices.causes("1") == ["baseline"]
    offices.once("2026-11-22")
    offices.put("bonn", row(2, "B", fee="12.00"))
    offices.once("2026-11-23")
    assert offices.duties()["1"] == ("G", "2026-12-01", "OPEN", "pending")
    offices.put("graz", row(3, "G"))  # now it has left for good
    offices.once("2026-11-24")
    assert offices.duties()["1"][2:] == {"ask": ("OPEN", "unknown"), "closed": ("WITHDRAWN", None), "ignore": ("OPEN", "pending")}[gone]


def test_a_row_passes_to_who_has_said_the_same_bytes_for_long(offices):
    offices.write(source='gone = "closed";')
    offices.put("bonn", row(1, "B", due="2026-12-05"))
    offices.put("graz", row(1, "G", fee="7.25", share="1e-7"), row(3, "G"))
    for day in ("2026-11-20", "2026-11-21", "2026-11-22"):
        offices.put("graz", row(1, "G", fee="7.25", share="1e-7"), row(3, "G", fee=f"{day[-2:]}.00"))
        offices.once(day)
    assert offices.duties()["1"][:2] == ("B", "2026-12-05")
    offices.put("bonn", row(9, "B"))
    offices.once("2026-11-23")
    assert offices.duties()["1"] == ("G", "2026-12-01", "OPEN", "pending") and "gone" not in offices.causes("1")
    assert not offices.differs() and offices.causes("1") == ["baseline", "data corrected"]
    offices.put("bonn", row(1, "B", due="2026-12-05"), row(9, "B"))  # back: Graz owns it now, and Bonn contradicts
    offices.once("2026-11-24")
    assert offices.duties()["1"][1] == "2026-12-01" and "cases: due: bonn and graz" in offices.differs()
    offices.put("bonn", row(9, "B"))  # Bonn says nothing of it any more
    offices.once("2026-11-25")
    assert not offices.differs()


def test_prefer_says_whose_it_is_whoever_came_first(offices):
    offices.write(dataset='prefer = [ "graz", "bonn" ];')
    offices.put("bonn", row(1, "B", due="2026-12-05"), row(2, "B"))
    offices.put("graz", row(1, "G"))
    offices.once("2026-11-20")
    assert offices.duties()["1"][:2] == ("G", "2026-12-01")
    assert "2026-12-01 (graz, line 2), 2026-12-05 (bonn, line 2)" in offices.differs()["cases: due: bonn and graz"]
    offices.write(dataset='prefer = [ "bonn" ];')  # another precedence reads both again
    offices.once("2026-11-21")
    assert offices.duties()["1"][:2] == ("B", "2026-12-05") and "cases: due: bonn and graz" in offices.differs()
    offices.put("bonn", row(2, "B"))
    offices.once("2026-11-22")
    assert offices.duties()["1"][:2] == ("G", "2026-12-01") and not offices.differs()
    offices.put("bonn", row(1, "B", due="2026-12-05"), row(2, "B"))
    offices.once("2026-11-23")
    assert offices.duties()["1"][:2] == ("B", "2026-12-05")


def test_a_source_says_nothing_of_what_it_has_no_column_for_or_what_cannot_be_read(offices):
    offices.write()
    offices.put("bonn", row(1, "B"), row(2, "B"))
    offices.put("graz", "1,B,2026-12-01", "2,B,soon", head="no,office,due\n")
    offices.once("2026-11-20")
    assert not offices.differs() and offices.duties()["2"][1] == "2026-12-01"
    offices.put("graz", "1,B,2026-12-02", "2,B,soon", head="no,office,due\n")
    offices.once("2026-11-21")
    assert set(offices.differs()) == {"cases: due: bonn and graz"}


WHOLE = dict(office="G", due="2026-12-01", done="", fee="10.00", share="0.1", seen="2026-01-02T03:04:05+01:00", opened="true")


@pytest.mark.parametrize("back", (False, True))
@pytest.mark.parametrize("column", ("due", "done", "fee", "share", "seen", "opened"))
def test_what_could_not_be_read_is_not_empty_when_the_row_passes(offices, column, back):
    """To the source that could not be read (`back`: from it and to it again)."""
    def cell():
        with sqlite3.connect(offices.folder / "state/data.db") as db:
            name = "open" if column == "opened" else column
            return db.execute(f"SELECT _source, {name}, _unread ->> '$.{name}.why' FROM cases WHERE no = '1'").fetchone()

    offices.write(dataset='prefer = [ "bonn", "graz" ];')
    offices.put("graz", row(1, **WHOLE | {column: "soon?"}), row(3, "G"))
    offices.put("bonn", *([] if back else [row(1, "B", done="2026-11-01")]), row(2, "B"))
    offices.once("2026-11-19")
    if back:
        assert cell()[:2] == ("graz", None)
        offices.put("bonn", row(1, "B"), row(2, "B"))
        offices.once("2026-11-20")
    source, value, why = cell()
    assert (source, why) == ("bonn", None) and not [s for s in offices.differs() if f": {column}:" in s]
    offices.put("bonn", row(2, "B"))
    offices.once("2026-11-21")
    source, kept, why = cell()
    assert (source, kept) == ("graz", value) and "soon?" in why, "it keeps what it had, and is asked for"
    offices.put("graz", row(1, **WHOLE), row(3, "G"))
    offices.once("2026-11-22")
    assert cell()[2] is None


def test_what_prefer_names_is_checked(offices):
    for prefer, said in (('[ "gratz" ]', 'source (prefer) "gratz"'), ('[ "bonn", "bonn" ]', 'prefer names "bonn" twice'),
                         ('[ "other" ]', 'the source "other" does not fill this dataset')):
        offices.write(dataset=f"prefer = {prefer};", more=f', {{ id = "other"; dataset = "notes"; url = "file://{offices.folder}/o.csv"; }}')
        text = offices.conf.read_text().replace("datasets = (", 'datasets = ( { id = "notes"; key = "no"; columns = { no = "text"; }; },')
        offices.conf.write_text(text)
        done = offices.run("check", "-c", offices.conf)
        assert done.returncode and said in done.stdout + done.stderr, done.stdout + done.stderr


def test_with_prefer_the_order_of_the_payloads_is_no_matter(offices, tmp_path, run):
    """Random extracts of three days, pulled in any order and rhythm: the rows and what differs are those of the last ones."""
    chance = random.Random(int(os.environ.get("SEED", "20261130")))
    for n in range(60 if os.environ.get("FULL") == "1" else 3):
        last = {o: sorted({row(chance.randint(1, 6), o[0], due=f"2026-12-0{chance.randint(1, 3)}") for _ in range(6)}) for o in ("bonn", "graz")}
        last = {o: list({r.split(",")[0]: r for r in rows}.values()) for o, rows in last.items()}
        found = []
        for way in range(3):
            place = tmp_path / f"{n}-{way}"
            place.mkdir()
            one = Offices(run, place).write(dataset='prefer = [ "graz" ];', source='gone = "closed";')
            one.put("bonn")
            one.put("graz")
            for day in range(20, 20 + way * 2):
                for office in chance.sample(("bonn", "graz"), chance.randint(1, 2)):
                    one.put(office, *(row(k, office[0], due=f"2026-12-0{chance.randint(1, 3)}") for k in chance.sample(range(1, 7), 3)))
                one.once(f"2026-11-{day}")
            for office in chance.sample(("bonn", "graz"), 2):
                one.put(office, *last[office])
                if chance.random() < 0.5:
                    one.once("2026-11-28")
            one.once("2026-11-29")
            found.append(({k: d for k, d in one.duties().items() if d[2] == "OPEN"}, {s: t.split("The row has")[0] for s, t in one.differs().items()}))
        assert found[0][0] == found[1][0] == found[2][0] and set(found[0][1]) == set(found[1][1]) == set(found[2][1]), (n, found)
