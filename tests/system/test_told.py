"""Told means: it stood in the message. Properties over random first loads, digests and days (the seed is printed)."""
import datetime
import email
import email.policy
import json
import os
import random
import re
import sqlite3

CONF = """
zone = "America/New_York"; mode = "{mode}"; state_dir = "{dir}/state"; run_dir = "{dir}/run"; baseline_back = "2 years";
operators = {{ channel = "files"; to = "ops@example.org"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "{{owner}}"; cadence = "daily"; go_on = true; }}, {{ channel = "files"; to = "boss@example.org"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; owner = "text"; fine = "money"; opened = "date"; met = "date"; sent = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; guard = ; }} );
subjects = ( {{ name = "case"; from = "cases"; owner = "owner"; amount = "fine"; }} );
ladders = ( {{ name = "l"; past_remind_every = "6 months"; rungs = ( {{ at = "-90 days"; severity = "notice"; }}, {{ at = "-30 days"; }} ); }} );
rules = (
  {{ id = "suit"; subject = "case"; ladder = "l"; title = "Bring suit"; law = "x"; remedy = "y."; deadline = {{ after = "opened"; term = "1 year"; }};
     met_on = "met"; }},
  {{ id = "note"; subject = "case"; ladder = "l"; title = "Send the notice"; law = "x"; remedy = "y."; deadline = {{ after = "opened"; term = "60 days"; }};
     met_on = "sent"; }},
  {{ id = "report"; subject = "case"; ladder = "l"; title = "Report each month"; law = "x"; remedy = "y."; applies = ( "fine < 300" );
     every = {{ period = "month"; since = "2025-01-01"; }}; met_on = "NULL"; }} );
""".replace(" guard = ;", "")
LONG = "%a %-d %b %Y"


def long_day(day):
    return datetime.date.fromisoformat(day).strftime(LONG)


class Desk:
    def __init__(self, run, folder, mode="live"):
        self.run, self.folder, self.conf = run, folder, folder / "d.conf"
        self.conf.write_text(CONF.format(dir=folder, mode=mode))

    def once(self, day, rows):
        (self.folder / "cases.csv").write_text("no,owner,fine,opened,met,sent\n" + "".join(",".join(r) + "\n" for r in rows))
        done = self.run("once", "-c", self.conf, "--today", day)
        assert done.returncode in (0, 1), done.stderr

    def ask(self, *args):
        return json.loads(self.run(*args, "-c", self.conf, "--json").stdout)

    def state(self, sql, *values):
        with sqlite3.connect(self.folder / "state/state.db") as db:
            return db.execute(sql, values).fetchall()

    def mails(self):
        """{message key: (subject, its text in one line)}"""
        found = {}
        for path in (self.folder / "mail/new").glob("*"):
            m = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            html = re.sub(r"<[^>]+>", " ", m.get_body(("html",)).get_content())
            found[m["X-Dutywatch-Key"]] = (m["Subject"], re.sub(r"\s+", " ", m.get_body(("plain",)).get_content()), re.sub(r"\s+", " ", html))
        return found


TOLD = """SELECT n.message, f.rule, f.subject, coalesce(m.due_after, f.due), n.withheld, n.day FROM notification n
    JOIN finding f ON f.id = n.finding JOIN move m ON m.finding = n.finding AND m.ordinal = n.ordinal WHERE n.message IS NOT NULL"""
TITLES = {"suit": "Bring suit", "note": "Send the notice", "report": "Report each month"}


def holds(desk, where):
    """Each notification marked told has its title and its day in the decoded parts of its message; what is counted has not."""
    mails, told = desk.mails(), 0
    for message, rule, subject, due, withheld, _ in desk.state(TOLD):
        if rule not in TITLES or withheld:
            assert not withheld or "counted" in withheld, where
            continue
        told += 1
        for part in mails[message][1:]:
            assert TITLES[rule] in part and subject in part, f"{where} {rule} {subject} {due}: not in {message}"
            assert not due or long_day(due) in part, f"{where} {rule} {subject} {due}: not in {message}"
    assert desk.run("verify", "-c", desk.conf).returncode == 0
    return told


