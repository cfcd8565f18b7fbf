"""What is more than usual: nothing of it is left out in silence."""
import datetime
import json
import re
import socket

import pytest

import test_documents
from conftest import wait_until
from office import Office, payload, rows


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
    office.write().once("--today", "2026-03-03")
    message = [m for m in office.ask("queue", "--all")["messages"] if m["recipient"] == "boss@example.gov"][0]
    assert len(office.ask("explain", message["key"])["findings"]) == many


def test_what_is_too_much_for_the_socket_is_read_from_the_files(office, start, web):
    """More lines than the daemon gives at once: who may read the files gets all of them; it does not grow for it."""
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
