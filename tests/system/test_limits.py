"""What is more than usual: nothing of it is left out in silence."""
import datetime
import json
import re
import socket

import pytest

import test_documents
from conftest import wait_until
from office import DATASET, RULE, Office, payload, rows


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


@pytest.mark.parametrize("many", [255, 256, 257, 1000])
def test_each_document_of_a_case_counts_however_many_there_are(run, tmp_path, many):
    """The last waiver is the one that decides; each stay adds its day."""
    day = datetime.date
    (tmp_path / "c.conf").write_text(test_documents.CONF.format(dir=tmp_path))
    (tmp_path / "cases.csv").write_text("no,entered_on,importer\nextended,2021-03-02,Acme\ntolled,2021-03-02,Acme\n")
    (tmp_path / "waivers.csv").write_text("no,case_no,signed_on,until_on,who\n" + "".join(
        f"W-{n:04},extended,2026-01-05,{day(2027, 1, 1) + datetime.timedelta(n)},Acme\n" for n in range(many)))
    (tmp_path / "stays.csv").write_text("no,case_no,first_on,last_on\n" + "".join(
        f"S-{n:04},tolled,{d},{d}\n" for n in range(many) for d in [day(2021, 4, 1) + datetime.timedelta(n)]))
    assert run("once", "-c", tmp_path / "c.conf", "--today", "2026-02-02").returncode in (0, 1)
    listed = {d["subject"]: d["last_day"] for d in
              json.loads(run("list", "--all", "--json", "-c", tmp_path / "c.conf").stdout)["duties"] if d["rule"] == "sue"}
    assert listed == {"extended": str(day(2027, 1, 1) + datetime.timedelta(many - 1)),
                      "tolled": str(day(2026, 3, 2) + datetime.timedelta(many))}


@pytest.mark.parametrize("many", [64, 65, 150])
def test_each_recipient_is_told(office, many):
    people = ", ".join(f'"r{n}@example.gov"' for n in range(many))
    office.write()
    office.conf.write_text(office.conf.read_text().replace('to = "boss@example.gov"', f"to = [ {people} ]")
                           .replace('to = "ops@example.gov"', f"to = [ {people} ]"))
    office.once()
    assert {m["to"] for m in office.mails()} == {"ann@example.gov", *(f"r{n}@example.gov" for n in range(many))}


@pytest.mark.parametrize("many", [100, 101, 300])
def test_each_finding_of_a_message_is_explained(office, web, many):
    web.serve("/cases.csv", payload(rows(many)))
    office.write(top='baseline_back = "50 years";').once("--today", "2026-03-03")
    message = [m for m in office.ask("queue", "--all")["messages"] if m["recipient"] == "boss@example.gov"][0]
    assert len(office.ask("explain", message["key"])["findings"]) == many


def test_what_is_too_much_for_the_socket_is_read_from_the_files(office, start, web):
    """CONTROL_ROWS_MAX: more lines than the daemon gives at once: who may read the files gets all of them; it does not grow for it."""
    web.serve("/cases.csv", payload(rows(20_001)))
    office.write()
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists())
    wait_until(lambda: office.ask("status")["findings"]["watched"] >= 20_001, seconds=60)
    memory = lambda: int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{process.pid}/status").read())[1])
    before = memory()
    assert office.ask("list", "--limit", "20000")["counts"]["shown"] == 20_000
    assert len(office.ask("list", "--all")["duties"]) >= 20_001
    assert memory() - before < 200_000, "kB"
    assert process.poll() is None and office.ask("status")["healthy"]
    with socket.socket(socket.AF_UNIX) as s:  # who may not read them is told how to ask for less
        s.connect(str(office.folder / "run" / "control"))
        s.sendall(b'{"method":"dutywatch.List","parameters":{"status":"all"}}\0')
        data = b""
        while not data.endswith(b"\0"):
            data += s.recv(65536) or b"\0"
    assert "lines are more than the daemon gives at once (20000)" in json.loads(data[:-1])["parameters"]["message"]


