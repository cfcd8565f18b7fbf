"""What is more than is shown or taken at once: each at its bound and one beyond, and what is said of it."""
import base64
import json
import socket
import sqlite3
import threading
import time

import pytest

import test_edits
from conftest import wait_until
from office import DATASET, RULE, Office, payload, rows

DOTS = "…"
ALL_REJECTED = DATASET.replace("columns =", 'guard = { max_rejects = "100%"; }; columns =', 1)


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


def last_move(office, case="C-1"):
    return office.ask("explain", case)["findings"][0]["moves"][0]


def is_start(shown, whole, room):
    """`shown` is all of `whole`, or as many whole characters as there is room for, and an ellipsis."""
    if len(whole.encode()) <= room:
        return shown == whole
    return shown == whole.encode()[:room].decode(errors="ignore") + DOTS


# --- what came ---


@pytest.mark.parametrize("size", [4000, 4001, 65536, 65537])
@pytest.mark.parametrize("filler", ["x", "é"])
def test_a_long_record_ends_in_an_ellipsis_in_explain(office, web, filler, size):
    """LINE_SHOWN_MAX, ROW_RAW_MAX: the payload has all of it"""
    head, line = payload(rows(1)).decode().splitlines()
    room = size - len(line) - 1
    line += "," + filler * (room // len(filler.encode())) + "x" * (room % len(filler.encode()))
    assert len(line.encode()) == size
    web.serve("/cases.csv", f"{head},note\n{line}\n".encode())
    office.write().once()
    move = last_move(office)
    assert is_start(move["inputs"]["raw"], line, 65536)
    assert is_start(move["pull"]["payload_line"], line, 4000)


@pytest.mark.parametrize("size", [65536, 65537])
def test_the_records_of_one_row_end_in_an_ellipsis_in_explain(office, web, size):
    """ROW_RAW_MAX, of three records"""
    head, line = payload(rows(1)).decode().splitlines()
    lines = [f"{line},{'x' * 30_000}", f"{line},{'y' * 30_000}", f"{line},"]
    lines[2] += "z" * (size - len("\n".join(lines)))
    web.serve("/cases.csv", "\n".join([head + ",note", *lines, ""]).encode())
    office.write(dataset=DATASET.replace('key = "case_no";', 'key = "case_no"; keep = "last";')
                 .replace('penalty = "money"', 'penalty = { type = "money"; keep = "max"; }')).once()
    raw = last_move(office)["inputs"]["raw"]
    assert raw == "\n".join(lines) if size <= 65536 else raw.endswith("z" + DOTS) and len(raw.encode()) <= 65536


@pytest.mark.parametrize("size", [255, 256])
def test_a_long_address_of_the_next_page_ends_in_an_ellipsis(office, web, size):
    """NEXT_PAGE_MAX, with its NUL"""
    there = "http://127.0.0.1/" + "p" * (size - 17)
    web.serve("/cases.csv", payload(rows()), headers={"Link": f'<{there}>; rel="next"'})
    office.write().once(code=(0, 1, 3))
    said = json.dumps(office.ask("status"), ensure_ascii=False)
    assert f"leads to another page: {there if size < 256 else there[:252] + DOTS};" in said


@pytest.mark.parametrize("size", [250, 251])
def test_a_name_that_is_looked_for_in_json_has_a_size(office, web, size):
    """SCAN_KEY_MAX"""
    name = "k" * size
    url = web.serve("/cases.json", json.dumps({name: rows()}).encode())
    office.write(url=url, source=f'format = "json"; at = "/{name}";').once(code=(0, 1, 3))
    assert len(office.duties()) == (20 if size <= 250 else 0)
    assert size <= 250 or "kkk" in office.source()["error"], office.source()


@pytest.mark.parametrize("size", [800, 801, 3000])
def test_the_columns_that_a_payload_has_end_in_an_ellipsis(office, web, size):
    """HEADER_LIST_MAX"""
    names = ", ".join(f"column_{i:03}" for i in range(300))[:size - 12]
    names = names[:names.rindex(",") + 2]
    names += "x" * (size - len(names))
    web.serve("/cases.csv", names.replace(", ", ",").encode() + b"\n")
    office.write().once(code=(3,))
    said = office.source()["error"]
    assert 'columns "case_no"' in said and "the header has: column_000, column_001" in said
    assert said.endswith(names if size == 800 else DOTS), said


# --- what is told of it ---


def reject(table, many):
    for row in table[:many]:
        row.update(entered_on="soon", officer=f"{row['case_no']}@example.gov")
    return table


def open_rejects(office):
    return {d["subject"] for d in office.ask("list")["duties"] if d["rule"] == "rejected" and not d["subject"].startswith("source")}


@pytest.mark.parametrize("many", [100, 101, 130])
def test_of_how_many_records_the_owner_is_not_told_is_said(office, web, many):
    """REJECTED_CASES_MAX; and who was told is not told of an end that is none, whatever comes before it now"""
    first = reject(rows(many + 20), many)[::-1]  # the rejected ones stand last
    web.serve("/cases.csv", payload(first))
    office.write(dataset=ALL_REJECTED).once("--today", "2025-03-03")
    told = open_rejects(office)
    assert len(told) == min(many, 100)
    said = " ".join(office.said().split())
    assert (f"Of {many - 100} record" in said) == (many > 100)
    web.serve("/cases.csv", payload(reject(rows(many + 20), many)[:many] + rows(many + 20)[many:]))
    office.once("--today", "2025-03-04")
    assert open_rejects(office) >= told
    web.serve("/cases.csv", payload(rows(many + 20)))
    office.once("--today", "2025-03-05")
    assert open_rejects(office) == set()


@pytest.mark.parametrize("many", [50, 51, 70])
def test_how_many_more_owners_are_no_address_is_said(office, web, many):
    """UNREACHED_FINDINGS_MAX; what is open stays so, whatever comes before it now"""
    def wrong(more):
        return [{**r, "officer": f"o{i:03}@@example.gov"} for i, r in enumerate(rows(many))] + [
            {**r, "case_no": f"D-{i}", "officer": f"o{i:03}@@example.gov"} for i, r in enumerate(rows(many)) if i >= more]

    def found():
        return {d["subject"] for d in office.ask("list")["duties"] if d["subject"].startswith("recipient ")}

    web.serve("/cases.csv", payload(wrong(many)))
    office.write().once("--today", "2025-03-03")
    told = {s for s in found() if "@@" in s}
    assert len(told) == min(many, 50)
    said = " ".join(office.said().split())
    assert (f"{many - 50} more texts with @, in {many - 50} duties, are no address" in said) == (many > 50)
    web.serve("/cases.csv", payload(wrong(many - 10)))  # the last ones have two duties each, and so come first
    office.once("--today", "2025-03-04")
    assert {s for s in found() if "@@" in s} >= told
    assert office.ask("coverage", "--list")["no_owner"]["count"] == many + 10


@pytest.mark.parametrize("many", [20, 21, 60])
def test_of_cases_that_lack_something_some_are_named_and_all_are_counted(office, web, many):
    """GAP_SUBJECTS_SHOWN"""
    table = rows(many)
    for row in table:
        row["suit_on"] = "soon"
    web.serve("/cases.csv", payload(table))
    office.write(dataset=ALL_REJECTED).once("--today", "2025-03-03")
    [gap] = [f for d in office.ask("list")["duties"] if d["rule"] == "incomplete" for f in office.ask("explain", d["subject"])["findings"]]
    said = [s["says"] for s in gap["moves"][0]["derivation"]["steps"]]
    assert said[0].startswith(f"For {many} cases")
    named, lines = said[1].removeprefix("Among them: ").split(". ", 1)
    assert sorted(named.split(", ")) == sorted(f"C-{i + 1}" for i in range(many))[:20]
    assert lines.count(": line ") == many or lines.rstrip(".").endswith(DOTS)


@pytest.mark.parametrize("many", [5, 6, 7])
def test_how_many_changes_of_rows_are_told(run, tmp_path, many):
    """EDITS_MAX"""
    office = test_edits.office.__wrapped__(run, tmp_path)
    for day, until in (("2026-04-01", "2026-05-01"), ("2026-04-02", "2026-07-01")):
        (office.folder / "cases.csv").write_bytes(payload(rows(1)))
        office.waivers.write_text("waiver_no,case_no,until_on,remark\n" + "".join(f"W-{i},C-1,{until},\n" for i in range(many)))
        office.once("--today", day)
    edits = test_edits.edits(office)
    assert [e.split(":")[0] for e in edits if e.startswith("Changed")] == [f"Changed in waivers W-{i}" for i in range(min(many, 6))]
    assert ("Further rows were changed." in test_edits.said(office)) == (many > 6)


@pytest.mark.parametrize("many", [20, 21, 40])
def test_how_many_more_things_verify_found_is_said(office, web, many):
    """VERIFY_WRONG_MAX"""
    web.serve("/cases.csv", payload(rows(60)))
    office.write(top='baseline_back = "50 years";').once("--today", "2026-03-03")
    with sqlite3.connect(office.state / "state.db") as db:
        changed = db.execute(f"UPDATE finding SET status = 'RESOLVED' WHERE id IN (SELECT id FROM finding WHERE rule = 'sue' LIMIT {many})")
        assert changed.rowcount == many
    done = office.run("verify", "-c", office.conf, "--json")
    [check] = [c for c in json.loads(done.stdout)["checks"] if c["what"] == "findings"]
    assert done.returncode == 1 and len(check["wrong"]) == 20 and check["more"] == many - 20
    said = office.run("verify", "-c", office.conf).stdout
    assert (f"and {many - 20} more" in said) == (many > 20)


@pytest.mark.parametrize("size", [100, 157, 158, 5000])
def test_what_is_wrong_with_an_option_ends_in_an_ellipsis(office, size):
    """WRONG_TEXT_MAX"""
    office.write(source=f'every = "{"x" * size}";')
    done = office.run("check", "-c", office.conf)
    [line] = [l for l in done.stderr.splitlines() if "every" in l]
    assert done.returncode == 78 and line.endswith('is not a time such as "15 minutes", "2 hours" or "1 day"')
    assert f'every = "{"x" * 100}' in line and (DOTS in line) == (size > 157), line


# --- what is sent and answered ---

ANSWER_MAX = 64 << 20


def call(office, method, parameters):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(office.folder / "run" / "control"))
        s.sendall(json.dumps({"method": "dutywatch." + method, "parameters": parameters}).encode() + b"\0")
        data = bytearray()
        while not data.endswith(b"\0"):
            data += s.recv(1 << 20)
    return bytes(data[:-1])


