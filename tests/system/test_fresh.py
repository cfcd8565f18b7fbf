"""Fresh means the content: what was written long ago, a part that nobody asked for, a page of more."""
import email.utils
import json
import os
import time

import pytest

from office import DATASET, HEADER, Office, payload, rows

DAY = 86400
DATED = DATASET.replace("status = {", 'updated_on = "date"; updated_at = "datetime"; status = {')


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


def http_date(age):
    return email.utils.formatdate(time.time() - age * DAY, usegmt=True)


def dated(on="", at=""):
    """Cases of which one was updated then; another one is said to be updated in a far future."""
    lines = payload(rows(5)).decode().splitlines()
    ends = [("updated_on", "updated_at"), (on, at), ("2020-02-01", "2020-02-01T00:00:00Z"), ("", ""),
            ("2062-01-01", "2062-01-01T00:00:00Z"), ("", "")]
    return "\n".join(line + "," + ",".join(end) for line, end in zip(lines, ends)).encode() + b"\n"


def look(office):
    """The source after a run; the text of status says the same."""
    office.once()
    source = office.source()
    status = office.run("status", "-c", office.conf)
    late = source["state"] == "content late"
    assert late == bool(source["content_late"]) == ("its content is late" in status.stdout) == (status.returncode == 1)
    return source


def test_content_that_is_too_old_is_late_by_what_the_server_says(office, web):
    def serve(age):
        web.serve("/cases.csv", payload(rows()), headers={"Last-Modified": http_date(age)})

    office.write(source='content_age = "3 days";')
    serve(2)
    assert look(office)["state"] == "good"
    assert "Source cases" not in office.said()
    serve(4)
    source = look(office)
    assert "the server says that it was last modified on " in source["content_late"]
    assert source["content_late"].endswith(", content_age is 3 days")
    assert "its content is late" in office.said()
    assert [m["to"] for m in office.mails() if "cannot be seen" in m["subject"]] == ["ops@example.gov"]
    told = len(office.mails())
    serve(5)
    assert look(office)["state"] == "content late"
    assert len(office.mails()) == told  # once
    serve(0)  # the same bytes, but written again
    assert look(office)["state"] == "good"
    assert next(d for d in office.ask("list", "--all")["duties"] if d["rule"] == "blind")["status"] == "RESOLVED"


