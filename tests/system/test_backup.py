"""backup, restore, verify: the state in one folder, back in another, and whether it is still what was written."""
import datetime
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

from conftest import wait_until
from office import Office, payload, rows


@pytest.fixture
def office(run, tmp_path, web):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(rows(8)))).write()
    (tmp_path / "more.rules").write_text("# nothing yet\n")
    (tmp_path / "part.conf").write_text('contacts = ( { name = "x"; to = "x@example.gov"; } );\n')
    o.conf.write_text(o.conf.read_text() + f'rule_dirs = ( "{tmp_path}" );\n@include "part.conf"\n')
    o.once("--today", "2025-01-02")
    return o


@pytest.fixture
def backup(office, tmp_path):
    done = office.run("backup", "-c", office.conf, tmp_path / "backup")
    assert done.returncode == 0, done.stderr
    return tmp_path / "backup"


def sql(file, script):
    with sqlite3.connect(file) as db:
        db.executescript(script)
    db.close()


def verify(office, folder):
    done = office.run("verify", folder, "--json")
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert (done.returncode == 0) == told["good"]
    return {c["what"]: c["wrong"] for c in told["checks"] if c["wrong"]}


def flip(file, needle):
    """Changes one byte inside `needle`, in the file itself."""
    data = bytearray(file.read_bytes())
    at = data.index(needle)
    data[at + len(needle) // 2] ^= 0x01
    file.write_bytes(data)


def looks(office, state, moment):
    """What the reading verbs say; the folder itself is left out."""
    said = []
    for args in (["list", "--all"], ["explain", "C-1"], ["explain", "C-2", "--json"], ["as-of", moment],
                 ["as-of", moment, "--json"], ["queue", "--all"]):
        done = office.run(*args, "-c", office.conf, "--state-dir", state, env={**os.environ, "TZ": "Asia/Tokyo"})
        assert done.returncode in (0, 1) and done.stdout, done.stderr
        said.append(done.stdout.replace(str(state), "STATE"))
    out = office.folder / "out" / state.parent.name
    shutil.rmtree(out, ignore_errors=True)
    done = office.run("as-of", moment, "--out", out, "-c", office.conf, "--state-dir", state)
    assert done.returncode == 0, done.stderr
    return said + [{str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}]


# --- a backup ---


def test_a_backup_has_everything_and_checks_itself(office, backup, tmp_path):
    names = {str(p.relative_to(backup)) for p in backup.rglob("*") if p.is_file()}
    inside = f"configuration{tmp_path}"
    assert names - {n for n in names if n.startswith("spool/")} == {
        "data.db", "state.db", "backup.json", "SHA256SUMS", f"{inside}/dutywatch.conf", f"{inside}/more.rules",
        f"{inside}/part.conf"}
    assert len(list((backup / "spool").iterdir())) == 1
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=backup, check=True)
    about = json.loads((backup / "backup.json").read_text())
    assert about["judged_day"] == "2025-01-02" and about["configuration"] == str(office.conf)
    assert verify(office, backup) == {} == verify(office, office.state)
    assert names == {str(p.relative_to(backup)) for p in backup.rglob("*") if p.is_file()}, "looking leaves nothing"
    again = office.run("backup", "-c", office.conf, backup)
    assert again.returncode == 2 and "not empty" in again.stderr


def test_a_configuration_with_errors_is_no_reason_not_to_back_up(office, tmp_path):
    office.conf.write_text(office.conf.read_text() + "nonsense = 5;\n")
    assert office.run("backup", "-c", office.conf, tmp_path / "backup").returncode == 0
    assert verify(office, tmp_path / "backup") == {}


def test_beside_a_busy_daemon_each_backup_is_of_one_moment(run, tmp_path, web, start):
    office = Office(run, tmp_path, web.serve("/cases.csv", payload(rows(300)))).write(source='every = "10 seconds";')
    process = start("run", "-c", office.conf)
    wait_until(lambda: (tmp_path / "run" / "control").exists() or process.poll() is not None)
    for i in range(12):
        done = [{"suit_on": "2024-01-01"} if n % 12 == i else {} for n in range(300)]
        web.serve("/cases.csv", payload(rows(300, **{f"C-{n + 1}": d for n, d in enumerate(done)})))
        run("pull", "-c", office.conf)
        made = office.run("backup", "-c", office.conf, tmp_path / f"backup-{i}")
        assert made.returncode == 0, made.stderr
        assert verify(office, tmp_path / f"backup-{i}") == {} == verify(office, office.state)
        values = [sqlite3.connect(tmp_path / f"backup-{i}" / name).execute(
            "SELECT value FROM setting WHERE key = ?", [key]).fetchone()
            for name, key in (("data.db", "duties_of"), ("state.db", "judged"))]
        assert values[0] == values[1]
    assert process.poll() is None