@pytest.mark.parametrize("many", [4, 5, 9])
def test_so_many_messages_are_under_way_at_a_time(office, web, tmp_path, many):
    """COURIER_MOST: the others go next"""
    lock, under_way, seen = threading.Lock(), [0], []

    def slow(handler):
        with lock:
            under_way[0] += 1
            seen.append(under_way[0])
        time.sleep(0.3)
        with lock:
            under_way[0] -= 1
        handler.send_response(202)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    secret = tmp_path / "hook"
    secret.write_text("whsec_" + base64.b64encode(b"k" * 32).decode() + "\n")
    secret.chmod(0o600)
    web.serve("/hook", slow)
    office.write()
    to = ", ".join(f'"r{i}"' for i in range(many))
    text = office.conf.read_text().replace(
        "channels = ( {", f'channels = ( {{ name = "hook"; type = "webhook"; url = "{web.url}/hook"; secret = "{secret}"; }}, {{')
    office.conf.write_text(text.replace('{ channel = "files"; to = "{owner}"; go_on = true; }, { channel = "files"; to = "boss@example.gov"; }',
                                        f'{{ channel = "hook"; to = [ {to} ]; }}'))
    office.once("--today", "2025-03-03")
    assert len(seen) == many and max(seen) == 4
    assert {m["recipient"] for m in office.ask("queue", "--all")["messages"] if m["state"] == "SENT"} >= {f"r{i}" for i in range(many)}