def test_a_file_is_as_old_as_its_last_writing(office, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_bytes(payload(rows()))
    office.write(source='content_age = { max = "2 days"; };', url=f"file://{path}")
    for age, state in ((1, "good"), (3, "content late"), (400, "content late"), (0, "good")):
        os.utime(path, (time.time() - age * DAY,) * 2)
        assert look(office)["state"] == state, age
    office.write(url=f"file://{path}")  # nobody says how old it may be: a year, and status has a hint after a month
    for age, hint, state in ((400, False, "content late"), (300, True, "good"), (3, False, "good")):
        os.utime(path, (0, time.time() - age * DAY))
        assert look(office)["state"] == state
        assert ("content_age would watch that" in office.run("status", "-c", office.conf).stdout) == hint


@pytest.mark.parametrize("column", ["updated_on", "updated_at"])
def test_a_column_says_how_old_the_content_is(office, web, column):
    def state(age):
        moment = time.gmtime(time.time() - age * DAY) if age is not None else None
        value = "" if age is None else time.strftime("%Y-%m-%d" if column == "updated_on" else "%Y-%m-%dT%H:%M:%SZ", moment)
        web.serve("/cases.csv", dated(**{column[8:]: value}), headers={"Last-Modified": http_date(0)})
        return look(office)

    office.write(source=f'content_age = {{ column = "{column}"; max = "2 days"; }};', dataset=DATED)
    assert state(1)["state"] == "good"  # the day of 2062 does not count
    assert f"the newest {column} is" in state(4)["content_late"]
    assert state(0)["state"] == "good"
    assert "the newest " in state(None)["content_late"]  # that of 2020


def test_the_column_is_read_anew_when_another_one_is_named(office, web):
    web.serve("/cases.csv", dated(on=time.strftime("%Y-%m-%d", time.gmtime()), at="2021-01-01T00:00:00Z"))
    for column, state in (("updated_on", "good"), ("updated_at", "content late"), ("updated_on", "good")):
        office.write(source=f'content_age = {{ column = "{column}"; max = "9 days"; }};', dataset=DATED)
        assert look(office)["state"] == state


@pytest.mark.parametrize("option, says", [
    ('{ column = "updatd_on"; max = "2 days"; }', 'column "updatd_on" (updated_on?)'),
    ('{ column = "status"; max = "2 days"; }', 'column "status" is text'),
    ('{ column = "updated_on"; }', "max is missing"),
    ('"soon"', 'max = "soon" is not a time'),
    ('"2 seconds"', "is below 1 minute"),
    ("2", "max = 2 is not a time"),
])
def test_a_content_age_that_cannot_be_measured_is_refused(office, option, says):
    office.write(source=f"content_age = {option};", dataset=DATED)
    done = office.run("check", "-c", office.conf)
    assert done.returncode == 78 and says in done.stdout + done.stderr


@pytest.mark.parametrize("status, first", [(206, False), (206, True), (304, True), (202, False), (204, False),
                                           (226, False)])
def test_only_the_whole_that_was_asked_for_is_a_payload(office, web, status, first):
    if not first:
        office.write().once("--today", "2026-03-02")
        before = office.duties()
    body = b"" if status in (204, 304) else payload(rows(18))
    web.serve("/cases.csv", body, status=status, headers={"Content-Range": "bytes 0-1/2"} if status == 206 else {})
    office.write(source='gone = "closed";').once("--today", "2026-03-03", code=(3,))
    source = office.source()
    assert source["state"] == "failing" and f"the server answered {status}" in source["error"]
    if not first:
        assert office.duties().keys() == before.keys() and "closed" not in office.said()
    web.serve("/cases.csv", payload(rows(20)))
    office.once("--today", "2026-03-04")
    assert office.source()["state"] == "good"


def page(data, **beside):
    return json.dumps({"data": [dict(zip(HEADER, row.values())) for row in data], **beside}).encode()


PAGES = {  # name: (body, headers, what is said; None: it is the whole)
    "next": (page(rows(), next="https://x.example/2"), {}, "next leads to another page"),
    "links.next": (page(rows(), links={"next": "/2"}), {}, "links.next leads to another page"),
    "total": (page(rows(), total=250), {}, "total is 250, but 20 records are here"),
    "Link": (page(rows()), {"Link": '</1>; rel="first", </2>; rel="next"'}, "header Link leads to another page: /2"),
    "last page": (page(rows(), next=None, total=20), {"Link": '</1>; rel="prev"'}, None),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_more_is_held_unless_it_is_said_to_be_whole(office, web, name):
    body, headers, says = PAGES[name]
    url = web.serve("/cases.json", body, headers=headers)
    office.write(source='format = "json"; at = "/data";', url=url).once("--today", "2026-03-02")
    source = office.source()
    if not says:
        assert source["state"] == "good"
        return
    assert source["state"] == "held" and "no whole body" in source["error"] and says in source["error"]
    assert "no whole body" in office.said() and not office.duties()
    office.write(source='format = "json"; at = "/data"; whole = true;', url=url).once("--today", "2026-03-02")
    assert office.source()["state"] == "good" and len(office.duties()) == 20


def test_any_format_can_be_one_page_of_several(office, web):
    web.serve("/cases.csv", payload(rows()), headers={"Link": "<https://x.example/?p=2>; rel=next"})
    office.write().once("--today", "2026-03-02")
    assert office.source()["state"] == "held"
    web.serve("/cases.csv", payload(rows(19)))
    office.once("--today", "2026-03-02")
    assert office.source()["state"] == "good"
