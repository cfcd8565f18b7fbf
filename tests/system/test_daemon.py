"""The real daemon: it pulls, judges, tells, answers its control socket, reloads and stops."""
import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import sqlite3


import pytest

from conftest import wait_until
from office import RULE, Office, payload, rows



@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


@pytest.fixture
def daemon(office, start):
    """Starts `run` and waits until its socket answers."""

    def begin(**options):
        process = start("run", "-c", office.conf, **options)
        wait_until(lambda: (office.folder / "run" / "control").exists() or process.poll() is not None)
        assert process.poll() is None, process.log.read_text()
        return process

    return begin


def use_channel(office, channel, definition):
    text = office.conf.read_text()
    text = text.replace('{ name = "files";', definition + ', { name = "files";', 1)
    text = text.replace('channel = "files"; to = "{owner}"', f'channel = "{channel}"; to = "{{owner}}"')
    text = text.replace('channel = "files"; to = "boss', f'channel = "{channel}"; to = "boss')
    office.conf.write_text(text)


def test_it_pulls_judges_and_tells_by_itself(office, daemon):
    office.write(source='every = "10 seconds";')
    process = daemon()
    wait_until(lambda: len(office.mails()) >= 2)
    assert {m["to"] for m in office.mails()} == {"ann@example.gov", "boss@example.gov"}
    assert "when the watch began" in office.mails()[0]["subject"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert not (office.folder / "run" / "control").exists()


def test_verbs_ask_the_daemon_and_read_the_files_without_it(office, daemon):
    office.write()
    process = daemon()
    wait_until(lambda: office.ask("status")["sources"][0]["state"] == "good" and office.ask("list")["duties"])
    asked = office.ask("list", "--all")
    assert office.ask("status")["generation"] == 1
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert office.ask("list", "--all") == asked
    assert "generation" not in office.ask("status")


def test_a_second_one_is_refused(office, daemon, run):
    office.write()
    daemon()
    second = run("once", "-c", office.conf)
    assert second.returncode == 3
    assert "is in use by another dutywatch" in second.stderr


def test_a_changing_verb_without_a_daemon_says_what_to_start(office, run):
    office.write()
    office.once()
    done = run("release", "cases", "-c", office.conf)
    assert done.returncode == 3
    assert "systemctl start dutywatch" in done.stderr


def test_reload_takes_a_good_file_and_refuses_a_bad_one(office, daemon, run):
    office.write()
    process = daemon()
    wait_until(lambda: office.ask("list")["duties"])
    office.write(rules=RULE.replace("5 years", "6 years"))
    assert run("reload", "-c", office.conf).returncode == 0
    assert office.ask("status")["generation"] == 2
    wait_until(lambda: {d["last_day"][:4] for d in office.ask("list")["duties"] if d["rule"] == "sue"} == {"2026"})
    good = office.conf.read_text()
    office.conf.write_text(good.replace("entered_on\";", "entrd\";"))
    # the verb reads the file first to find the socket: ask the daemon itself, as a unit does with the old file
    bad = ask(office, "dutywatch.Reload")
    assert bad["error"] == "dutywatch.Failed"
    assert "no such column: entrd" in bad["parameters"]["problems"][0]
    os.kill(process.pid, signal.SIGHUP)
    wait_until(lambda: process.log.read_text().count("reload refused") >= 2)
    office.conf.write_text(good)
    assert office.ask("status")["generation"] == 2


def ask(office, method, **parameters):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(office.folder / "run" / "control"))
        s.sendall(json.dumps({"method": method, "parameters": parameters}).encode() + b"\0")
        data = b""
        while not data.endswith(b"\0"):
            more = s.recv(65536)
            assert more, "the daemon hung up"
            data += more
    return json.loads(data[:-1])


@pytest.mark.parametrize("junk", [b"\0", b"hello\0", b"{}\0", b"[" * 500 + b"\0", b'{"method":"x"}\0', b"\xff\xfe\0",
                                  b'{"method":7}\0', b'{"method":"dutywatch.Explain"}\0'])