def test_what_counts_as_told_stood_in_the_message(run, tmp_path):
    night = os.environ.get("NIGHT") == "1"
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    print("SEED", seed)
    chance = random.Random(seed)
    for load in range(12 if night else 3):
        folder = tmp_path / str(load)
        folder.mkdir()
        desk = Desk(run, folder, "trial" if load % 3 == 2 else "live")
        today = datetime.date(2026, 3, 2)
        count = chance.choice([1, 20, 499, 501, 700, 1500] + [2500] * night) if load else 700
        rows = [[f"C-{i}", f"{chance.choice('abc')}@example.org", str(chance.randrange(1, 900)),
                 (today - datetime.timedelta(chance.randrange(1500 if chance.random() < .4 else 400))).isoformat(), "", ""] for i in range(count)]
        for day in range(3):
            where = f"SEED={seed} load {load} ({count} cases) day {day}"
            desk.once(today.isoformat(), rows)
            holds(desk, where)
            if not day:
                first = dict(desk.state("SELECT key, json_extract(content, '$.part') FROM message WHERE kind = 'baseline'"))
                for message, rule, subject, due, withheld, _ in desk.state(TOLD + " AND n.cadence = 'baseline'"):
                    if rule in TITLES and due and due >= today.isoformat() and not withheld:
                        assert first[message] == 1, f"{where}: {rule} {subject} is due on {due} and not in the first part"
            for row in rows:
                if chance.random() < .1:
                    row[chance.choice((4, 5))] = today.isoformat()
            today += datetime.timedelta(chance.randrange(1, 40))


def test_a_full_first_message_has_what_can_be_done_and_all_parts_go(run, tmp_path):
    desk = Desk(run, tmp_path)
    rows = [[f"O-{i}", "ann@example.org", "500", "2025-02-20", "", "2025-02-21"] for i in range(700)] + \
           [[f"A-{i}", "ann@example.org", "500", "2025-03-20", "", "2025-03-21"] for i in range(3)] + \
           [[f"X-{i}", "ann@example.org", "500", "2020-03-20", "", "2020-03-21"] for i in range(4)]
    desk.once("2026-03-02", rows)
    mine = sorted(text for subject, text, _ in desk.mails().values() if "ann@" in text and "Suit" not in subject)
    subjects = sorted(s for s, text, _ in desk.mails().values())
    assert sum("703 cases, 700 past the last day, first to act by Fri 20 Mar 2026 (part 1 of 2)" in s for s in subjects) == 2
    assert sum("(part 2 of 2)" in s for s in subjects) == 2 and len(subjects) == 4 and mine
    (first,) = {text for s, text, _ in desk.mails().values() if "part 1 of 2" in s}
    assert all(f"A-{i}, " in first for i in range(3)) and "4 in 2021" in first
    why = desk.ask("why-not", "X-1", "suit")
    assert why["answer"] == "counted" and "not told" in why["because"]
    assert "told to" in desk.ask("why-not", "O-699", "suit")["because"]
    # what was only counted rings at its own next rung: here when it is still open after half a year
    desk.once("2026-09-03", rows)
    assert desk.ask("why-not", "X-1", "suit")["answer"] == "told"
    assert run("verify", "-c", desk.conf).returncode == 0


def test_verify_sees_what_counts_as_told_and_does_not_stand_there(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once("2026-03-02", [["C-1", "ann@example.org", "500", "2025-03-20", "", ""]])
    assert run("verify", "-c", desk.conf).returncode == 0
    with sqlite3.connect(tmp_path / "state/state.db") as db:
        db.execute("UPDATE message SET content = replace(content, '\"ref\":\"1.1\"', '\"ref\":\"9.9\"')")
    said = run("verify", "-c", desk.conf)
    assert said.returncode == 1 and "1.1 counts as told to ann@example.org by message" in said.stdout


def test_verify_says_that_it_could_not_look_at_what_was_told(run, tmp_path):
    desk = Desk(run, tmp_path)
    desk.once("2026-03-02", [["C-1", "ann@example.org", "500", "2025-03-20", "", ""]])
    with sqlite3.connect(tmp_path / "state/state.db") as db:
        db.execute("ALTER TABLE notification RENAME COLUMN withheld TO lost")
    checks = {c["what"]: c["wrong"] for c in json.loads(run("verify", "-c", desk.conf, "--json").stdout)["checks"]}
    assert any("no such column: withheld" in w for w in checks["messages"])