def test_a_larger_answer_than_the_daemon_gives_is_refused(office, start, web):
    """ANSWER_MAX: it says so and stays well, and who may read the files gets all of it"""
    table = rows(500)
    for i, row in enumerate(table):
        row["officer"] = "ann@example.gov" if i < 420 else "bob@example.gov"
    head, *lines = payload(table).decode().splitlines()
    web.serve("/cases.csv", "\n".join([head + ",note", *(f"{line},{'x' * 65_000}" for line in lines), ""]).encode())
    again = RULE[RULE.index("rules = ("):].replace("rules = (", ",", 1).replace('"sue"', '"again"')
    office.write(rules=RULE.rstrip().removesuffix(");") + again, top='baseline_back = "50 years";').once("--today", "2026-03-03")
    keys = {m["recipient"]: m["key"] for m in office.ask("queue", "--all")["messages"]}
    process = start("run", "-c", office.conf)
    wait_until(lambda: (office.folder / "run" / "control").exists())
    fits, beyond = (call(office, "Explain", {"what": keys[who]}) for who in ("ann@example.gov", "boss@example.gov"))
    assert 0.8 * ANSWER_MAX < len(fits) < ANSWER_MAX and len(json.loads(fits)["parameters"]["findings"]) == 840
    assert "the answer is more than the 64 MB that the daemon gives at once" in json.loads(beyond)["parameters"]["message"]
    asked = office.run("explain", keys["boss@example.gov"], "--json", "-c", office.conf, seconds=600).stdout
    assert len(asked.encode()) > ANSWER_MAX and len(json.loads(asked)["findings"]) == 1000
    assert process.poll() is None and json.loads(call(office, "Status", {}))["parameters"]["sources"]