def test_the_socket_answers_nonsense_with_an_error(office, daemon, junk):
    office.write()
    process = daemon()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(office.folder / "run" / "control"))
        s.sendall(junk)
        s.settimeout(5)
        assert b'"error"' in s.recv(65536)
    assert process.poll() is None


def test_the_socket_survives_clients_that_say_too_much_or_leave(office, daemon):
    office.write()
    process = daemon()
    for data in (b"x" * 200_000, b'{"method":', b""):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(office.folder / "run" / "control"))
            try:
                s.sendall(data)
            except OSError:
                pass
    assert "error" not in ask(office, "dutywatch.Status")
    assert process.poll() is None


def connect(office, method=None, **parameters):
    s = socket.socket(socket.AF_UNIX)
    s.connect(str(office.folder / "run" / "control"))
    if method:
        s.sendall(json.dumps({"method": method, "parameters": parameters}).encode() + b"\0")
    return s


def test_clients_may_leave_while_one_who_waited_is_answered(office, daemon, web):
    """Who asked while it judged is answered after that, and others are heard within a long answer."""
    def many(suit):
        return payload([dict(case_no=f"C-{i}", center="BM", officer="ann@example.gov", penalty="1.00", entered_on="2025-03-03",
                             suit_on=suit, status="open") for i in range(8000)])

    web.serve("/cases.csv", many(""))
    office.write().once()
    process, done = daemon(), 0
    for n in range(6):
        web.serve("/cases.csv", many(f"2045-01-{n + 1:02}"))  # planned: each is judged
        ask(office, "dutywatch.Pull")
        others = []
        while ask(office, "dutywatch.Status")["parameters"].get("works_at") != "judging":
            pass
        others.append(connect(office))
        asker = connect(office, "dutywatch.List", all=True)
        others.append(connect(office))
        while ask(office, "dutywatch.Status")["parameters"].get("works_at"):
            pass
        for s in others:
            s.close()
        data = b""
        while not data.endswith(b"\0"):
            more = asker.recv(1 << 20)
            assert more, f"the daemon hung up: {process.poll()}"
            data += more
        asker.close()
        done += b'"duties"' in data
    assert done and process.poll() is None


@pytest.mark.parametrize("most", [20_000, 20_001])
def test_no_list_is_longer_than_the_daemon_gives_at_once(office, daemon, web, most):
    """CONTROL_ROWS_MAX: what is more is refused, whichever the verb, and read from the files where that may be."""
    web.serve("/cases.csv", payload([dict(case_no=f"C-{i}", center="BM", officer="", penalty="1.00", entered_on="2026-03-03",
                                          suit_on="", status="open") for i in range(most)]))
    office.write().once()
    with sqlite3.connect(office.state / "state.db") as db:
        db.execute("DELETE FROM message")
        db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO message"
                   " (key, channel, recipient, kind, subject, content, state, created_at, next_at, attempts)"
                   " SELECT 'k' || i, 'files', 'a@x.org', 'now', 's', '{}', 'DEAD', 1, 1, 0 FROM n", (most,))
    daemon()
    for method, parameters in (("List", {"all": True}), ("Coverage", {"list": True}), ("Queue", {"all": True})):
        answer = ask(office, "dutywatch." + method, **parameters)
        assert ("error" in answer) == (most > 20_000), (method, str(answer)[:300])
        assert "error" not in answer or "than the daemon gives at once" in answer["parameters"]["message"]
    assert len(office.ask("coverage", "--list")["no_owner"]["duties"]) == most


