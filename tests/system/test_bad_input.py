"""Bad input: each has a message that says what is wrong, and nothing is lost or closed for it."""
import gzip
import json
import socket

import pytest

from office import DATASET, RULE, Office, payload, rows


@pytest.fixture
def office(run, tmp_path, web):
    """An office that has judged twenty good cases on 2025-03-03; web serves "/cases.csv"."""
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))
    o.write().once("--today", "2025-03-03")
    assert len(o.duties()) == 20
    return o


def answer_with(length, body, close=True):
    """A handler that announces `length` and sends `body`."""

    def handle(handler):
        handler.send_response(200)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(body)
        handler.wfile.flush()
        handler.close_connection = close
        if close:
            handler.connection.shutdown(socket.SHUT_RDWR)

    return handle


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        handler.wfile.write(payload(rows()))
        while True:
            handler.wfile.write(b"C-9999,BM,ann@example.gov,1.00,2020-01-01,,open\n" * 1000)
    except OSError:
        pass
    handler.close_connection = True


def long_line(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(payload(rows()))
    for _ in range(100):
        handler.wfile.write(b"x" * 1_000_000)
    handler.wfile.write(b"\n")
    handler.close_connection = True


GOOD = payload(rows())
HEAD = GOOD.splitlines(keepends=True)[0]

BAD = {  # name: (what is served, a part of what is said)
    "truncated body": (answer_with(len(GOOD), GOOD[: len(GOOD) // 2]), "truncated"),
    "Content-Length too large": (answer_with(len(GOOD) + 1000, GOOD), "truncated"),
    "HTML instead of CSV": (b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "HTML"),
    "empty file": (b"", "empty"),
    "header only": (HEAD, "min_rows"),
    "missing column": (GOOD.replace(b"entered_on", b"something"), "entered_on"),
    "NUL bytes in the header": (GOOD.replace(b"center", b"cen\0er", 1), "NUL"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "UTF-16"),
    "gzip without saying so": (gzip.compress(GOOD), "gzip"),
    "unclosed quote": (GOOD + b'C-21,"BM,ann@example.gov,1.00,2020-01-01,,open\n', "quote"),
    "half of the rows": (payload(rows(10)), "max_shrink"),
    "most records wrong": (payload(rows(20, **{f"C-{i}": {"entered_on": "soon"} for i in range(1, 15)})), "rejected"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_payload_changes_nothing_and_says_why(office, web, name):
    body, says = BAD[name]
    before = office.duties()
    web.serve("/cases.csv", body)
    done = office.once("--today", "2025-03-03", code=(1, 3))
    source = office.source()
    assert source["state"] in ("failing", "held"), source
    assert done.returncode == (3 if source["state"] == "failing" else 1)
    assert says.lower() in source["error"].lower()
    assert office.duties() == before
    web.serve("/cases.csv", payload(rows(20, **{"C-3": {"suit_on": "2025-03-01"}})))
    office.once("--today", "2025-03-04")
    assert office.source()["state"] == "good"
    after = office.duties()
    assert {s for s in before.keys() | after.keys() if after.get(s) != before.get(s)} == {"C-3"}
    assert before["C-3"][0] == "OPEN" and after["C-3"][0] == "RESOLVED"


def test_an_endless_body_is_cut_off(office, web):
    before = office.duties()
    office.write(source='max_bytes = "5 MB";')
    web.serve("/cases.csv", endless)
    office.once("--today", "2025-03-03", code=(3,))
    assert "more than max_bytes (5000000)" in office.source()["error"]
    assert office.duties() == before


def test_a_redirect_loop_ends(office, web):
    before = office.duties()
    web.serve("/cases.csv", status=302, headers={"Location": web.url + "/cases.csv"})
    office.once("--today", "2025-03-03", code=(3,))
    assert "redirect" in office.source()["error"]
    assert office.duties() == before


def test_a_line_of_100_megabytes_is_one_reject(office, web):
    web.serve("/cases.csv", long_line)
    office.once("--today", "2025-03-03")
    assert office.source()["state"] == "good"
    assert len(office.duties()) == 20
    assert "longer than max_record" in rejects_of(office)


def rejects_of(office):
    import sqlite3
    db = sqlite3.connect(office.state / "data.db")
    return "\n".join(f"line {r[0]}: {r[1]}: {r[2]!r}: {r[3]}" for r in
                     db.execute("SELECT line, field, value, reason FROM reject ORDER BY line"))


REJECTS = {
    "a date that does not exist": ({"entered_on": "2020-02-31"}, "line 6: entered_on: '2020-02-31': '2020-02-31' is not a date"),
    "a value not in the list": ({"status": "Opne"}, "'Opne' is none of open, closed"),
    "a required value missing": ({"entered_on": ""}, "line 6: entered_on"),
    "money that would be rounded": ({"penalty": "1.239"}, "line 6: penalty: '1.239'"),
    "a key twice": ({"case_no": "C-4"}, "this key stands in the payload before"),
}


@pytest.mark.parametrize("name", REJECTS)
def test_a_bad_record_is_rejected_and_the_rest_goes_on(office, web, name):
    change, says = REJECTS[name]
    web.serve("/cases.csv", payload(rows(20, **{"C-5": change, "C-6": {"suit_on": "2025-03-01"}})))
    office.write(dataset=DATASET.replace("}; } );", "}; guard = { max_rejects = \"10%\"; }; } );"))
    office.once("--today", "2025-03-03")
    assert says in rejects_of(office)
    shown = office.run("status", "-c", office.conf).stdout
    taken = name in ("a value not in the list", "money that would be rounded")  # but for that cell
    assert f"20 records, {0 if taken else 1} of them rejected" in shown and "line 6: " in shown
    assert ("1 cell cannot be read" in shown) == taken
    duties = office.duties()
    assert office.source()["state"] == "good"
    assert duties["C-5"][0] != "RESOLVED", "a rejected record closes nothing"
    assert "C-6" not in duties, "the good rest goes on: it was met before anything was told of it"


@pytest.mark.parametrize("junk", [b"\0", b"\xff\xfe\xfd", b"\xc0\xaf"])
def test_bytes_that_are_no_text_are_one_reject_or_one_cell(office, web, junk):
    web.serve("/cases.csv", GOOD + b"C-21,B" + junk + b"M,ann@example.gov,1.00,2020-01-01,,open\n")
    office.once("--today", "2025-03-03")
    assert "line 22" in rejects_of(office)
    assert len(office.duties()) == (20 if junk == b"\0" else 21)


def test_a_held_payload_is_told_released_or_discarded(office, web, start):
    web.serve("/cases.csv", payload(rows(3)))
    office.once("--today", "2025-03-03")
    assert office.source()["state"] == "held"
    assert "Source cases cannot be seen" in office.said()
    assert "dutywatch release cases" in office.said()


BAD_RULES = {
    "unknown column": ("statuss = 'open'", "no such column: statuss (status?)"),
    "writes": ("(DELETE FROM cases)", 'near "DELETE": syntax error'),
    "attaches": ("(ATTACH 'x' AS y)", 'near "\'x\'": syntax error'),
    "reads what is ours": ("(SELECT count(*) FROM sqlite_schema) > 0", "may not read sqlite_"),
    "asks for the time": ("date('now') > '2020-01-01'", "may not call date"),
}


@pytest.mark.parametrize("name", BAD_RULES)
def test_a_bad_rule_is_refused_with_file_and_line(office, name):
    expression, says = BAD_RULES[name]
    office.write(rules=RULE.replace("deadline =", f'applies = "{expression}";\n    deadline ='))
    done = office.run("once", "-c", office.conf)
    assert done.returncode == 78
    line = [n for n, l in enumerate(office.conf.read_text().splitlines(), 1) if "applies" in l][0]
    assert f'dutywatch.conf:{line}: rule "sue": applies: {says}' in done.stderr
    office.write()
    assert len(office.duties()) == 20


def test_a_rule_that_runs_for_ever_makes_its_own_duties_unknown(office):
    """The other rule's duties go on; nothing is closed."""
    many = " UNION ALL ".join(f"SELECT {i}" for i in range(30))
    forever = f"(SELECT count(*) FROM ({many}) a, ({many}) b, ({many}) c, ({many}) d, ({many}) e) > 0"
    second = RULE[RULE.index("rules = ("):].replace('id = "sue"', 'id = "sue", id').replace(', id', '', 1)
    slow = second.replace("rules = (", "").rsplit(");", 1)[0].replace('id = "sue"', 'id = "slow"').replace(
        "deadline =", f'applies = "{forever}"; deadline =')
    office.write(rules=RULE.replace("ladder = \"l\"; } );", f'ladder = "l"; }}, {slow} );'), top="rule_steps = 100000;")
    office.once("--today", "2025-03-03")
    listed = office.ask("list")["duties"]
    assert {d["answer"] for d in listed if d["rule"] == "slow"} == {"unknown"}
    assert {d["answer"] for d in listed if d["rule"] == "sue"} == {"pending"}
    assert any("takes more than rule_steps" in (d["ask"] or "") for d in listed)


def test_a_credential_that_others_can_read_is_refused(office, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    secret.chmod(0o644)
    office.write(source=f'credential = "{secret}";')
    done = office.run("once", "-c", office.conf)
    assert done.returncode == 78
    assert f"credential {secret}: mode 0644 lets others read it; run chmod 600 {secret}" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout
    office.write(source=f'credential = "{tmp_path}/missing";')
    done = office.run("once", "-c", office.conf)
    assert done.returncode == 78 and "No such file" in done.stderr


def test_errors_of_all_kinds_come_at_once(office):
    office.write(source='max_byte = "5 MB";', top='digest_at = "99";',
                 rules=RULE.replace("entered_on", "entered"))
    done = office.run("check", "-c", office.conf)
    assert done.returncode == 78
    assert 'unknown key "max_byte" (max_bytes?)' in done.stderr
    assert 'digest_at = "99" is not a time of day' in done.stderr
    assert "no such column: entered (" in done.stderr
    assert done.stderr.count("Nothing was changed") == 1


@pytest.mark.parametrize("day", ["31/02/2025", "2025-02-31", "0000-01-01", "25-01-15", "2025-01-15 24:00", "2025-01-15T10:00:00Z",
                                 "2025-01-15+02:00", "45672", "15.01.2025", "2025-1-15"])
def test_no_plausible_day_is_made_of_a_wrong_one(office, web, day):
    table = rows(40, **{"C-37": {"entered_on": day}})
    web.serve("/cases.csv", payload(table))
    office.once("--today", "2025-03-04")
    assert "C-37" not in office.duties() and len(office.duties()) == 39
    assert rejects_of(office) == f"line 38: entered_on: {day!r}: '{day}' is not a date (yyyy-mm-dd)"


def test_a_day_at_the_end_of_time_gives_no_date(office, web):
    web.serve("/cases.csv", payload(rows(40, **{"C-37": {"entered_on": "9999-12-31"}})))
    office.once("--today", "2025-03-04")
    assert office.duties()["C-37"] == ("WATCHED", None, "unknown")
    duty = next(d for d in office.ask("list", "--all")["duties"] if d["subject"] == "C-37")
    assert duty["ask"] == "the day from which the time runs, instead of 9999-12-31"


def test_a_column_in_another_order_of_fields_is_held(office, web):
    """mm/dd/yyyy where half of the file is dd/mm/yyyy: those above 12 show it."""
    source = ('map = { ' + " ".join(f'{c} = "{c}";' for c in rows(1)[0]) + ' }; dates = [ "mm/dd/yyyy" ];')
    changes = {f"C-{i}": {"entered_on": f"{1 + i % 12:02}/{1 + i % 28:02}/2020" if i % 2 else f"{1 + i % 28:02}/{1 + i % 12:02}/2020"}
               for i in range(1, 41)}
    web.serve("/cases.csv", payload(rows(40, **changes)))
    office.write(source)
    office.once("--today", "2025-03-04")
    assert len(office.duties()) == 20  # those of before
    assert "of 40 records were rejected, max_rejects is 5%" in json.dumps(office.ask("status")["sources"][0])