# --- what is found ---


@pytest.mark.parametrize("change, what, said", [
    ("UPDATE move SET inputs = replace(inputs, '2020', '2021') WHERE number = 2",
     "links of the chain of changes", "link 2 does not hold: "),
    ("DELETE FROM move WHERE number = 2", "links of the chain of changes", "link 2 is missing: after it comes "),
    ("DELETE FROM move WHERE number = (SELECT max(number) FROM move)", "links of the chain of changes", "ends too early"),
    ("UPDATE finding SET status = 'RESOLVED' WHERE id = 2", "findings", "finding 2, C-"),
    ("UPDATE notification SET recipient = 'x@example.gov' WHERE finding = 1 AND recipient LIKE 'ann%'", "notifications",
     "to x@example.gov has another key"),
    ("UPDATE notification SET message = NULL WHERE finding = 1", "messages", "its key is not that of what it carries"),
    ("UPDATE message SET bytes = CAST(replace(CAST(bytes AS TEXT), 'C-1', 'C-2') AS BLOB)", "messages",
     "the stored bytes are not those that were sent"),
])
def test_what_was_changed_is_named(office, change, what, said):
    sql(office.state / "state.db", change)
    found = verify(office, office.state)
    assert said in found[what][0], found
    done = office.run("verify", "-c", office.conf)
    assert done.returncode == 1 and said in done.stdout and "WRONG" in done.stdout


@pytest.mark.parametrize("what, other", [(b"Bring suit", b"Bring soup"), (b"Jan 2025", b"Jun 2025")])
def test_what_counts_as_told_stands_in_the_bytes(office, what, other):
    """Also where the digest of the bytes was made again."""
    with sqlite3.connect(office.state / "state.db") as db:
        for key, raw in db.execute("SELECT key, bytes FROM message WHERE instr(bytes, ?)", (what,)).fetchall():
            raw = raw.replace(what, other)
            db.execute("UPDATE message SET bytes = ?, bytes_digest = ? WHERE key = ?", (raw, hashlib.sha256(raw).hexdigest(), key))
    found = verify(office, office.state)["messages"]
    assert found and all("counts as told to" in s and "does not stand in it" in s for s in found), found


def test_a_flipped_byte_is_found(office, backup, tmp_path):
    """In the file of a backup, where no database has a say."""
    for name, needle, what in (("state.db", b"19 U.S.C. 1621(1)", "links of the chain of changes"),
                               ("data.db", b"case_no,center,officer", None)):
        copy = tmp_path / f"copy-{name}"
        shutil.copytree(backup, copy)
        if what is None:
            [spooled] = (copy / "spool").iterdir()
            flip(spooled, needle)
            found = verify(office, copy)
            assert f"spool/{spooled.name} is not as it was backed up" in found["files of the backup"][0]
            assert found["payloads"][0].startswith("pull 1 of cases: the payload is not the one that came")
        else:
            flip(copy / name, needle)
            found = verify(office, copy)
            assert f"{name} is not as it was backed up" in found["files of the backup"][0]
            assert "does not hold" in found[what][0]
        refused = office.run("restore", copy, "--state-dir", tmp_path / "new")
        assert refused.returncode == 3 and "nothing was restored" in refused.stderr
        assert not (tmp_path / "new").exists()


def test_a_payload_of_the_state_itself(office):
    [spooled] = (office.state / "spool").iterdir()
    flip(spooled, b"C-3,BM")
    assert "is not the one that came" in verify(office, office.state)["payloads"][0]
    spooled.unlink()
    assert verify(office, office.state) == {}, "its time may be up"
    sql(office.state / "data.db", "UPDATE pull SET state = 'HELD'")
    assert "No such file" in verify(office, office.state)["payloads"][0]