def test_a_held_payload_is_released_and_discarded(office, daemon, web, run):
    office.write(source='every = "10 seconds";')
    daemon()
    wait_until(lambda: office.ask("list")["duties"])
    web.serve("/cases.csv", payload(rows(3)))
    assert run("pull", "cases", "-c", office.conf).returncode == 0
    wait_until(lambda: office.source()["state"] == "held")
    assert len({d["subject"] for d in office.ask("list")["duties"] if d["rule"] == "sue"}) == 20
    assert run("discard", "cases", "-c", office.conf).returncode == 0
    assert office.source()["held_pull"] == 0
    again = run("release", "cases", "-c", office.conf)
    assert again.returncode == 2 and "nothing is held" in again.stderr
    web.serve("/cases.csv", payload(rows(4)))
    run("pull", "cases", "-c", office.conf)
    wait_until(lambda: office.source()["state"] == "held")
    assert run("release", "cases", "-c", office.conf).returncode == 0
    wait_until(lambda: office.source()["state"] == "good")
    # the rows that left are asked for, not closed
    wait_until(lambda: sum(d["answer"] == "unknown" for d in office.ask("list")["duties"]) == 16)


def test_mail_is_sent_with_the_message_key_and_kept_as_sent(office, daemon, mail, run):
    office.write()
    use_channel(office, "post", f'{{ name = "post"; type = "mail"; server = "{mail.url}"; from = "dutywatch <dw@example.gov>"; }}')
    daemon()
    wait_until(lambda: len(mail.messages) == 2)
    sender, to, raw = mail.messages[0]
    assert sender == "dw@example.gov"
    listed = wait_until(lambda: (m := office.ask("queue", "--all")["messages"]) and all(x["state"] == "SENT" for x in m) and m)
    kept = office.ask("queue", "--show", [m for m in listed if m["recipient"] == to[0]][0]["key"])
    assert f"<{kept['key']}@example.gov>".encode() in raw.replace(b"\r\n ", b" ")
    assert kept["as_sent"].replace("\r\n", "\n") == raw.decode().replace("\r\n", "\n")
    assert kept["tries"][0]["outcome"] == "accepted" and kept["tries"][0]["status"] == 250
    for none in ("maria@example.gov; jo@example.gov", "maria@"):
        refused = run("send-test", "post", none, "-c", office.conf)
        assert refused.returncode != 0 and f'"{none}": ' in refused.stderr and "address" in refused.stderr
    assert run("send-test", "post", "Maria <maria@example.gov>", "-c", office.conf).returncode == 0
    wait_until(lambda: any(t == ["maria@example.gov"] for _, t, _ in mail.messages))


def test_mail_that_is_refused_for_good_is_told_another_way(office, daemon, mail):
    mail.at["ann@example.gov"] = "550 5.1.1 no such user here"
    office.write()
    use_channel(office, "post", f'{{ name = "post"; type = "mail"; server = "{mail.url}"; from = "dw@example.gov"; }}')
    daemon()
    wait_until(lambda: office.mails())
    dead = office.mails()[0]
    assert dead["to"] == "ops@example.gov"
    assert "Not delivered" in dead["subject"]
    assert "no such user here" in dead.get_body(("plain",)).get_content()
    assert [m["state"] for m in office.ask("queue")["messages"]] == ["DEAD"]


def test_mail_is_tried_again_with_the_same_bytes(office, daemon, mail):
    mail.answers = ["451 later please", "451 later please"]
    office.write(top='retry_first = "1 second"; retry_most = "1 second";')
    use_channel(office, "post", f'{{ name = "post"; type = "mail"; server = "{mail.url}"; from = "dw@example.gov"; }}')
    daemon()
    wait_until(lambda: len(mail.messages) == 2, seconds=20)
    tries = [t for m in office.ask("queue", "--all")["messages"] for t in office.ask("queue", "--show", m["key"])["tries"]]
    assert sorted(t["status"] for t in tries)[-2:] == [451, 451]
    db = sqlite3.connect(office.state / "state.db")
    stored = {bytes(r[0]).replace(b"\r\n", b"\n") for r in db.execute("SELECT bytes FROM message")}
    assert {raw.replace(b"\r\n", b"\n") for _, _, raw in mail.messages} <= stored


