"""kill -9 at random moments: the same findings and the same message keys as without, each message at least once."""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from conftest import PROGRAM
from office import RULE, Office, payload, rows

DAYS = [  # (judged day, what has changed by then)
    ("2025-01-10", {}),
    ("2025-02-14", {"C-1": {"suit_on": "2025-01-14"}, "C-2": {"penalty": "2,000.00"}}),
    ("2025-02-20", {"C-3": {"entered_on": "2020-06-15"}, "C-4": {"status": "closed"}}),
    ("2025-05-16", {"C-1": {"suit_on": ""}, "C-5": {"suit_on": "2025-05-01"}}),
]


def table(step):
    changes = {}
    for _, more in DAYS[: step + 1]:
        for case, change in more.items():
            changes.setdefault(case, {}).update(change)
    return payload(rows(30, **changes))


def kill_once(office, day, after):
    """Starts `once` and kills it after so many seconds; True if it had ended by itself."""
    process = subprocess.Popen([PROGRAM, "once", "-c", office.conf, "--today", day], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    ended = process.poll() is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return ended


def state_of(office):
    db = sqlite3.connect(office.state / "state.db")
    findings = db.execute("SELECT rule, subject, status, stage, due, safe, opened_on, breached_on, closed_on, ordinal"
                          " FROM finding ORDER BY rule, subject").fetchall()
    moves = db.execute("SELECT f.rule, f.subject, m.ordinal, m.day, m.cause FROM move m JOIN finding f ON"
                       " f.id = m.finding ORDER BY 1, 2, 3").fetchall()
    messages = {r[0] for r in db.execute("SELECT key FROM message WHERE state = 'SENT'")}
    unsent = db.execute("SELECT count(*) FROM message WHERE state <> 'SENT'").fetchone()[0]
    untold = db.execute("SELECT count(*) FROM notification WHERE message IS NULL AND withheld IS NULL"
                        " AND cadence <> 'daily'").fetchone()[0]
    return findings, moves, messages, unsent, untold


def keys_of(mail):
    found = []
    for _, _, raw in mail.messages:
        head = raw.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
        found.append([line for line in head.splitlines() if line.lower().startswith("message-id:")][0].split("<")[1].split("@")[0])
    return found


def make_office(run, folder, web, mail, name):
    folder = folder / name
    folder.mkdir()
    office = Office(run, folder, web.serve(f"/{name}.csv", table(0)))
    office.write()
    office.conf.write_text(office.conf.read_text().replace(
        '{ name = "files";', f'{{ name = "post"; type = "mail"; server = "{mail.url}"; from = "dw@example.gov"; }}, {{ name = "files";', 1
    ).replace('routes = ( { channel = "files"', 'routes = ( { channel = "post"'))
    return office


def test_killed_at_random_moments_it_comes_to_the_same_end(run, tmp_path, web, mail):
    seed = int(os.environ.get("SEED", "20250303"))
    kills = 200 if os.environ.get("FULL") else 24
    chance = random.Random(seed)
    plain = make_office(run, tmp_path, web, mail, "plain")
    took = []
    for step, (day, _) in enumerate(DAYS):
        web.serve("/plain.csv", table(step))
        began = time.monotonic()
        plain.once("--today", day)
        took.append(time.monotonic() - began)
    expected, sent = state_of(plain), set(keys_of(mail))
    assert expected[3] == 0 and expected[4] == 0
    assert len(expected[1]) > 40, "the history must be worth the test"
    mail.messages.clear()

    killed = make_office(run, tmp_path, web, mail, "killed")
    for step, (day, _) in enumerate(DAYS):
        web.serve("/killed.csv", table(step))
        for _ in range(kills // len(DAYS)):
            kill_once(killed, day, chance.random() * max(took) * 1.2)
        killed.once("--today", day)
    assert state_of(killed) == expected, f"SEED={seed}"
    assert set(keys_of(mail)) == sent, f"SEED={seed}: each message at least once, and none with another key"


CHANGES = {
    "it left for good": lambda t: t[1:],
    "it was done": lambda t: [{**t[0], "suit_on": "2025-01-14"}, *t[1:]],
    "it is bound no more": lambda t: [{**t[0], "status": "closed"}, *t[1:]],
    "the start moved": lambda t: [{**t[0], "entered_on": "2020-02-15"}, *t[1:]],
    "it is another's": lambda t: [{**t[0], "officer": "bob@example.gov"}, *t[1:]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_end_between_the_two_databases_is_no_loss(run, tmp_path, change):
    """The data says already what the findings do not know: the same people are told the same as without."""
    office = Office(run, tmp_path, f"file://{tmp_path}/cases.csv")
    office.write(rules=RULE.replace('met_on =', "applies = \"status <> 'closed'\"; met_on ="), source='gone = "closed";')

    def day(today, table):
        (tmp_path / "cases.csv").write_bytes(payload(table))
        before = {path.name for path in (tmp_path / "mail" / "new").glob("*")}
        office.once("--today", today)
        new = [m for path, m in zip(sorted((tmp_path / "mail" / "new").glob("*")), office.mails()) if path.name not in before]
        return sorted((m["to"], m["subject"], m.get_body(("plain",)).get_content()) for m in new)

    day("2025-01-10", rows(8))
    shutil.copy(office.state / "state.db", tmp_path / "before.db")
    changed = CHANGES[change](rows(8))
    told = day("2025-01-13", changed)
    quiet = change in ("it was done", "it is another's")
    assert quiet or any("C-1" in text for _, _, text in told)
    for path in (tmp_path / "mail" / "new").glob("*"):
        path.unlink()
    for left in office.state.glob("state.db-*"):
        left.unlink()
    shutil.copy(tmp_path / "before.db", office.state / "state.db")
    again = day("2025-01-13", changed)
    assert [(to, subject) for to, subject, _ in again] == [(to, subject) for to, subject, _ in told]
    assert state_of(office)[3:] == (0, 0)