def beside(n):
    return RULE.replace('term = "5 years"; }', 'term = "5 years"; beside = ( ' + ", ".join(
        f'{{ after = "entered_on"; term = "{i + 6} years"; from = "another day"; }}' for i in range(n)) + " ); }")


def ways(n):
    return RULE.replace('deadline = { after = "entered_on"; term = "5 years"; }', "deadline = { earliest_of = ( " + ", ".join(
        f'{{ after = "entered_on"; term = "{i + 5} years"; }}' for i in range(n)) + " ); }")


def closing(n):
    return ('calendars = ( { name = "office"; verified_from = "2000-01-01"; verified_until = "2099-12-31"; closings = ( '
            f'{{ on = "2027-01-01"; until = "{datetime.date(2027, 1, 1) + datetime.timedelta(n)}"; because = "a flood"; '
            'law = "order"; } ); } );')


# what is written into the configuration at the bound and one beyond; what `check` says of the latter
REFUSED = {
    "TERM_MOST": (146400, lambda n: dict(rules=RULE.replace("5 years", f"{n} days")), "term"),
    "WAYS_MAX": (8, lambda n: dict(rules=ways(n)), "more than 8"),
    "WAYS_MAX, beside": (8, lambda n: dict(rules=beside(n)), "more than 8"),
    "CLOSING_MOST": (366, lambda n: dict(top=closing(n)), "closing"),
}


@pytest.mark.parametrize("limit", REFUSED)
def test_what_check_refuses(office, run, limit):
    bound, text, says = REFUSED[limit]
    office.write(**text(bound))
    assert run("check", "-c", office.conf).returncode == 0, run("check", "-c", office.conf).stderr
    office.write(**text(bound + 1))
    done = run("check", "-c", office.conf)
    assert done.returncode == 78 and says in done.stderr, done.stderr


@pytest.mark.parametrize("size", [8191, 8192, 8193])
def test_a_credential_has_a_size(office, run, tmp_path, size):
    """CREDENTIAL_MAX, in bytes"""
    secret = tmp_path / "secret"
    secret.write_text("x" * size)
    secret.chmod(0o600)
    office.write(source=f'credential = "{secret}";')
    done = run("check", "-c", office.conf)
    assert done.returncode == (78 if size > 8192 else 0), done.stderr
    assert size <= 8192 or "8192" in done.stderr


def test_more_arguments_and_options_than_a_verb_has_are_refused(office, run):
    """ARGUMENTS_MAX, OPTIONS_MAX"""
    office.write()
    for n, says in ((16, False), (17, True)):
        done = run("explain", *["x"] * n, "-c", office.conf)
        assert done.returncode in (2, 3) and ("too many arguments" in done.stderr) == says, done.stderr
    for n, says in ((31, False), (32, True)):
        done = run("list", *["--past"] * n, "-c", office.conf)
        assert ("too many options" in done.stderr) == says, done.stderr


@pytest.mark.parametrize("columns", [4096, 4097])
def test_a_payload_has_so_many_columns(office, web, columns):
    """COLUMNS_MAX"""
    head, *lines = payload(rows()).decode().splitlines()
    more = columns - len(head.split(","))
    web.serve("/cases.csv", "\n".join([head + "".join(f",x{i}" for i in range(more)), *(line + "," * more for line in lines)]).encode())
    done = office.write().once(code=(1, 3))
    assert done.returncode == (1 if columns <= 4096 else 3)
    assert columns <= 4096 or "has 4097 columns, more than 4096" in office.source()["error"]


@pytest.mark.parametrize("times", [5, 6])
def test_a_source_may_redirect_so_often(office, web, times):
    """REDIRECTS_MAX"""
    for i in range(times):
        web.serve("/cases.csv" if i == 0 else f"/{i}", status=302, headers={"Location": web.url + f"/{i + 1}"})
    web.serve(f"/{times}", payload(rows()))
    assert office.write().once(code=(1, 3)).returncode == (1 if times <= 5 else 3)