def test_a_webhook_is_signed_and_carries_a_cloud_event(office, daemon, web, tmp_path):
    key = b"0123456789abcdef0123456789abcdef"
    secret = tmp_path / "hook"
    secret.write_text("whsec_" + base64.b64encode(key).decode() + "\n")
    secret.chmod(0o600)
    web.serve("/hook", b"thanks", status=202)
    office.write()
    use_channel(office, "hook", f'{{ name = "hook"; type = "webhook"; url = "{web.url}/hook"; secret = "{secret}"; }}')
    daemon()
    posts = wait_until(lambda: (p := [r for r in web.requests if r[0] == "POST"]) and len(p) >= 2 and p)
    for _, _, headers, body in posts:
        h = {k.lower(): v for k, v in headers.items()}
        signed = f"{h['webhook-id']}.{h['webhook-timestamp']}.".encode() + body
        assert h["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        event = json.loads(body)
        assert event["specversion"] == "1.0" and event["id"] == h["webhook-id"]
        assert event["type"] == "dutywatch.baseline"
        assert event["data"]["sections"]


def test_trial_sends_everything_to_the_trial_readers(office, daemon):
    office.write(top='trial_to = [ "trial@example.gov" ];')
    office.conf.write_text(office.conf.read_text().replace('mode = "live"', 'mode = "trial"'))
    daemon()
    wait_until(lambda: len(office.mails()) == 2)
    assert {m["to"] for m in office.mails()} == {"trial@example.gov"}
    assert all(m["subject"].startswith("TRIAL: ") for m in office.mails())
    assert "would have gone to ann@example.gov" in office.said()


def test_it_asks_only_whether_something_changed(office, daemon, web):
    body = payload(rows())
    seen = []

    def conditional(handler):
        seen.append(handler.headers.get("If-None-Match"))
        fresh = handler.headers.get("If-None-Match") == '"v1"'
        handler.send_response(304 if fresh else 200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Content-Length", "0" if fresh else str(len(body)))
        handler.end_headers()
        if not fresh:
            handler.wfile.write(body)

    web.serve("/cases.csv", conditional)
    office.write(source='every = "10 seconds";')
    daemon()
    wait_until(lambda: office.ask("list")["duties"])
    office.run("pull", "-c", office.conf)
    wait_until(lambda: len(seen) >= 2)
    assert seen[:2] == [None, '"v1"']
    db = sqlite3.connect(office.state / "data.db")
    wait_until(lambda: db.execute("SELECT failures FROM source").fetchone() == (0,))
    assert db.execute("SELECT count(*) FROM pull").fetchone() == (1,)


def test_a_dry_run_keeps_and_sends_nothing(office, run):
    office.write()
    done = run("once", "--dry-run", "-c", office.conf)
    assert done.returncode == 1
    assert "Dry run" in done.stdout and "ann@example.gov" in done.stdout
    assert not office.mails() and not office.state.exists()
    office.once("--today", "2025-03-03")
    before = office.ask("list", "--all")
    run("once", "--dry-run", "--today", "2026-03-03", "-c", office.conf)
    assert office.ask("list", "--all") == before


def test_once_lists_what_it_sent_and_what_waits_not_what_was_sent_before(office):
    office.write()
    first = office.ask("once", "--today", "2025-03-03")["messages"]
    assert first and {m["state"] for m in first} == {"SENT"}
    assert not office.ask("once", "--today", "2025-03-03")["messages"]
    with sqlite3.connect(office.state / "state.db") as db:  # one of another run waits
        db.execute("UPDATE message SET state = 'QUEUED', sent_at = NULL, next_at = 0 WHERE key = ?", (first[0]["key"],))
    again = office.ask("once", "--today", "2025-03-03")["messages"]
    assert [(m["key"], m["state"]) for m in again] == [(first[0]["key"], "SENT")]


def test_the_day_never_runs_backwards(office):
    office.write().once("--today", "2025-03-03")
    done = office.once("--today", "2025-03-02", code=(2, 3))
    assert "2025-03-03 was judged already" in done.stderr


def test_explain_goes_from_a_message_to_the_line(office):
    office.write().once("--today", "2025-03-03")
    message = [m for m in office.ask("queue", "--all")["messages"] if m["recipient"] == "ann@example.gov"][0]
    told = office.ask("explain", message["key"])
    finding = told["findings"][0]
    move = finding["moves"][0]
    lines = payload(rows()).decode().splitlines()
    assert lines[move["pull"]["line"] - 1] == move["pull"]["payload_line"] == move["inputs"]["raw"]
    assert finding["subject"] in move["inputs"]["raw"]
    assert move["pull"]["digest"] == hashlib.sha256(payload(rows())).hexdigest()
    text = office.run("explain", message["key"][:12], "-c", office.conf).stdout
    assert "How the date was computed:" in text and "19 U.S.C. 1621(1)" in text


def test_trial_posts_nothing_to_a_webhook(office, daemon, web, tmp_path):
    secret = tmp_path / "hook"
    secret.write_text("whsec_" + base64.b64encode(b"x" * 32).decode())
    secret.chmod(0o600)
    web.serve("/hook", b"thanks")
    office.write(top='trial_to = [ "trial@example.gov" ];')
    use_channel(office, "hook", f'{{ name = "hook"; type = "webhook"; url = "{web.url}/hook"; secret = "{secret}"; }}')
    office.conf.write_text(office.conf.read_text().replace('mode = "live"', 'mode = "trial"'))
    daemon()
    wait_until(lambda: len(office.mails()) == 2)
    assert {m["to"] for m in office.mails()} == {"trial@example.gov"}
    assert not [r for r in web.requests if r[0] == "POST"]


def test_an_edited_url_is_pulled_at_once_and_in_full(office, daemon, web, run):
    office.write(source='every = "1 day";')
    daemon()
    wait_until(lambda: office.ask("list")["duties"])
    web.serve("/other.csv", payload(rows(25)), headers={"ETag": '"x"'})
    office.write(source='every = "1 day";', url=web.url + "/other.csv")
    assert run("reload", "-c", office.conf).returncode == 0
    wait_until(lambda: len({d["subject"] for d in office.ask("list")["duties"]}) == 25)
    asked = [h for _, path, h, _ in web.requests if path == "/other.csv"][0]
    assert "If-None-Match" not in asked and "If-Modified-Since" not in asked


def test_what_only_a_restart_can_change_is_refused(office, daemon, run):
    office.write()
    daemon()
    office.conf.write_text(office.conf.read_text().replace(f'run_dir = "{office.folder}/run"', 'run_dir = "/tmp/elsewhere"'))
    bad = ask(office, "dutywatch.Reload")
    assert "run_dir cannot change while the daemon runs" in bad["parameters"]["problems"][0]


def test_a_refused_configuration_is_told_to_the_operators_until_it_is_mended(office, daemon, run):
    office.write()
    daemon()
    wait_until(lambda: office.ask("list")["duties"])
    good = office.conf.read_text()
    office.conf.write_text(good.replace('after = "entered_on"', 'after = "entrd"'))
    assert ask(office, "dutywatch.Reload")["error"]
    told = wait_until(lambda: [m for m in office.mails() if m["to"] == "ops@example.gov"])
    text = told[0].get_body(("plain",)).get_content()
    assert "The configuration was refused, the old one stays" in told[0]["subject"] + text
    assert "no such column: entrd" in text
    office.conf.write_text(good)
    assert "error" not in ask(office, "dutywatch.Reload")
    wait_until(lambda: not [d for d in office.ask("list")["duties"] if d["rule"] == "blind"])


def test_a_rule_that_fails_is_told_to_the_operators(office, run):
    many = " UNION ALL ".join(f"SELECT {i}" for i in range(30))
    forever = f"(SELECT count(*) FROM ({many}) a, ({many}) b, ({many}) c, ({many}) d) > 0"
    office.write(rules=RULE.replace("deadline =", f'applies = "{forever}"; deadline ='), top="rule_steps = 100000;")
    office.once("--today", "2025-03-03")
    assert "Rule sue does not work" in office.said()
    assert "takes more than rule_steps = 100000" in office.said()
    office.write()
    office.once("--today", "2025-03-04")
    assert {d["subject"]: d["status"] for d in office.ask("list", "--all")["duties"]}["rule sue"] == "RESOLVED"


def test_a_gap_ends_as_known_only_when_it_is_known(office, web):
    """Filled in: resolved. Its rule dropped: withdrawn, for nobody knows it any better."""
    unknown = RULE.replace("met_on =", 'unknown = ( { when = "status IS NULL"; ask = "the status"; } ); met_on =')

    def gap():
        return {d["subject"]: d["status"] for d in office.ask("list", "--all")["duties"]}["sue: the status"]

    web.serve("/cases.csv", payload(rows(20, **{"C-7": {"status": ""}})))
    office.write(rules=unknown).once("--today", "2025-03-03")
    assert gap() == "OPEN"
    web.serve("/cases.csv", payload(rows(20, **{"C-7": {"status": "open"}})))
    office.once("--today", "2025-03-04")
    assert gap() == "RESOLVED"
    web.serve("/cases.csv", payload(rows(20, **{"C-7": {"status": ""}})))
    office.once("--today", "2025-03-05")
    assert gap() == "OPEN"
    office.write(rules=unknown.replace('id = "sue"', 'id = "suit"')).once("--today", "2025-03-06")
    assert gap() == "WITHDRAWN"


def test_answers_are_recorded_with_who_gave_them(office, daemon, run):
    office.write()
    daemon()
    wait_until(lambda: office.ask("list", "--status", "open")["duties"])
    finding = office.ask("list", "--status", "open", "--sort", "due", "--limit", "1")["duties"][0]
    case = finding["subject"]

    def fails(says, *args):
        done = run(*args, "-c", office.conf)
        assert done.returncode in (2, 3) and says in done.stderr, done.stderr

    today = office.ask("status")["day"]
    fails("say why", "ack", case, "--until", today)
    fails("say until when", "ack", case, "--reason", "x")
    fails("has passed", "ack", case, "--until", "2020-01-01", "--reason", "x")
    fails("more than 400 days", "ack", case, "--until", "2999-01-01", "--reason", "x")
    fails("no open finding", "ack", "C-999", "--until", today, "--reason", "x")
    fails("there is no finding 999", "ack", "999", "--until", today, "--reason", "x")
    done = run("ack", case, "--until", today, "--reason", "the waiver is on its way", "-c", office.conf)
    assert done.returncode == 0 and "is acknowledged until" in done.stdout, done.stderr
    move = office.ask("explain", case)["findings"][0]["moves"][0]
    assert move["cause"] == "answered"
    assert move["derivation"]["answer"]["reason"] == "the waiver is on its way"
    assert move["derivation"]["answer"]["person"] == "root"

    assert "Nothing is silenced" in run("silence", "-c", office.conf).stdout
    fails("everything is never silenced", "silence", "--until", today, "--reason", "x")
    fails('there is no rule "sua"', "silence", "--rule", "sua", "--until", today, "--reason", "x")
    office.ask("silence", "--unit", "BM", "--until", today, "--reason", "moving house")
    said = run("silence", "-c", office.conf).stdout
    assert f"until {today}, unit BM, by root: moving house" in said
    number = str(office.ask("silence")["silences"][0]["silence"])
    assert run("silence", "--end", number, "-c", office.conf).returncode == 0
    fails(f"no silence {number} holds", "silence", "--end", number)
    wait_until(lambda: "the reason not to alarm has ended" in office.said())
