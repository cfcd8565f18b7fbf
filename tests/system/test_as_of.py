"""as-of: what was believed, found and told at a moment, the same whenever it is asked for."""
import datetime
import hashlib
import json
import os
import sqlite3
import time

import pytest

from conftest import wait_until
from office import RULE, Office, payload, rows

QUIET = RULE.replace('met_on = "suit_on";', 'met_on = "suit_on"; quiet = ( { when = "status = \'closed\'"; '
                                            'on = "entered_on"; because = "closed by the port"; } );')


@pytest.fixture
def office(run, tmp_path, web):
    web.serve("/cases.csv", payload(rows(5, **{"C-3": {"status": "closed"}})))
    o = Office(run, tmp_path, web.url + "/cases.csv").write(rules=QUIET)
    o.once("--today", "2025-01-02")
    return o


def now():
    """A moment that has passed when it is asked for."""
    moment = datetime.datetime.now(datetime.timezone.utc).isoformat()
    time.sleep(0.001)
    return moment


def sql(office, script, name="state.db"):
    with sqlite3.connect(office.state / name) as db:
        db.executescript(script)
    db.close()


def as_of(office, moment, *args, **options):
    done = office.run("as-of", "-c", office.conf, moment, *args, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def everything_changes(office, web):
    """C-1 is done, C-2 moves to another unit and owner, the rest grows late, messages go out, the payload is gone."""
    web.serve("/cases.csv", payload(rows(5, **{"C-1": {"suit_on": "2025-01-02"}, "C-3": {"status": "closed"},
                                               "C-2": {"center": "EL", "officer": "bob@example.gov", "penalty": "7"}})))
    office.once("--today", "2025-01-03")
    office.once("--today", "2025-03-20")
    for file in (office.state / "spool").iterdir():
        file.unlink()


def test_the_same_moment_gives_the_same_bytes_later(office, web, tmp_path):
    moment = now()
    text, data = as_of(office, moment), as_of(office, moment, "--json")
    as_of(office, moment, "--out", tmp_path / "then")
    everything_changes(office, web)
    elsewhere = {**os.environ, "TZ": "Asia/Tokyo"}
    assert as_of(office, moment, env=elsewhere) == text
    assert as_of(office, moment, "--json", env=elsewhere) == data
    as_of(office, moment, "--out", tmp_path / "later", env=elsewhere)
    assert tree(tmp_path / "later") == tree(tmp_path / "then")
    assert as_of(office, now()) != text
    json.loads(data)


def test_nothing_is_read_from_what_changes(office):
    """The finding's own row may be wrong: only moves are believed."""
    moment = now()
    before = as_of(office, moment)
    sql(office, "UPDATE finding SET owner = 'x', unit = 'x', amount = 1, status = 'RESOLVED', safe = '2001-01-01',"
                "due = '2001-01-01', stage = 9, quiet_because = 'x', breached_on = '2001-01-01';"
                "UPDATE message SET state = 'DEAD', attempts = 9, next_at = 1, sent_at = NULL")
    sql(office, "DELETE FROM duty; DELETE FROM pull; DELETE FROM cases", "data.db")
    assert as_of(office, moment) == before


def test_each_finding_says_what_and_why(office, web):
    before = now()
    everything_changes(office, web)
    then = json.loads(as_of(office, before, "--json"))
    found = {f["subject"]: f for f in then["findings"]}
    assert list(found) == sorted(found) and set(found) == {"C-1", "C-2", "C-3"}
    first = found["C-1"]
    assert (first["status"], first["unit"], first["owner"], first["amount"]) == ("OPEN", "BM", "ann@example.gov", 100000)
    assert (first["last_day"], first["act_by"], first["past_since"]) == ("2025-01-15", "2025-01-15", None)
    assert first["change"]["derivation"]["law"] == "19 U.S.C. 1621(1)"
    assert "C-1,BM" in first["change"]["inputs"]["raw"]
    assert found["C-3"]["because"] == "closed by the port"
    assert {t["withheld"] for t in found["C-3"]["told"]} == {"closed by the port"}
    text = as_of(office, before)
    assert "not alarmed  closed by the port" in text and "How it was computed:" in text
    later = {f["subject"]: f for f in json.loads(as_of(office, now(), "--json"))["findings"]}
    assert later["C-1"]["status"] == "RESOLVED" and later["C-1"]["ended_on"]
    assert (later["C-2"]["unit"], later["C-2"]["past_since"]) == ("EL", "2025-02-16")


def test_only_one_case_or_unit(office, web):
    before = now()
    everything_changes(office, web)
    case = json.loads(as_of(office, now(), "--case", "C-2", "--json"))
    assert {f["subject"] for f in case["findings"]} == {"C-2"} and case["messages"]
    number = f"{case['findings'][0]['finding']}."
    assert all(any(c.startswith(number) for c in m["carries"]) for m in case["messages"])
    unit = json.loads(as_of(office, now(), "--unit", "EL", "--json"))
    assert {f["subject"] for f in unit["findings"]} == {"C-2"}
    assert not json.loads(as_of(office, before, "--unit", "EL", "--json"))["findings"], "it was BM's then"


def test_answers_are_those_known_then(office):
    moment = now()
    at = int(datetime.datetime.fromisoformat(moment).timestamp() * 1e6)
    known = json.loads(as_of(office, moment, "--json"))["messages"]
    assert {m["state"] for m in known} == {"SENT"} and known[0]["tries"][0]["answer"] == "written"
    sql(office, f"UPDATE attempt SET ended_at = {at + 1} WHERE message = '{known[0]['key']}';"
                f"UPDATE attempt SET at = {at + 1}, ended_at = {at + 2} WHERE message = '{known[1]['key']}'")
    states = [(m["state"], [t["answer"] for t in m["tries"]], m["sha256"]) for m in
              json.loads(as_of(office, moment, "--json"))["messages"]]
    assert states[0][:2] == ("IN_FLIGHT", [None]) and states[0][2]
    assert states[1] == ("QUEUED", [], None), "its bytes were not made yet"


def test_out_has_the_messages_as_sent(office, tmp_path):
    moment = now()
    said = as_of(office, moment, "--out", tmp_path / "out")
    assert "3 findings and 2 messages" in said
    for path, data in tree(tmp_path / "out" / "messages").items():
        [stored] = sqlite3.connect(office.state / "state.db").execute(
            "SELECT bytes FROM message WHERE key = ?", [path.removesuffix(".eml")]).fetchone()
        assert data == stored
    mails = {p.read_bytes() for p in (office.folder / "mail" / "new").iterdir()}
    assert set(tree(tmp_path / "out" / "messages").values()) == mails
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in tree(tmp_path / "out").items()
                    if name != "SHA256SUMS"}
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert all(f["moves"][-1] == f["change"] for f in report["findings"])
    again = office.run("as-of", "-c", office.conf, moment, "--out", tmp_path / "out")
    assert again.returncode == 2 and "not empty" in again.stderr


