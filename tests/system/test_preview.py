"""preview: what somebody would be told, and nothing is sent or kept."""
import hashlib

import pytest

from office import Office, payload, rows


@pytest.fixture
def office(run, tmp_path, web):
    table = rows(6, **{"C-2": {"officer": "bob@example.gov"}, "C-5": {"entered_on": "2021-02-01"}})
    return Office(run, tmp_path, web.serve("/cases.csv", payload(table)))


def state_of(office):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in office.state.iterdir() if p.suffix == ".db"}


def test_all_that_is_open_and_theirs(office, run):
    office.write()
    office.once("--today", "2025-03-20")
    before, mails = state_of(office), len(office.mails())
    done = run("preview", "--to", "bob@example.gov", "--all", "-c", office.conf)
    assert done.returncode == 0, done.stderr
    assert "C-2" in done.stdout and "C-1" not in done.stdout
    assert "already so when the watch began" in done.stdout and "Bring suit" in done.stdout
    everything = office.ask("preview", "--to", "boss@example.gov", "--all")["messages"]
    cases = {c["name"] for m in everything for s in m["sections"] for c in s["cases"]}
    assert any(n.startswith("C-1") for n in cases) and any(n.startswith("C-2") for n in cases) and not any(n.startswith("C-5") for n in cases)
    assert state_of(office) == before and len(office.mails()) == mails


def test_what_waits(office, run):
    office.write()
    office.once("--today", "2025-03-20")
    assert "Nothing waits for bob@example.gov." in run("preview", "--to", "bob@example.gov", "-c", office.conf).stdout
    wrong = run("preview", "-c", office.conf)
    assert wrong.returncode == 2 and "name a recipient" in wrong.stderr


def test_in_trial_it_says_who_would_have_it(office, run):
    office.write()
    office.conf.write_text(office.conf.read_text().replace('mode = "live"', 'mode = "trial"'))
    office.once("--today", "2025-03-20")
    said = run("preview", "--to", "bob@example.gov", "--all", "-c", office.conf).stdout
    assert "TRIAL" in said and "bob@example.gov" in said and "C-2" in said