@pytest.mark.parametrize("name", ["data.db", "state.db", "SHA256SUMS", "backup.json"])
def test_a_copy_cut_short_is_found(office, backup, tmp_path, name):
    file = backup / name
    file.write_bytes(file.read_bytes()[:len(file.read_bytes()) // 2])
    assert verify(office, backup)["files of the backup"]
    refused = office.run("restore", backup, "--state-dir", tmp_path / "new")
    assert refused.returncode == 3 and not (tmp_path / "new").exists()
    file.unlink()
    refused = office.run("restore", backup, "--state-dir", tmp_path / "new")
    assert refused.returncode in (2, 3) and not (tmp_path / "new").exists()
    if name == "SHA256SUMS":
        assert "never finished" in refused.stderr


def test_what_is_neither(office, tmp_path):
    done = office.run("verify", tmp_path)
    assert done.returncode == 2 and "neither a state directory nor a backup" in done.stderr


# --- back ---


def test_restored_elsewhere_it_says_the_same_and_goes_on(office, backup, tmp_path, web, start):
    moment = datetime.datetime.now(datetime.timezone.utc).isoformat()
    time.sleep(0.001)
    before = looks(office, office.state, moment)
    new = tmp_path / "elsewhere" / "state"
    done = office.run("restore", backup, "--state-dir", new)
    assert done.returncode == 0, done.stderr
    assert looks(office, new, moment) == before
    assert verify(office, new) == {}
    sent = sorted(p.name for p in (office.folder / "mail" / "new").iterdir())
    office.once("--state-dir", new, "--today", "2025-01-02")
    assert sorted(p.name for p in (office.folder / "mail" / "new").iterdir()) == sent, "nothing is told twice"
    for state in (office.state, new):
        office.once("--state-dir", state, "--today", "2025-02-20")
    keys = [{row[0] for row in sqlite3.connect(s / "state.db").execute("SELECT key FROM message")}
            for s in (office.state, new)]
    assert keys[0] == keys[1] and len(keys[0]) > len(sent)
    assert looks(office, new, moment)[3] == before[3], "and then is still what it was then"


def test_a_state_is_replaced_only_by_force_and_kept(office, backup, tmp_path):
    office.once("--today", "2025-03-20")
    later = office.ask("list", "--all")
    refused = office.run("restore", backup, "-c", office.conf)
    assert refused.returncode == 2 and "--force" in refused.stderr
    assert office.ask("list", "--all") == later
    for _ in range(2):
        done = office.run("restore", backup, "-c", office.conf, "--force")
        assert done.returncode == 0, done.stderr
        assert office.ask("status")["day"] == "2025-01-02"
        assert verify(office, office.state) == {}
    office.once("--today", "2025-03-20")
    done = office.run("restore", backup, "-c", office.conf, "--force")
    kept = sqlite3.connect(office.state / "before-restore" / "state.db")
    assert kept.execute("SELECT value FROM setting WHERE key = 'judged_day'").fetchone() == ("2025-03-20",)
    assert not (office.state / "restoring").exists()


def test_not_while_a_daemon_has_it(office, backup, start):
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists() or process.poll() is not None)
    refused = office.run("restore", backup, "-c", office.conf, "--force")
    assert refused.returncode == 3 and "in use by another dutywatch" in refused.stderr
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert office.run("restore", backup, "-c", office.conf, "--force").returncode == 0


def test_what_was_on_its_way_is_sent_again_under_its_key(office, tmp_path):
    sql(office.state / "state.db", "UPDATE message SET state = 'IN_FLIGHT', sent_at = NULL;"
                                   "UPDATE attempt SET ended_at = NULL, outcome = NULL, answer = NULL")
    assert office.run("backup", "-c", office.conf, tmp_path / "backup").returncode == 0
    assert office.run("restore", tmp_path / "backup", "--state-dir", tmp_path / "new").returncode == 0
    before = {p.name for p in (office.folder / "mail" / "new").iterdir()}
    office.once("--state-dir", tmp_path / "new", "--today", "2025-01-02")
    state = sqlite3.connect(tmp_path / "new" / "state.db")
    assert state.execute("SELECT DISTINCT state FROM message").fetchall() == [("SENT",)]
    assert {p.name for p in (office.folder / "mail" / "new").iterdir()} == before, "a Maildir has one file a key"


def test_a_state_of_another_version_is_not_read_wrongly(office):
    """Between an upgrade and the first start of the service the files are still the old ones."""
    file = office.state / "state.db"
    [known] = sqlite3.connect(file).execute("PRAGMA user_version").fetchone()
    for version, said in ((1, "written by an older dutywatch; start the service"), (known + 1, "by a newer dutywatch")):
        sql(file, f"PRAGMA user_version = {version}")
        done = office.run("list", "-c", office.conf)
        assert done.returncode == 3 and said in done.stderr
