"""What cannot be read is not absent: it closes, moves and ends nothing, and all of it is told.

Properties over random damage to good payloads (the seed is printed; DAMAGES is how many), then each way by name.
"""
import contextlib
import email
import email.policy
import json
import os
import random
import re
import shutil
import sqlite3

import pytest

from conftest import wait_until

DAMAGES = int(os.environ.get("DAMAGES", 2000 if os.environ.get("NIGHT") == "1" else 100))
HEADER = "case_no,status,officer,fine,opened_on,done_on,note"
CONF = """
zone = "America/New_York"; mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.org"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "{{owner}}"; go_on = true; }}, {{ channel = "files"; to = "boss@example.org"; }} );
datasets = ( {{ id = "cases"; key = "case_no"; columns = {{ case_no = "text"; status = "text"; officer = "text"; fine = "money";
    opened_on = {{ type = "date"; {required} }}; done_on = "date"; note = "text"; }}; guard = {{ {guard} }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; gone = "closed"; {source} }} );
subjects = ( {{ name = "case"; from = "cases"; owner = "officer"; amount = "fine"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-60 days"; severity = "notice"; }}, {{ at = "-14 days"; }} ); }} );
rules = ( {{ id = "due"; subject = "case"; ladder = "l"; title = "Done in 30 days"; law = "Rule 1"; remedy = "Do it.";
    deadline = {{ after = "opened_on"; term = "30 days"; }}; met_on = "done_on"; }} );
"""


class Desk:
    def __init__(self, run, folder, source="", guard="", required=""):
        self.run, self.folder, self.conf = run, folder, folder / "d.conf"
        self.conf.write_text(CONF.format(dir=folder, source=source, guard=guard, required=required))

    def once(self, payload, day):
        (self.folder / "cases.csv").write_bytes(payload)
        done = self.run("once", "-c", self.conf, "--today", day)
        assert done.returncode in (0, 1, 3), done.stderr
        return done

    def ask(self, *args):
        return json.loads(self.run(*args, "-c", self.conf, "--json").stdout)

    def sql(self, text, *values):
        with contextlib.closing(sqlite3.connect(self.folder / "state/data.db")) as db:  # its log is gone before anybody copies
            return db.execute(text, values).fetchall()

    def rows(self):
        return {key: (gone, *of) for key, gone, *of in
                self.sql("SELECT case_no, _gone, status, officer, fine, opened_on, done_on, note FROM cases")}

    def duties(self):
        return {s: (answer, due) for s, answer, due in self.sql("SELECT subject, answer, due FROM duty WHERE rule = 'due'")}

    def told(self, to):
        """What somebody was told, message by message, in one line each."""
        found = []
        for path in sorted((self.folder / "mail/new").glob("*"), key=lambda p: p.stat().st_mtime):
            m = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to in m["To"]:
                found.append(re.sub(r"\s+", " ", m["Subject"] + " " + m.get_body(("plain",)).get_content()))
        return found


def record(n):
    """Some have quotes, some go over several lines, as people write."""
    note = ['', 'paid', '"Smith, Ann"', '"said ""no"""', '"Dear all,\nthe first, and\nthe second"', '"",'.strip(',')][n % 6]
    return f"A-{n},open,{'ann' if n % 2 else 'bob'}@example.org,{n}.00,2026-02-{n % 27 + 1:02},{'2026-02-28' if n % 5 == 0 else ''},{note}"


def payload(n=60, **changes):
    lines = [changes.get(f"A{i}", record(i)) for i in range(1, n + 1)]
    return "\n".join([HEADER, *(line for line in lines if line is not None)]).encode() + b"\n"