def test_a_day_ends_in_the_zone_of_the_configuration(office):
    office.conf.write_text(office.conf.read_text().replace('zone = "UTC"', 'zone = "America/New_York"'))
    end = int(datetime.datetime(2025, 3, 2, 5, tzinfo=datetime.timezone.utc).timestamp() * 1e6)  # midnight in New York
    sql(office, f"UPDATE move SET at = {end - 1} WHERE finding = 1; UPDATE move SET at = {end} WHERE finding = 2")
    assert [f["finding"] for f in json.loads(as_of(office, "2025-03-01", "--json"))["findings"]] == [1]
    assert [f["finding"] for f in json.loads(as_of(office, "2025-03-02", "--json"))["findings"]] == [1, 2]
    assert json.loads(as_of(office, "2025-03-01", "--json"))["as_of"] == "2025-03-02T04:59:59.999999Z"
    for same in ("2025-03-02T04:59:59.999999Z", "2025-03-01T23:59:59.999999-05:00"):
        assert as_of(office, same) == as_of(office, "2025-03-01")


def test_a_time_that_is_none_or_to_come_is_refused(office):
    for time_, said in (("2025-02-30", "neither a day"), ("2025-03-01T12:00:00", "neither a day"), ("never", "neither"),
                        ("2999-01-01", "has not passed yet"), (f"{datetime.date.today()}", "has not passed yet")):
        done = office.run("as-of", "-c", office.conf, time_)
        assert done.returncode == 2 and said in done.stderr, (time_, done.stderr)
    assert office.run("as-of", "-c", office.conf).returncode == 2
    assert office.run("as-of", "-c", office.conf, "1999-12-31", "--case", "C-1", "--unit", "BM").returncode == 2
    empty = json.loads(as_of(office, "1999-12-31", "--json"))
    assert (empty["findings"], empty["messages"]) == ([], [])


def test_many_come_in_pages_each_once_and_the_daemon_says_the_same(run, tmp_path, web, start):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(rows(450)))).write(source='every = "1 day";')
    o.once("--today", "2025-12-31")
    moment = now()
    found = json.loads(as_of(o, moment, "--json"))
    subjects = [f["subject"] for f in found["findings"]]
    assert len(subjects) == 450 and subjects == sorted(set(subjects))
    assert "450 findings, 450 of them open, 0 not alarmed; 2 messages." in as_of(o, moment)
    sql(o, "".join("INSERT INTO message (key, channel, recipient, kind, subject, content, state, created_at)"
                   f" VALUES ('{i:064x}', 'files', 'x', 'test', 's', '{{}}', 'QUEUED', 7);" for i in range(401)))
    text = as_of(o, moment)
    messages = [m["key"] for m in json.loads(as_of(o, moment, "--json"))["messages"]]
    assert len(messages) == 403 and messages[:401] == [f"{i:064x}" for i in range(401)]
    process = start("run", "-c", o.conf)
    wait_until(lambda: (tmp_path / "run" / "control").exists() or process.poll() is not None)
    assert as_of(o, moment) == text
