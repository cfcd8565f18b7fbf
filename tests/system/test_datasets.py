"""What a person sees of datasets: differences, parts, lists and codes, and edits that ask nobody again."""
import json

import pytest

from office import DATASET, Office, payload, rows


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


def status(office):
    return office.run("status", "-c", office.conf)


def test_records_that_contradict_each_other_are_shown_with_their_lines(office, web):
    table = rows(3) + [dict(rows(3)[1], status="closed", penalty="7.00")]
    web.serve("/cases.csv", payload(table))
    dataset = DATASET.replace('key = "case_no";', 'key = "case_no"; keep = "last";')
    office.write(dataset=dataset.replace('penalty = "money"', 'penalty = { type = "money"; keep = "max"; }'))
    office.once("--today", "2025-03-03")
    said = status(office).stdout
    assert "         2 values of which its records say different things\n" in said
    assert "           C-2: penalty: 1,000.00 (line 3), 7.00 (line 5); kept: 1,000.00\n" in said
    assert "           C-2: status: open (line 3), closed (line 5); kept: closed\n" in said
    source = json.loads(office.run("status", "--json", "-c", office.conf).stdout)["sources"][0]
    assert source["differences"] == 2 and source["last_read"]["rejects"] == 0
    assert source["differ"][1]["said"] == [{"line": 3, "value": "open"}, {"line": 5, "value": "closed"}]


def test_an_edit_while_it_was_stopped_is_read_from_disk(office, web):
    office.write(source='every = "1 day";').once("--today", "2025-03-03")
    asked = len(web.requests)
    web.serve("/cases.csv", status=503)
    office.write(source='every = "1 day";', dataset=DATASET.replace('center = "text"', 'center = { codes = "centers"; }'),
                 top='codes = ( { name = "centers"; values = ( { value = "Base Metals"; from = "BM"; } ); } );')
    office.once("--today", "2025-03-04", code=(3,))
    assert {d["unit"] for d in office.ask("list", "--all")["duties"] if d["rule"] == "sue"} == {"Base Metals"}
    assert len(web.requests) - asked <= 1  # once pulls each source; it was not needed


def test_a_file_of_one_center_leaves_the_others_alone(office, web):
    centers = {f"C-{i}": {"center": "BM" if i <= 10 else "MM"} for i in range(1, 21)}
    web.serve("/cases.csv", payload(rows(**centers)))
    office.write(source='part = "center";').once("--today", "2025-03-03")
    web.serve("/cases.csv", payload(rows(9, **centers)))
    office.once("--today", "2025-03-04")
    assert len(office.duties()) == 20
    last = json.loads(office.run("status", "--json", "-c", office.conf).stdout)["sources"][0]["last_read"]
    assert last["gone"] == 1 and last["state"] == "INGESTED"
