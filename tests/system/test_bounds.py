"""Bounds (daemon/dutywatch.8, LIMITS), each driven at its value and one beyond."""
import contextlib
import datetime
import json
import re
import socket
import time

import pytest

from conftest import wait_until
from test_reach import only_by_mail
from office import DATASET, RULE, Office, payload, rows

ALL_REJECTED = DATASET.replace("columns =", 'guard = { max_rejects = "100%"; }; columns =', 1)


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


def sent_to(address):
    return lambda o: o.conf.write_text(o.conf.read_text().replace('to = "boss@example.gov"', f'to = "{address}"'))


def holiday(n):
    return lambda o: o.conf.write_text(
        'calendars = ( { name = "office"; verified_from = "2025-01-01"; verified_until = "2026-12-31"; holidays = ( '
        f'{{ name = "feast"; on = "December 25 + {n} days"; }} ); }} );\n' + o.conf.read_text())


def included(n):
    """One file in the other, n deep."""
    def write(o):
        for i in range(n):
            (o.folder / f"i{i}.conf").write_text(f'@include "i{i + 1}.conf"\n' if i < n - 1 else 'name = "deep";\n')
        o.conf.write_text('@include "i0.conf"\n' + o.conf.read_text())
    return write


# bound, what is written into the configuration, what `check` says one beyond
REFUSED = {
    "LOCAL_MAX": (64, lambda n: sent_to("x" * n + "@example.gov"), "@example.gov"),
    "ADDRESS_MAX": (254, lambda n: sent_to("x@" + ".".join(["d" * 60] * 5)[:n - 6] + ".gov"), ".gov"),
    "PLUS_MOST": (60, holiday, "+ 61 days"),
    "INCLUDES_MOST": (10, included, "include"),
}


@pytest.mark.parametrize("limit", REFUSED)
def test_what_check_refuses(office, run, limit):
    bound, write, says = REFUSED[limit]
    for n in (bound, bound + 1):
        office.write()
        write(n)(office)
        done = run("check", "-c", office.conf)
        assert done.returncode == (78 if n > bound else 0), done.stderr
    assert says in done.stderr, done.stderr


@pytest.fixture
def daemon(office, start):
    office.write()
    start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists() and office.ask("list")["duties"])
    return office


def test_an_answer_has_an_end_and_a_reason_that_is_read(daemon, run):
    """ANSWER_DAYS_MAX, ANSWER_REASON_MAX: of each verb that has them"""
    today = datetime.date.fromisoformat(daemon.ask("status")["day"])
    mark = "0" * 12
    for verb in (["silence", "--case", "C-1"], ["ack", "C-3", "--rule", "sue"], ["rejects", "accept", mark]):
        def said(days, size):
            done = run(*verb, "--until", str(today + datetime.timedelta(days)), "--reason", "x" * size, "-c", daemon.conf)
            return done.returncode, done.stderr
        code, why = said(401, 500)
        assert code and "more than 400 days away" in why, (verb, why)
        code, why = said(400, 501)
        assert code and "longer than 500 bytes" in why, (verb, why)
        code, why = said(400, 500)
        assert not re.search("400 days|500 bytes", why) and (code == 0 or mark in verb), (verb, why)


