"""The health answer: each cause by its name, each exit code of the verbs that are asked by scripts, and a daemon that
is asked while it works."""
import email.utils
import json
import re
import signal
import socket
import sqlite3
import threading
import time

import pytest

from conftest import wait_until
from office import DATASET, RULE, Office, payload, rows

HOUR = 3600 * 1_000_000


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


def change(office, file, sql, *args):
    with sqlite3.connect(office.state / file) as db:
        assert db.execute(sql, args).rowcount > 0, sql
    db.close()


def plain_of(text):
    """Without the free space of the disk, which others use meanwhile."""
    return re.sub(r"\d+ MB free", "N MB free", text)


def health(office, *args):
    """(exit code, [(cause, about, text)]) of `status`; what --nagios and the first line say agrees with it."""
    for _ in range(5):  # three calls: what one of them says may have changed before the next
        done = office.run("status", "-c", office.conf, "--json", *args)
        said = json.loads(done.stdout)
        plain = office.run("status", "-c", office.conf, *args).stdout.splitlines()[0]
        nagios = office.run("status", "-c", office.conf, "--nagios", *args)
        again = json.loads(office.run("status", "-c", office.conf, "--json", *args).stdout)
        if [w["cause"] for w in again["why"]] == [w["cause"] for w in said["why"]]:
            break
    assert said["healthy"] == (not said["why"])
    assert done.returncode == (1 if said["why"] else 0)
    levels = {w["level"] for w in said["why"]}
    assert nagios.returncode == (2 if "critical" in levels else 1 if levels else 0)
    assert len(nagios.stdout.splitlines()) == 1
    if said["why"]:
        assert plain_of(plain) == plain_of("WRONG: " + said["why"][0]["text"])
        assert all(plain_of(w["text"]) in plain_of(nagios.stdout) for w in said["why"])
    else:
        assert plain.startswith("OK: ") and nagios.stdout.startswith("DUTYWATCH OK - 20 duties watched")
    return done.returncode, [(w["cause"], w["about"], w["text"]) for w in said["why"]]


def watch(office, start):
    """A daemon that has judged today."""
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists() and office.run("list", "-c", office.conf).stdout)
    return process


def back(hours):
    return int((time.time() - hours * 3600) * 1_000_000)