def damage(good, chance):
    """A byte, a cell, a quote, a line, a cut, a doubled part."""
    at, kind = chance.randrange(len(good)), chance.choice("byte cell quote line cut double join".split())
    if kind == "byte":
        return kind, good[:at] + bytes([chance.choice(b'\0\xff",\n;x')]) + good[at + 1:]
    if kind == "cell":
        cells = [m for m in re.finditer(rb"[^,\n]+", good)]
        m = chance.choice(cells)
        return kind, good[:m.start()] + chance.choice([b"?", b"\xff\xfe", b"2026-02-30", b"1.000,00", b'"']) + good[m.end():]
    if kind == "quote":
        return kind, good[:at] + b'"' + good[at:]
    if kind == "line":
        return kind, good[:at] + b"\n" + good[at:]
    if kind == "cut":
        return kind, good[:max(at, len(good) * 9 // 10)]
    if kind == "double":
        return kind, good[:at] + good[max(0, at - chance.randrange(1, 300)):]
    ends = [i for i, b in enumerate(good) if b == 10]
    at = chance.choice(ends[:-1])
    return kind, good[:at] + good[at + 1:]


def test_damage_closes_and_moves_nothing_that_stands_undamaged(run, tmp_path):
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    print("SEED", seed)
    chance, good = random.Random(seed), payload()
    desk = Desk(run, tmp_path, guard='max_shrink = "100%"; max_rejects = "100%";')
    desk.once(good, "2026-03-02")
    before, duties = desk.rows(), desk.duties()
    shutil.copytree(tmp_path / "state", tmp_path / "first")
    kinds = set()
    for _ in range(DAMAGES):
        shutil.rmtree(tmp_path / "state")
        shutil.copytree(tmp_path / "first", tmp_path / "state")
        kind, bad = damage(good, chance)
        where = f"SEED={seed} {kind} {bad!r}"
        desk.once(bad, "2026-03-02")
        kinds.add(kind)
        rows, now = desk.rows(), desk.duties()
        (pull, state, rejects, unread), *_ = desk.sql("SELECT id, state, coalesce(rejects, 0), coalesce(unread, 0) FROM pull ORDER BY id DESC LIMIT 1")
        taken = {key for key, in desk.sql("SELECT case_no FROM cases WHERE _pull = ?", pull)}
        told = {key for key, in desk.sql("SELECT key FROM reject")}
        for n in range(1, 61):
            line = b"\n" + record(n).encode()
            key, intact = f"A-{n}", line + b"\n" in bad or bad.endswith(line)
            if intact:
                assert rows[key] == before[key], where
                assert now.get(key) == duties.get(key), where
            elif state == "INGESTED" and key not in taken and f"\n{key},".encode() in bad:
                assert key in told or None in told, where
        assert state == "INGESTED" and (not rejects + unread or told) or state in ("HELD", "REFUSED"), where
    assert len(kinds) == 7 or DAMAGES < 50


def test_a_cell_of_a_known_row_keeps_what_it_had_and_is_told(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once(payload(), "2026-03-02")
    was = desk.rows()["A-21"]
    desk.once(payload(A21='A-21,open,ann@example.org,"1.000,00",2026-02-22,,paid'), "2026-03-03")
    assert desk.rows()["A-21"][3] == was[3] == 2100 and desk.rows()["A-21"][0] is None
    assert desk.duties()["A-21"][0] == "pending"
    rejects = desk.ask("rejects")
    assert [(r["key"], r["line"], r["cell"]) for r in rejects["rejects"]] == [("A-21", 28, True)] and rejects["open"] == 1
    (text,) = desk.told("ops")
    assert "0 records and 1 cell was not taken" in text and "line 28: fine:" in text
    assert "line 28: fine:" in " ".join(desk.told("ann@")), "the owner hears of it"
    shown = run("why-not", "-c", desk.conf, "A-21", "due").stdout
    assert "Not taken of its record: line 28: fine: '1.000,00' is not an amount of money" in shown
    # the same thing on the next day is one line a day to the operators; when it can be read, that ends
    desk.once(payload(A21='A-21,open,ann@example.org,"1.000,00",2026-02-22,,paid', A1=record(1).replace("1.00", "1.01")), "2026-03-04")
    assert len(desk.told("ops")) == 2
    desk.once(payload(), "2026-03-05")
    assert desk.ask("rejects")["rejects"] == [] and not desk.ask("list", "--rule", "rejected")["duties"]


def test_a_new_row_without_what_cannot_be_read_is_unknown_and_asked_for(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once(payload(A21="A-21,open,ann@example.org,21.00,2/30/2026,,"), "2026-03-02")
    assert desk.duties()["A-21"] == ("unknown", None) and len(desk.duties()) == 60 - 12
    mine = " ".join(desk.told("ann@"))
    assert "opened_on, which cannot be read" in mine and "A-21: line 28: opened_on: '2/30/2026' is not a date" in mine
    # done, but in time or not: nobody can say
    desk.once(payload(A21="A-21,open,ann@example.org,21.00,2/30/2026,2026-03-01,"), "2026-03-03")
    assert desk.duties()["A-21"][0] == "unknown"
    desk.once(payload(A21="A-21,open,ann@example.org,21.00,2026-02-28,,"), "2026-03-04")
    assert desk.duties()["A-21"] == ("pending", "2026-03-30")


def test_a_rejected_record_keeps_its_row_and_one_without_a_key_keeps_all(run, tmp_path):
    desk = Desk(run, tmp_path, required="required = true;")
    desk.once(payload(), "2026-03-02")
    desk.once(payload(A7="A-7,open,ann@example.org,7.00,soon,,", A9=None), "2026-03-03")
    assert desk.rows()["A-7"][0] is None and desk.rows()["A-9"][0] < 0, "what is not there has left, what cannot be read has not"
    why = desk.ask("why-not", "A-7", "due")
    assert "line 10: opened_on: 'soon' is not a date" in why["rejected"]
    desk.once(payload(A7=None, A9=None, A11=None, A30=",open,ann@example.org,7.00,2026-02-03,,"), "2026-03-04")
    assert not {k for k in ("A-7", "A-11", "A-30") if desk.rows()[k][0] is not None}
    said = desk.ask("rejects")
    assert said["sources"][0]["kept_back"] == 3 and said["sources"][0]["keyless"] == 1
    assert "3 rows are missing and 1 record has no readable key (line" in " ".join(desk.told("ops"))
    new = desk.ask("why-not", "A-99", "due")
    assert new["answer"] == "no-record"
    desk.once(payload(A7=None, A9=None, A11=None, A60="A-99,open,ann@example.org,7.00,soon,,", A30=",open,ann@example.org,7.00,2026-02-03,,"), "2026-03-06")
    assert desk.ask("why-not", "A-99", "due")["answer"] == "rejected"


def test_a_record_that_is_rejected_keeps_the_row_that_it_makes_with_others(run, tmp_path):
    """Whichever of the records of a row it is, and whatever becomes of the others meanwhile."""
    desk = Desk(run, tmp_path, required='required = true; keep = "min";', guard='max_rejects = "100%";')
    desk.conf.write_text(desk.conf.read_text().replace('key = "case_no";', 'key = "case_no"; keep = "first";'))
    records = [f"A-7,open,ann@example.org,7.00,2026-02-{day},," for day in ("03", "13", "23")]
    desk.once(payload(A7="\n".join(records)), "2026-03-02")
    row, duty = desk.rows()["A-7"], desk.duties()["A-7"]
    assert duty == ("pending", "2026-03-05")
    for n in range(3):
        for change in ("2026-02-28,,", "2026-02-13,2026-02-14,"):
            bad = [f"A-7,open,ann@example.org,7.00,{change}" for _ in records]
            bad[n] = "A-7,open,ann@example.org,7.00,soon,,"
            desk.once(payload(A7="\n".join(bad)), "2026-03-03")
            assert desk.rows()["A-7"] == row and desk.duties()["A-7"] == duty, bad
            assert [r["key"] for r in desk.ask("rejects")["rejects"]] == ["A-7"]
    desk.once(payload(A7="\n".join(records[1:])), "2026-03-04")
    assert desk.duties()["A-7"] == ("pending", "2026-03-15")


def test_release_and_skip_let_go_what_is_missing(run, start, tmp_path):
    total = "Total,,,60.00,,,"
    desk = Desk(run, tmp_path, required="required = true;")
    desk.once(payload(), "2026-03-02")
    desk.once(payload(A9=None, A60=record(60) + "\n" + total.replace("Total", "")), "2026-03-03")
    assert desk.rows()["A-9"][0] is None
    desk.conf.write_text(CONF.format(dir=tmp_path, source='skip = [ "Total" ];', guard="", required="required = true;"))
    desk.once(payload(A9=None, A60=record(60) + "\n" + total), "2026-03-04")
    assert desk.rows()["A-9"][0] < 0 and desk.ask("rejects")["rejects"] == []
    desk.once(payload(A8=None, A9=None, A60=record(60) + "\n" + total.replace("Total", "")), "2026-03-05")
    assert desk.rows()["A-8"][0] is None
    start("run", "-c", desk.conf)
    wait_until(lambda: run("release", "-c", desk.conf, "cases").returncode == 0)
    assert desk.rows()["A-8"][0] < 0


def test_a_quote_too_many_swallows_nothing(run, tmp_path):
    desk = Desk(run, tmp_path, guard='max_rejects = "60%";')
    desk.once(payload(), "2026-03-02")
    bad = payload(A24=record(24).replace("open", '"open'))  # until the quote of A-26
    desk.once(bad, "2026-03-03")
    assert all(of[0] is None for of in desk.rows().values())
    (rejected,) = desk.ask("rejects")["rejects"]
    assert rejected["lines"] == 3 and not rejected["key"] and desk.ask("rejects")["sources"][0]["kept_back"] == 3
    desk = Desk(run, tmp_path, guard='max_rejects = "3%";')
    desk.once(bad + b"\n", "2026-03-04")
    source = desk.ask("status")["sources"][0]
    assert source["state"] == "held" and "(2 lines inside of rejected ones counted)" in source["error"], "they count"


def test_a_value_over_lines_that_are_records_is_no_value(run, tmp_path):
    """The quotes fit, the number of fields as well: only what stands inside tells."""
    desk = Desk(run, tmp_path, guard='max_rejects = "60%";')
    desk.once(payload(), "2026-03-02")
    plain = {f"A{n}": f"A-{n},open,ann@example.org,{n}.00,2026-02-03,,x" for n in range(30, 34)}
    desk.once(payload(**plain), "2026-03-03")
    plain["A30"] = plain["A30"][:-1] + '"x'
    plain["A33"] = 'A-33,open"'
    desk.once(payload(**plain), "2026-03-04")
    assert all(of[0] is None for of in desk.rows().values())
    (rejected,) = desk.ask("rejects")["rejects"]
    assert "over 2 lines that look like records" in rejected["reason"] and rejected["lines"] == 4
    assert desk.rows()["A-30"][6] == "x"


def test_of_two_records_with_a_key_the_known_one_counts(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once(payload(), "2026-03-02")
    for first, second in ((record(7).replace("open", "closed"), record(7)), (record(7), record(7).replace("open", "closed"))):
        desk.once(payload(A7=first + "\n" + second), "2026-03-03")
        assert desk.rows()["A-7"][1] == "open"
        assert "this key stands in the payload before" in desk.ask("rejects")["rejects"][0]["reason"]
    desk.once(payload(A7=record(7).replace("open", "shut") + "\n" + record(7).replace("open", "closed")), "2026-03-04")
    assert desk.rows()["A-7"][1] == "shut", "of two that are new the first"


def test_a_column_that_vanished_is_no_empty_column(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once(payload(), "2026-03-02")
    desk.once(payload().replace(b"done_on", b"done_at", 1), "2026-03-03")
    source = desk.ask("status")["sources"][0]
    assert source["state"] == "held" and "column done_on, which the last good payload had, is missing" in source["error"]


def test_what_is_known_is_accepted_until_a_day_and_read_again_when_asked(run, start, tmp_path):
    desk = Desk(run, tmp_path)
    bad = payload(A21='A-21,open,ann@example.org,"1.000,00",2026-02-22,,paid')
    desk.once(bad, "2026-03-02")
    (one,) = desk.ask("rejects")["rejects"]
    exported = run("rejects", "-c", desk.conf, "--csv").stdout
    assert exported.splitlines()[0].startswith("line,cell,source") and "1.000,00" in exported
    start("run", "-c", desk.conf)
    far = ["rejects", "accept", one["mark"], "--until", "2099-01-01", "--reason", "known", "-c", desk.conf]
    wait_until(lambda: "more than 400 days away" in run(*far).stderr)
    until = "2027-06-01"
    assert "nothing that was not taken is called feed" in run("rejects", "accept", "feed", "--until", until, "--reason", "x", "-c", desk.conf).stderr
    assert "say why" in run("rejects", "accept", one["mark"], "--until", until, "-c", desk.conf).stderr
    done = run("rejects", "accept", one["mark"], "--until", until, "--reason", "known", "-c", desk.conf)
    assert done.returncode == 0, done.stderr
    assert desk.ask("rejects") | {"rejects": []} == {"rejects": [], "sources": [], "open": 0, "accepted": 1}
    (shown,) = desk.ask("rejects", "--all")["rejects"]
    assert shown["accepted"]["until"] == until and shown["accepted"]["reason"] == "known"
    assert run("rejects", "retry", "-c", desk.conf).returncode == 0
    assert run("rejects", "end", one["mark"], "-c", desk.conf).returncode == 0
    assert desk.ask("rejects")["open"] == 1


def test_only_what_is_known_is_accepted(run, tmp_path):
    """The mark by which a person accepts it: that of another record, or of another value, is another one."""
    desk = Desk(run, tmp_path, required="required = true;", guard='max_rejects = "100%";')
    good = record(7)
    kinds = {  # the same thing twice, then something else, in each of the ways not to be taken
        "second": [good + "\n" + good.replace("open", s) for s in ("closed", "closed", "shut")],
        "fields": [good.rsplit(",", 1)[0].replace("open", s) for s in ("closed", "closed", "shut")],
        "cell": [good.replace("7.00", f) for f in ("x", "x", "y")],
        "required": [good.replace("2026-02-08", d) for d in ("soon", "soon", "late")],
    }
    for kind, lines in kinds.items():
        marks = []
        for line in (None, *lines):
            desk.once(payload(**({"A7": line} if line else {})), "2026-03-02")
            marks.append([r["mark"] for r in desk.ask("rejects")["rejects"]])
        assert marks[0] == [] and len(marks[1]) == 1 and marks[1] == marks[2] != marks[3], (kind, marks)


def test_a_day_that_stands_for_none_ends_with_its_row(run, tmp_path):
    desk = Desk(run, tmp_path)

    def asked():
        return {d["subject"]: d["status"] for d in desk.ask("list", "--all", "--rule", "rejected")["duties"]}

    desk.once(payload(A7="A-7,open,ann@example.org,7.00,2026-02-08,9999-12-31,"), "2026-03-02")
    assert asked() == {"cases.done_on": "OPEN"}
    desk.once(payload(A7=None), "2026-03-03")
    assert asked() == {"cases.done_on": "RESOLVED"}


def fined(*ids):
    """Records of which the fine cannot be read."""
    return {f"A{n}": f"A-{n},open,ann@example.org,x.00,2026-02-{n % 27 + 1:02}," for n in ids}


def test_what_an_owner_was_told_stands_until_it_can_be_read(run, tmp_path):
    """Also when many more come before it than owners are told of."""
    desk = Desk(run, tmp_path, guard='max_rejects = "100%";')

    def findings():
        return {d["subject"]: d["status"] for d in desk.ask("list", "--all", "--rule", "rejected")["duties"] if " A-" in d["subject"]}

    desk.once(payload(130), "2026-03-02")
    desk.once(payload(130, **fined(*range(121, 131))), "2026-03-03")
    first = {f"cases A-{n}" for n in range(121, 131) if n % 5}  # the others are done: nobody's
    assert findings() == dict.fromkeys(first, "OPEN")
    desk.once(payload(130, **fined(*range(1, 121), *range(121, 131))), "2026-03-04")
    now = findings()
    assert {now[s] for s in first} == {"OPEN"} and set(now.values()) == {"OPEN"}, now
    desk.once(payload(130, **fined(*range(1, 121))), "2026-03-05")
    assert {findings()[s] for s in first} == {"RESOLVED"}


def test_what_was_not_taken_is_counted_as_it_is(run, tmp_path):
    """A record with several faults is one; what is beyond what is kept (REJECTS_KEPT_MAX) counts as well."""
    desk = Desk(run, tmp_path, required="required = true;", guard='max_rejects = "100%";')
    two = "A-7,open,ann@example.org,x.00,soon,?,"
    desk.once(payload(A7=two, A9=two.replace("7", "9"), A11=record(11).replace("11.00", "x.00")), "2026-03-02")
    assert "2 records and 1 cell were not taken. Namely: " in desk.told("ops")[0]
    last = desk.ask("status")["sources"][0]["last_read"]
    assert (last["rejects"], last["unread"]) == (2, 1)
    assert "2 records became no row and 1 cell could not be read" in run("status", "-c", desk.conf).stdout
    done = {f"A{n}": f"A-{n},open,bob@example.org,x.00,2026-02-03,2026-02-04," for n in range(1, 10_004)}
    desk.once(payload(10_003, **done | {"A1": two.replace("7", "1"), "A2": two.replace("7", "2")}), "2026-03-03")
    said = desk.told("ops")[-1]
    assert "2 records and 10001 cells were not taken; of them 7 are more than are kept" in said, said
    (why,) = [w["text"] for w in desk.ask("status")["why"] if w["cause"] == "rejects"]
    assert "2 records became no row and 10001 cells could not be read" in why


def test_the_owner_is_that_of_the_row_and_not_of_one_with_the_same_key(run, tmp_path):
    desk = Desk(run, tmp_path)
    text = desk.conf.read_text().replace("sources = (", f'sources = ( {{ id = "notes"; url = "file://{tmp_path}/notes.csv"; }},')
    desk.conf.write_text(text.replace("datasets = (", 'datasets = ( { id = "notes"; key = "no"; columns = { no = "text"; at = "date"; }; guard = { max_rejects = "100%"; }; },'))
    (tmp_path / "notes.csv").write_text("no,at\nA-1,soon\n")
    desk.once(payload(), "2026-03-02")
    assert "In the data of notes" not in "".join(desk.told("ann@"))
    assert "Not all of source notes could be read" in "".join(desk.told("ops"))


LEDGERS = """
datasets = ( { id = "cases"; key = "case_no"; columns = { case_no = "text"; opened_on = "date"; }; guard = { max_rejects = "100%"; }; },
  { id = "entries"; key = "entry_no"; columns = { entry_no = "text"; case_no = { refers = "cases"; }; entry_on = "date"; }; },
  { id = "parties"; key = "party_no"; guard = { max_rejects = "100%"; }; columns = { party_no = "text"; case_no = { refers = "cases"; }; name = "text"; }; },
  { id = "waivers"; key = "waiver_no"; guard = { max_rejects = "100%"; }; columns = { waiver_no = "text"; case_no = { refers = "cases"; };
      signed_on = "date"; received_on = "date"; until = "date"; party = "text"; statutes = "list"; revoked_on = "date"; };
    ledger = { document = "waiver_no"; signed = "signed_on"; received = "received_on"; until = "until"; party = "party"; scope = "statutes";
               revoked_on = "revoked_on"; }; },
  { id = "tollings"; key = "tolling_no"; guard = { max_rejects = "100%"; }; columns = { tolling_no = "text"; case_no = { refers = "cases"; };
      first = "date"; last = "date"; }; ledger = { document = "tolling_no"; first = "first"; last = "last"; }; } );
subjects = ( { name = "case"; from = "cases"; } );
ladders = ( { name = "l"; rungs = ( { at = "-60 days"; } ); } );
rules = ( { id = "due"; subject = "case"; ladder = "l"; title = "Suit"; law = "Rule 1"; remedy = "Do it.";
  deadline = { front = ( "entries", "parties" ); after = "entry_on"; item = "entry_no"; party = "name"; term = "5 years"; scope = "'1592'";
               extended_by = "waivers"; tolled_by = "tollings"; }; } );
"""
TABLES = {
    "cases": "case_no,opened_on\nC-1,2021-01-04\nC-2,2021-01-04\n",
    "entries": "entry_no,case_no,entry_on\nE-1,C-1,2020-03-02\nE-2,C-2,2020-04-02\n",
    "parties": "party_no,case_no,name\nP-1,C-1,Acme\nP-2,C-1,Bolt\nP-3,C-2,Acme\n",
    "waivers": "waiver_no,case_no,signed_on,received_on,until,party,statutes,revoked_on\nW-1,C-1,2024-01-05,2024-01-09,2026-01-05,Acme,1592,\n"
               "W-2,C-1,2024-01-05,2024-01-09,2026-02-05,Bolt,1592,\nW-3,C-2,2024-01-05,2024-01-09,2027-01-05,Acme,1592,2024-03-01\n"
               "W-4,C-2,2024-01-05,2024-01-09,2027-01-05,Bolt,1592,\nW-5,C-2,2024-01-05,2024-01-09,2027-01-05,Acme,1595a,\n",
    "tollings": "tolling_no,case_no,first,last\nT-1,C-1,2021-01-01,2021-01-20\nT-2,C-2,2021-01-01,2021-01-20\n",
}


def test_no_damaged_cell_of_a_ledger_or_a_party_makes_a_last_day_later(run, tmp_path):
    conf, state = tmp_path / "d.conf", tmp_path / "state"
    conf.write_text(CONF.format(dir=tmp_path, source="", guard="", required="").split("datasets")[0] + LEDGERS +
                    "sources = (" + ", ".join(f'{{ id = "{t}"; url = "file://{tmp_path}/{t}.csv"; }}' for t in TABLES) + ");\n")

    def judge(**changed):
        for name, text in TABLES.items():
            (tmp_path / f"{name}.csv").write_bytes(changed.get(name, text.encode()))
        done = run("once", "-c", conf, "--today", "2024-06-03")
        assert done.returncode in (0, 1), done.stderr
        with sqlite3.connect(state / "data.db") as db:
            return dict(db.execute("SELECT subject, due FROM duty"))

    true = judge()
    assert true == {"C-1": "2026-01-05", "C-2": "2025-04-22"}
    shutil.copytree(state, tmp_path / "first")
    told = 0
    for first_load in (False, True):
        for name in ("waivers", "tollings", "parties"):
            table = [line.split(",") for line in TABLES[name].splitlines()]
            for at, column in ((r, c) for r in range(1, len(table)) for c in range(len(table[0]))):
                if first_load and (name, table[0][column]) == ("parties", "case_no"):
                    continue  # whose party it is was never known: told, and nothing more can be done
                cells = [[c.encode() for c in line] for line in table]
                cells[at][column] = b"\xff?"
                shutil.rmtree(state)
                if not first_load:
                    shutil.copytree(tmp_path / "first", state)
                now = judge(**{name: b"\n".join(b",".join(line) for line in cells) + b"\n"})
                where = f"{name} line {at + 1} {table[0][column]} first_load={first_load}: {now}"
                assert set(now) == set(true) and all(now[c] and now[c] <= true[c] for c in true), where
                with sqlite3.connect(state / "data.db") as db:
                    (count,), = db.execute("SELECT count(*) FROM reject")
                assert count >= 1, where
                told += 1
    assert told > 80


@pytest.mark.parametrize("united", [False, True])
@pytest.mark.parametrize("column", ["party_no", "must"])
def test_a_new_record_of_a_case_counts_although_its_key_or_what_is_required_cannot_be_read(run, tmp_path, column, united):
    """Without the party that has no waiver the last day would be later. It leaves when the record can be read."""
    conf, state = tmp_path / "d.conf", tmp_path / "state"
    tables = LEDGERS.replace('name = "text"; }; },', 'name = { type = "text"; keep = "max"; }; must = { type = "date"; required = true; }; }; },')
    if united:
        tables = tables.replace('key = "party_no";', 'key = "party_no"; keep = "last";')
    tables = tables.replace("max_rejects", "max_shrink = \"100%\"; max_rejects")
    conf.write_text(CONF.format(dir=tmp_path, source="", guard="", required="").split("datasets")[0] +
                    (tables if united else tables.replace(' keep = "max";', "")) +
                    "sources = (" + ", ".join(f'{{ id = "{t}"; url = "file://{tmp_path}/{t}.csv"; }}' for t in TABLES) + ");\n")

    def judge(line, day):
        for name, text in {**TABLES, "parties": "party_no,case_no,name,must\nP-1,C-1,Acme,2024-01-01\n" + line}.items():
            (tmp_path / f"{name}.csv").write_text(text)
        done = run("once", "-c", conf, "--today", day)
        assert done.returncode in (0, 1), done.stderr
        with sqlite3.connect(state / "data.db") as db:
            return (dict(db.execute("SELECT subject, due FROM duty"))["C-1"],
                    db.execute("SELECT count(*) FROM reject JOIN source ON good_pull = pull").fetchone()[0],
                    sorted(k for k, in db.execute("SELECT party_no FROM parties WHERE _gone IS NULL")))

    alone, with_dora = "2026-01-05", "2025-03-02"  # of two parties the stay names none
    assert judge("", "2024-06-03") == (alone, 0, ["P-1"])
    bad = {"party_no": ",C-1,Dora,2024-01-01\n", "must": "P-4,C-1,Dora,soon\n"}[column]
    for day, more in (("2024-06-04", ""), ("2024-06-05", ""), ("2024-06-06", "P-5,C-2,Acme,2024-01-01\n")):
        due, rejects, keys = judge(more + bad, day)
        assert (due, rejects) == (with_dora, 1) and len(keys) == 2 + bool(more), (day, due, rejects, keys)
    assert judge("P-4,C-1,Acme,2024-01-01\n", "2024-06-07") == (alone, 0, ["P-1", "P-4"])  # it was Acme, once more
    assert judge("", "2024-06-08")[1:] == (0, ["P-1"])


def test_a_standard_over_what_cannot_be_read_is_unknown(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.conf.write_text(desk.conf.read_text().replace("rules = (", """rules = (
  { id = "share"; subject = "case"; ladder = "l"; title = "Done"; law = "x"; remedy = "y."; every = { period = "month"; since = "2026-02-01"; };
    measure = { on = "opened_on"; numerator = "done_on IS NOT NULL"; at_least = "0.9"; by = "all"; min_cases = 2; }; },"""))
    desk.once(payload(), "2026-03-02")
    (share,) = desk.sql("SELECT answer, ask FROM duty WHERE rule = 'share'")
    assert share == ("pending", None)
    desk.once(payload(A61=None, A60="A-61,open,ann@example.org,60.00,2026-02-07,?,"), "2026-03-03")
    (share,) = desk.sql("SELECT answer, ask FROM duty WHERE rule = 'share'")
    assert share == ("unknown", "what cannot be read in cases: dutywatch rejects")
    desk.once(payload(), "2026-03-04")
    (share,) = desk.sql("SELECT answer, ask FROM duty WHERE rule = 'share'")
    assert share == ("pending", None)