def answer_to(office, request=b'{"method":"dutywatch.Status"}\0'):
    """One who is refused is hung up on, whatever he asks."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(office.folder / "run" / "control"))
        s.settimeout(20)
        with contextlib.suppress(BrokenPipeError):
            s.sendall(request)
        data = b""
        while not data.endswith(b"\0") and (more := s.recv(65536)):
            data += more
    return json.loads(data.rstrip(b"\0"))


def test_a_request_has_so_many_bytes(daemon):
    """REQUEST_MAX"""
    def asked(size):
        empty = b'{"method":"dutywatch.Status","parameters":{"x":""}}'
        return empty.replace(b'""', b'"' + b"y" * (size - len(empty)) + b'"') + b"\0"
    assert "at most" not in json.dumps(answer_to(daemon, asked(64 * 1024 - 1)))
    assert "a request is at most 65536 bytes long" in json.dumps(answer_to(daemon, asked(64 * 1024 + 1)))
    assert daemon.ask("status")


def test_so_many_clients_are_answered_at_a_time(daemon):
    """CLIENTS_MAX"""
    path = str(daemon.folder / "run" / "control")
    open_ones = []
    try:
        for _ in range(16):
            s = socket.socket(socket.AF_UNIX)
            s.connect(path)
            open_ones.append(s)
        refused = answer_to(daemon)
        assert "the daemon answers 16 others already; try again" in json.dumps(refused)
        open_ones.pop().close()
        wait_until(lambda: "16 others" not in json.dumps(answer_to(daemon)))
    finally:
        for s in open_ones:
            s.close()


@pytest.mark.parametrize("size", [200, 201])
def test_a_value_that_is_quoted_ends_in_an_ellipsis(office, web, size):
    """VALUE_MAX: and what was kept of the record does not"""
    table = rows(3, **{"C-1": {"entered_on": "x" * size}})
    web.serve("/cases.csv", payload(table))
    office.write(dataset=ALL_REJECTED).once(code=(0, 1, 3))
    one = office.ask("rejects")["rejects"][0]
    assert one["value"].rstrip("\u2026") == "x" * min(size, 200) or size > 200
    assert one["value"].endswith("\u2026") == (size > 200), one


@pytest.mark.parametrize("beyond", [0, 1])
def test_of_a_rejected_record_so_many_bytes_are_kept(office, web, beyond):
    """REJECT_RAW_MAX: and it is said that there are more"""
    head, first, *rest = payload(rows(3, **{"C-1": {"entered_on": "soon"}})).decode().splitlines()
    first += " " * (2000 + beyond - len(first.encode()))
    web.serve("/cases.csv", "\n".join([head, first, *rest]).encode() + b"\n")
    office.write(dataset=ALL_REJECTED).once(code=(0, 1, 3))
    raw = office.ask("rejects")["rejects"][0]["raw"]
    assert raw.endswith("\u2026") == bool(beyond), raw[-20:]


@pytest.mark.parametrize("many", [5, 6])
def test_operators_are_told_that_examples_are_examples(office, web, many):
    """REJECTED_EXAMPLES"""
    web.serve("/cases.csv", payload(rows(12, **{f"C-{n}": {"entered_on": "soon"} for n in range(1, many + 1)})))
    office.write(dataset=ALL_REJECTED).once(code=(0, 1, 3))
    said = json.dumps([d for d in office.ask("list", "--all")["duties"] if d["subject"] == "source cases"])
    said += office.run("explain", "source cases", "-c", office.conf).stdout
    assert ("Among them" in said) == (many > 5) and ("Namely" in said) == (many <= 5), said


@pytest.mark.parametrize("many", [400, 401])
def test_as_of_has_each_finding_however_many_pages_it_takes(office, web, many):
    """AS_OF_PAGE"""
    web.serve("/cases.csv", payload(rows(many)))
    office.write(top='baseline_back = "50 years";').once("--today", "2026-03-03")
    time.sleep(1.1)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert len([f for f in office.ask("as-of", now.strftime("%Y-%m-%dT%H:%M:%SZ"))["findings"] if f["rule"] == "sue"]) == many


@pytest.mark.parametrize("size", [1023, 1024, 3000])
def test_a_long_answer_ends_in_an_ellipsis(office, mail, size):
    """REPLY_MAX, with its NUL"""
    office.write(top='retry_first = "1 second"; retry_most = "1 second";')
    only_by_mail(office, mail)
    reply = mail.at["ann@example.gov"] = "450 4.2.0 " + "x" * (size - 10)
    office.once(code=(0, 1, 3))
    answers = [m["answer"] for m in office.ask("queue", "--all")["messages"] if m["recipient"] == "ann@example.gov"]
    assert answers == [reply if size < 1024 else reply[:1020] + "…"]


@pytest.mark.parametrize("many", [24, 25])
def test_a_rule_looks_up_so_many_other_datasets(office, run, many):
    """LOOKUPS_MAX"""
    others = "".join(f', {{ id = "d{n}"; key = "no"; columns = {{ no = "text"; case_no = {{ type = "text"; refers = "cases"; }}; }}; }}'
                     for n in range(many))
    sources = "".join(f', {{ id = "d{n}"; url = "file:///dev/null"; }}' for n in range(many))
    terms = " AND ".join(f"count_of('d{n}') = 0" for n in range(many))
    office.write(rules=RULE.replace("met_on =", f'applies = "{terms}"; met_on ='), dataset=DATASET.rstrip()[:-2] + others + " );")
    office.conf.write_text(re.sub(r"(sources = \( .*) \);", rf"\1{sources} );", office.conf.read_text()))
    done = run("check", "-c", office.conf)
    assert done.returncode == (78 if many > 24 else 0), done.stderr
    assert many == 24 or "looks up more than 24 other datasets" in done.stderr


@pytest.mark.parametrize("many", [8, 9])
def test_so_many_values_of_one_cell_are_named(office, web, many):
    """SAID_MAX"""
    web.serve("/cases.csv", payload([{**rows(1)[0], "status": f"s{n}"} for n in range(many)]))
    office.write(dataset=ALL_REJECTED.replace('status = { type = "text"; values = [ "open", "closed" ]; };', 'status = "text";')
                 .replace('key = "case_no";', 'key = "case_no"; keep = "first";')).once(code=(0, 1, 3))
    said = office.run("status", "-c", office.conf).stdout + json.dumps(office.ask("status"), ensure_ascii=False)
    assert "s7" in said and ("\u2026" in said) == (many > 8), said


@pytest.mark.parametrize("many", [500, 501])
def test_a_message_with_more_cases_comes_in_parts(office, web, many):
    """MESSAGE_CASES"""
    web.serve("/cases.csv", payload([{**r, "entered_on": "2020-03-02"} for r in rows(many)]))
    office.write(top='baseline_back = "50 years";').once("--today", "2026-03-03")
    subjects = [m["subject"] for m in office.mails() if m["to"] == "boss@example.gov"]
    assert len(subjects) == (2 if many > 500 else 1) and all(f"{many} cases" in " ".join(s.split()) for s in subjects), subjects


@pytest.mark.parametrize("many", [5, 6, 20, 21])
def test_of_what_differs_it_is_said_how_much_there_is(office, web, many):
    """DIFFERENCES_PRINTED, DIFFERENCES_SHOWN, DIFFERING_SHOWN"""
    table = rows(many)
    web.serve("/cases.csv", payload(table + [{**r, "center": "other"} for r in table]))
    office.write(dataset=ALL_REJECTED.replace('key = "case_no";', 'key = "case_no"; keep = "first";')).once(code=(0, 1, 3))
    source = office.source()
    assert len(source["differ"]) == min(many, 20) and source["differences"] == many, source
    printed = office.run("status", "-c", office.conf).stdout
    assert len(re.findall("; kept: ", printed)) == 5 and ("and more: dutywatch status --json" in printed) == (many > 5), printed


@pytest.mark.parametrize("many", [5, 6])
def test_status_prints_so_many_rejected_records(office, web, many):
    """REJECTS_PRINTED"""
    web.serve("/cases.csv", payload(rows(12, **{f"C-{n}": {"penalty": "1,0"} for n in range(1, many + 1)})))
    office.write(dataset=ALL_REJECTED).once(code=(0, 1, 3))
    printed = office.run("status", "-c", office.conf).stdout
    assert len(re.findall(r"^ +line \d+", printed, re.M)) == 5 and ("more" in printed) == (many > 5), printed


@pytest.mark.parametrize("steps", [4, 5])
def test_a_way_between_datasets_has_so_many_steps(office, run, steps):
    """HOPS_MAX"""
    chain = "".join(f', {{ id = "d{n}"; key = "no"; columns = {{ no = "text"; up = {{ type = "text"; refers = "{to}"; }}; }}; }}'
                    for n in range(1, steps + 1) for to in [f"d{n - 1}" if n > 1 else "cases"])
    sources = "".join(f', {{ id = "d{n}"; url = "file:///dev/null"; }}' for n in range(1, steps + 1))
    office.write(rules=RULE.replace("met_on =", f"applies = \"count_of('d{steps}') = 0\"; met_on ="),
                 dataset=DATASET.rstrip()[:-2] + chain + " );")
    office.conf.write_text(re.sub(r"(sources = \( .*) \);", rf"\1{sources} );", office.conf.read_text()))
    done = run("check", "-c", office.conf)
    assert done.returncode == (78 if steps > 4 else 0), done.stderr


@pytest.mark.parametrize("many", [10, 11])
def test_so_many_owners_without_an_address_are_named(office, web, many):
    """UNREACHED_NAMES_SHOWN"""
    web.serve("/cases.csv", payload([{**r, "officer": f"Ann {n:02}", "entered_on": "2021-03-02"} for n, r in enumerate(rows(many))]))
    office.write().once("--today", "2026-03-03", code=(0, 1, 3))
    said = " ".join(office.said().split())
    assert "Ann 09" in said and ("; ..." in said) == (many > 10), said


@pytest.mark.parametrize("many", [8, 9])
def test_so_many_rules_without_a_test_are_named(office, run, many):
    """UNTESTED_SHOWN"""
    one = re.search(r'\{ id = "sue".*\} \);', RULE, re.S)[0].removesuffix(" );")
    office.write(rules=RULE.replace(one, ", ".join(one.replace('"sue"', f'"r{n}"') for n in range(many))))
    done = run("check", "-c", office.conf)
    said = done.stdout + done.stderr
    assert "r7" in said and ("1 more" in said) == (many > 8), said