def relay(office):
    """A mail server that is not there: its port is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = office.conf.read_text()
    text = text.replace('{ name = "files";', f'{{ name = "post"; type = "mail"; server = "smtp://127.0.0.1:{port}"; '
                        'from = "dw@example.gov"; }, { name = "files";', 1)
    office.conf.write_text(text.replace('channel = "files"; to = "{owner}"', 'channel = "post"; to = "{owner}"'))


def hold(office, web):
    web.serve("/cases.csv", payload(rows(3)))
    office.once()


def reject(office, web):
    web.serve("/cases.csv", payload(rows(20, **{"C-7": {"entered_on": "31/02/2020"}})))
    office.once(code=(0, 1, 3))


def fail(office, web, hours):
    web.serve("/cases.csv", b"gone", status=500)
    office.once(code=(3,))
    change(office, "data.db", "UPDATE source SET error_since = ?", back(hours))


def age(office, web):
    web.serve("/cases.csv", payload(rows()), headers={"Last-Modified": email.utils.formatdate(time.time() - 9 * 86400, usegmt=True)})
    office.write(source='content_age = "8 days";').once(code=(0, 1, 3))


def silence(office, hours):
    relay(office)
    with sqlite3.connect(office.state / "state.db") as db:
        db.execute("UPDATE message SET state = 'QUEUED', next_at = 0, channel = 'post', recipient = 'a@example.gov'"
                   " WHERE key = (SELECT min(key) FROM message)")
    db.close()
    office.once()
    change(office, "state.db", "UPDATE channel SET failing_since = ?", back(hours))


CAUSES = {
    "disk-low": (lambda o, w: change(o, "data.db", "UPDATE pull SET bytes = ?", 1 << 55), None, r"less than twice the largest"),
    "judging-behind": (lambda o, w: change(o, "state.db", "UPDATE setting SET value = '2025-03-03' WHERE key = 'judged_day'"),
                       None, r"the day judged last is 2025-03-03, today is 20"),
    "clock-ahead": (lambda o, w: change(o, "state.db", "UPDATE setting SET value = '2199-03-03' WHERE key = 'judged_day'"),
                    None, r"2199-03-03 was judged already, but the clock shows"),
    "source-held": (hold, "cases", r"a payload is held: .*(missing|max_shrink)"),
    "source-failing": (lambda o, w: fail(o, w, 1.1), "cases", r"failing since .*: the server answered 500"),
    "source-late": (lambda o, w: change(o, "data.db", "UPDATE source SET good_at = ?", back(24 * 400)), "cases",
                    r"no good pull for more than"),
    "source-never": (lambda o, w: o.write(top='').conf.write_text(o.conf.read_text().replace(
        'sources = ( {', f'sources = ( {{ id = "more"; dataset = "cases"; url = "{o.url}"; }}, {{', 1)), "more", r"was never asked"),
    "content-late": (age, "cases", r"its content is late: .*, content_age is 8 days"),
    "message-dead": (lambda o, w: change(o, "state.db", "UPDATE message SET state = 'DEAD' WHERE recipient LIKE 'boss%'"),
                     None, r"1 message is dead"),
    "message-late": (lambda o, w: change(o, "state.db", "UPDATE message SET state = 'QUEUED', next_at = ?", back(1.1)),
                     None, r"2 messages are more than an hour past"),
    "channel-failing": (lambda o, w: silence(o, 1.1), "post", r"nothing was accepted since .*: .*(connect|refused)"),
    "rejects": (reject, "cases", r"1 record became no row"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_named_and_is_the_only_one(office, web, cause):
    provoke, about, text = CAUSES[cause]
    office.write().once()
    assert health(office) == (0, [])
    provoke(office, web)
    code, why = health(office)
    assert code == 1 and [w[:2] for w in why] == [(cause, about)], why
    assert re.search(text, why[0][2]), why


LENIENT = DATASET.replace("}; } );", '}; guard = { max_rejects = "50%"; max_shrink = "50%"; }; } );')
UNREAD = {"C-7": {"entered_on": "31/02/2020"}}, {"C-8": {"penalty": "1.000,00"}}
MARKS = [(UNREAD[:1], ["1 record became no row"]), (UNREAD[1:], ["1 cell could not be read"]),
         (UNREAD, ["1 record became no row and 1 cell could not be read"])]


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("bad, says", MARKS)
def test_what_nobody_accepted_is_a_cause_until_each_of_it_is(office, web, start, bad, says, changes):
    """Of a snapshot, and of changes to one, which carry over what came before."""
    damaged = {k: v for one in bad for k, v in one.items()}
    office.write(source='content = "changes";' if changes else "", dataset=LENIENT).once(code=(0, 1, 3))
    web.serve("/cases.csv", payload(rows(20, **damaged)))
    office.once(code=(0, 1, 3))
    if changes:
        web.serve("/cases.csv", payload(rows(1)))
        office.once(code=(0, 1, 3))
    code, why = health(office)
    assert code == 1 and [w[:2] for w in why] == [("rejects", "cases")] and all(s in why[0][2] for s in says), why
    marks = [r["mark"] for r in office.ask("rejects")["rejects"]]
    assert len(marks) == len(bad)
    for verb in (["accept", marks[0]], ["end", marks[0]], ["retry"]):
        done = office.run("rejects", *verb, "-c", office.conf)
        assert done.returncode == 3 and "no dutywatch runs; start it" in done.stderr
    watch(office, start)
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 9 * 86400))
    for mark in marks:
        assert health(office)[0] == 1
        done = office.run("rejects", "accept", mark, "--until", until, "--reason", "known", "-c", office.conf)
        assert done.returncode == 0, done.stderr
    assert health(office) == (0, [])
    assert office.run("rejects", "end", marks[0], "-c", office.conf).returncode == 0
    assert health(office)[0] == 1


def test_rows_that_stay_for_want_of_a_key_are_named_until_they_are_released(office, web, start):
    office.write(dataset=LENIENT).once()
    web.serve("/cases.csv", payload(rows(20, **{"C-7": {"case_no": ""}})[:19]))
    office.once(code=(0, 1, 3))
    code, why = health(office)
    assert code == 1 and [w[:2] for w in why] == [("rejects", "cases")]
    assert "2 rows are missing and nothing is taken as gone since " in why[0][2] and "dutywatch release cases" in why[0][2]
    watch(office, start)
    assert office.run("release", "cases", "-c", office.conf).returncode == 0
    wait_until(lambda: "missing" not in str(office.ask("status")["why"]))


@pytest.mark.parametrize("provoke", [
    lambda o, w: fail(o, w, 0.9), lambda o, w: silence(o, 0.9),
    lambda o, w: change(o, "state.db", "UPDATE message SET state = 'QUEUED', next_at = ?", back(0.9)),
    lambda o, w: change(o, "data.db", "UPDATE source SET good_at = ?", back(1))])
def test_what_may_pass_by_itself_is_no_cause_within_the_hour(office, web, provoke):
    office.write().once()
    provoke(office, web)
    assert health(office) == (0, [])


def test_the_worst_comes_first(office, web):
    office.write().once()
    reject(office, web)
    hold(office, web)
    change(office, "state.db", "UPDATE message SET state = 'DEAD'")
    assert [w[0] for w in health(office)[1]] == ["message-dead", "source-held", "rejects"]


def test_a_daemon_that_ran_is_missed(office, start):
    office.write()
    process = watch(office, start)
    wait_until(lambda: office.ask("status")["day"])
    assert health(office) == (0, [])
    assert health(office, "--state-dir", office.state) == (0, []), "it holds the directory, whoever is asked"
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert [w[0] for w in health(office)[1]] == ["not-running"]
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists())
    assert health(office) == (0, [])
    process.kill()
    process.wait()
    assert [w[0] for w in health(office)[1]] == ["not-running"]


def test_what_is_held_is_said_whatever_came_after(office, web):
    office.write().once()
    hold(office, web)
    held = office.source()["error"]
    fail(office, web, 3)
    assert office.source()["error"] == held and "known rows" in held
    assert health(office)[1][0][0] == "source-held" and held in health(office)[1][0][2]


def test_exit_codes_of_what_scripts_ask(office, web, run, tmp_path):
    """0, 1, 2, 3 and 78 of status, once, list and check, each as the manual has it."""
    codes = {}

    def code(verb, *args, conf=office.conf):
        done = run(verb, "-c", conf, *args)
        codes.setdefault(verb, set()).add(done.returncode)
        return done.returncode, done.stdout + done.stderr

    office.write()
    assert code("check")[0] == 0
    assert code("check", "--sql", "nothing")[0] == 2
    assert code("status")[0] == 3 and code("list")[0] == 3 and code("status", "--nagios")[0] == 2
    web.serve("/cases.csv", b"", status=404)
    assert code("once")[0] == 3 and code("once", "--json")[0] == 3
    assert code("status")[0] == 0, "it fails for less than an hour"
    web.serve("/cases.csv", payload(rows(20, **{f"C-{i}": {"suit_on": "2021-01-01"} for i in range(1, 21)})))
    assert code("once")[0] == 0 and code("status")[0] == 0 and code("list")[0] == 0
    web.serve("/cases.csv", payload(rows(21, **{f"C-{i}": {"suit_on": "2021-01-01"} for i in range(1, 21)})))
    assert code("once")[0] == 1 and code("list")[0] == 1
    change(office, "state.db", "UPDATE message SET state = 'DEAD'")
    assert code("status")[0] == 1
    for verb in ("status", "once", "list", "check"):
        assert code(verb, "--nonsense")[0] == 2
    assert code("list", "--rule", "sua")[0] == 2 and code("once", "--today", "soon")[0] == 2
    bad = tmp_path / "bad.conf"
    bad.write_text(office.conf.read_text().replace("5 years", "5 yeers"))
    broken = tmp_path / "broken.conf"
    broken.write_text("zone = ;")
    for verb in ("once", "check"):
        assert code(verb, conf=bad)[0] == 78
    for verb in ("status", "list"):
        assert code(verb, conf=broken)[0] == 78
    assert code("status", "--nagios", conf=broken)[0] == 3
    assert codes == {"check": {0, 2, 78}, "once": {0, 1, 2, 3, 78}, "list": {0, 1, 2, 3, 78}, "status": {0, 1, 2, 3, 78}}


SLOW = " UNION ALL ".join(f"SELECT {i}" for i in range(30))
SLOW = f"(SELECT count(*) FROM ({SLOW}) a, ({SLOW}) b, ({SLOW}) c, ({SLOW}) d) > 0"


def test_a_daemon_that_judges_for_long_says_so(office, start, web):
    """Its status is answered at once; who asks for more waits a while, and is told."""
    web.serve("/cases.csv", payload(rows(400)))
    office.write(rules=RULE.replace("deadline =", f'applies = "{SLOW}"; deadline ='), top="rule_steps = 2000000000;")
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists())
    slowest, said = 0, None
    while not said:
        began = time.monotonic()
        answer = office.ask("status")
        slowest = max(slowest, time.monotonic() - began)
        said = answer["works_at"] == "judging" and answer["works_since"]
    assert slowest < 2
    assert "  judging since " in office.run("status", "-c", office.conf).stdout
    listed = office.run("list", "-c", office.conf)
    assert process.poll() is None
    if office.ask("status")["works_at"]:  # a machine so fast that it is over by now has answered
        assert listed.returncode == 3 and "the daemon is judging since" in listed.stderr, listed


def test_a_client_gives_up_on_a_daemon_that_says_nothing(office, run):
    office.write().once()
    (office.folder / "run").mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(office.folder / "run" / "control"))
        mute.listen()
        began = time.monotonic()
        results = []
        asking = [threading.Thread(target=lambda a=a: results.append(run("status", "-c", office.conf, *a)))
                  for a in ([], ["--nagios"])]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
    assert 9 < time.monotonic() - began < 15
    assert sorted(r.returncode for r in results) == [2, 3]
    assert all("says nothing for 10 seconds" in r.stderr for r in results)
    assert {r.stdout.split(" - ")[0] for r in results if r.stdout} == {"DUTYWATCH CRITICAL"}


def test_a_client_too_many_and_a_request_too_long_are_told(office, start, run):
    office.write()
    start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists())
    crowd = []
    for _ in range(16):
        s = socket.socket(socket.AF_UNIX)
        s.connect(str(office.folder / "run" / "control"))
        s.sendall(b'{"method":"dutywatch.Status"}\0')
        assert s.recv(1)
        crowd.append(s)
    done = run("status", "-c", office.conf)
    assert done.returncode == 3 and "answers 16 others already" in done.stderr
    for s in crowd:
        s.close()
    wait_until(lambda: run("status", "-c", office.conf).returncode == 0)
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(office.folder / "run" / "control"))
        s.sendall(b"x" * 65537)
        assert b"a request is at most 65536 bytes" in s.recv(65536)


def test_a_reload_and_a_start_after_a_pause_try_at_once(office, start, web, run):
    """What failed is pulled, what waits is sent; but not before the moment that the other side named."""
    pulls = lambda path: sum(r[1] == path for r in web.requests)
    next_try = lambda: sqlite3.connect(office.state / "data.db").execute("SELECT next_at FROM source").fetchone()[0] / 1e6
    web.serve("/cases.csv", b"", status=500)
    office.write(source='retry_first = "3 hours";')
    process = start("run", "-c", office.conf)
    wait_until(lambda: pulls("/cases.csv") == 1 and (office.folder / "run" / "control").exists())
    wait_until(lambda: office.source()["state"] == "failing")
    assert run("reload", "-c", office.conf).returncode == 0
    wait_until(lambda: pulls("/cases.csv") == 2)
    web.serve("/cases.csv", b"", status=503, headers={"Retry-After": "7200"})
    wait_until(lambda: office.source()["failures"] == 2)
    assert run("reload", "-c", office.conf).returncode == 0
    wait_until(lambda: "503" in (office.source()["error"] or ""))
    run("reload", "-c", office.conf)
    assert 3600 < next_try() - time.time() < 7300, "not before the server allows it"
    process.send_signal(signal.SIGTERM)
    process.wait(10)

    change(office, "data.db", "UPDATE source SET not_before = 0, next_at = ?", back(-5))
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists())
    assert next_try() - time.time() > 3600, "a restart within ten minutes is no reason"
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert pulls("/cases.csv") == 3
    change(office, "data.db", "UPDATE source SET tried_at = ?", back(0.2))
    web.serve("/cases.csv", payload(rows()))
    start("run", "-c", office.conf)
    wait_until(lambda: pulls("/cases.csv") == 4)


def test_a_reload_sends_what_waits(office, start, mail, run):
    mail.answers = ["451 later", "451 later"]
    office.write(top='retry_first = "3 hours"; retry_most = "6 hours";')
    text = office.conf.read_text()
    text = text.replace('{ name = "files";', f'{{ name = "post"; type = "mail"; server = "{mail.url}"; from = "dw@example.gov"; }}, {{ name = "files";', 1)
    office.conf.write_text(text.replace('channel = "files"; to = "{owner}"', 'channel = "post"; to = "{owner}"'))
    start("run", "-c", office.conf)
    queued = lambda: [m["attempts"] for m in office.ask("queue")["messages"] if m["state"] == "QUEUED"]
    wait_until(lambda: (office.folder / "run" / "control").exists() and queued() == [1])
    assert run("reload", "-c", office.conf).returncode == 0
    wait_until(lambda: queued() == [2])
    assert run("reload", "-c", office.conf).returncode == 0
    wait_until(lambda: len(mail.messages) == 1)