@pytest.mark.parametrize("problems", [1000, 1001, 1500])
def test_of_many_problems_it_is_said_that_there_are_more(office, run, problems):
    """PROBLEMS_MAX"""
    office.write(top="".join(f"wrong_{i} = 1;\n" for i in range(problems)))
    done = run("check", "-c", office.conf)
    assert done.returncode == 78 and f"{problems} errors" in done.stderr
    assert ("the first 1000 problems are told, and there are more" in done.stderr) == (problems > 1000)


@pytest.mark.parametrize("size", [255, 256])
def test_a_longer_etag_is_not_sent_back(office, web, size):
    """ETAG_MAX: then all of it is fetched again"""
    tag = '"' + "x" * (size - 2) + '"'
    web.serve("/cases.csv", payload(rows()), headers={"ETag": tag})
    office.write().once()
    office.once()
    assert [r[2].get("If-None-Match") for r in web.requests] == [None, tag if size < 256 else None]


@pytest.mark.parametrize("rejected", [10_000, 10_001])
def test_each_rejected_record_is_counted(office, web, rejected):
    """REJECTS_KEPT_MAX, REJECTS_SHOWN"""
    table = rows(rejected + 1)
    for row in table[1:]:
        row["entered_on"] = "soon"
    web.serve("/cases.csv", payload(table))
    office.write(dataset=DATASET.replace("columns =", 'guard = { max_rejects = "100%"; }; columns =', 1)).once()
    last = office.source()["last_read"]
    assert last["rejects"] == rejected and len(last["rejected"]) == 20
    assert f"{rejected} records became no row" in office.run("status", "-c", office.conf).stdout


def test_years_long_ago_are_each_counted(office, web):
    """A first load counts what passed long ago by year: of 90 years, each."""
    table = rows(90)
    for i, row in enumerate(table):
        row["entered_on"] = f"{1910 + i}-03-02"
    web.serve("/cases.csv", payload(table))
    office.write().once()
    said = " ".join(office.said().split())
    assert [y for y in range(1915, 2005) if f"1 in {y}" not in said] == []


def test_a_day_may_be_closed_for_long(office):
    """A closing of 100 days, and two of a year each: the last day is the one after, and both computations agree."""
    calendar = ('calendars = ( { name = "office"; verified_from = "2000-01-01"; verified_until = "2099-12-31"; closings = ( '
                '{ on = "2025-03-15"; until = "2025-06-22"; because = "a flood"; law = "order"; }, '
                '{ on = "2025-08-15"; until = "2026-08-14"; because = "a fire"; law = "order"; }, '
                '{ on = "2026-08-15"; until = "2027-08-13"; because = "a fire"; law = "order"; } ); } );')
    rules = RULE.replace('term = "5 years";', 'term = "5 years"; last_day = "business"; calendar = "office";')
    office.write(top=calendar, rules=rules).once("--today", "2025-03-03")
    assert {office.duties()[c][1] for c in ("C-3", "C-15")} == {"2025-06-23"}
    assert {office.duties()[c][1] for c in ("C-8", "C-20")} == {"2027-08-16"}
    assert "computed in two ways" not in office.said()


def test_each_silence_holds_however_many_there_are(office, start):
    """Of 600 the last one, which lasts longer than the others, is kept, and so is its word."""
    office.write()
    start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists() and office.ask("list")["duties"])
    today = datetime.date.fromisoformat(office.ask("status")["day"])
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(office.folder / "run" / "control"))
        for n in range(600):
            asked = {"case": f"C-{n % 20 + 1}", "until": str(today + datetime.timedelta(1 + n // 10)), "reason": f"number {n}"}
            s.sendall(json.dumps({"method": "dutywatch.Silence", "parameters": asked}).encode() + b"\0")
            data = b""
            while not data.endswith(b"\0"):
                more = s.recv(65536)
                assert more, "the daemon hung up"
                data += more
            assert b'"error"' not in data, data
    assert [x["reason"] for x in office.ask("silence")["silences"]] == [f"number {n}" for n in range(600)]
