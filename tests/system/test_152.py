"""The 152 cases of the auditors, three times: what is told, what is not and why, what nobody can tell."""
import datetime
import email
import email.policy
import json
import os
import sys

import pytest

from conftest import TOP

sys.path.insert(0, str(TOP / "tests" / "demo"))
import oig152  # noqa: E402

FULL = bool(os.environ.get("FULL"))
SOL = ("--rule", "sol-1592-negligence")


@pytest.fixture(scope="module")
def cases():
    return oig152.population()


def lost(cases):
    return {c.number: c for c in cases if oig152.is_lost(c)}


def ask(run, conf, *arguments):
    done = run(*arguments, "-c", conf, "--json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def judge(run, conf, day):
    done = run("once", "-c", conf, "--today", day.isoformat())
    assert done.returncode in (0, 1), done.stderr


def mails(place):
    return [email.message_from_bytes(p.read_bytes(), policy=email.policy.default)
            for p in (place / "mail" / "new").iterdir()]


def body(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_the_population_is_that_of_the_reports(cases):
    assert len(cases) == 152 and sum(c.amount for c in cases) == 85_810_000_000
    assert len(lost(cases)) == 8 and sum(c.amount for c in lost(cases).values()) == 150_000_000
    assert all(c.limit < oig152.REPORT for c in cases)
    others = [c for c in cases if not oig152.is_lost(c)]
    assert all(c.ended <= c.last for c in others) and all(c.ended > c.last for c in lost(cases).values())
    assert sum((c.last - c.ended).days < 30 for c in others) >= 20


def test_eight_are_told_and_144_are_not_each_for_its_reason(run, tmp_path, cases):
    oig152.write_all(tmp_path, cases)
    conf = oig152.configure(tmp_path, TOP / "rules")
    judge(run, conf, oig152.AUDIT)

    past = ask(run, conf, "list", "--past", *SOL)
    assert {d["subject"] for d in past["duties"]} == set(lost(cases))
    assert past["counts"]["past_amount"] == 150_000_000
    assert {d["past_since"] for d in past["duties"]} == {
        (run_on(c.limit) + datetime.timedelta(1)).isoformat() for c in lost(cases).values()}

    register = ask(run, conf, "list", "--lost", *SOL)["duties"]
    assert {d["subject"] for d in register} == set(lost(cases))
    for d in register:
        record = {field["name"]: field["value"] for field in d["record"]}
        assert (record["closed_on"] or record["status_on"]) > d["last_day"] and d["told"]
        assert "loss_decision" in record

    counts = ask(run, conf, "list", *SOL)["counts"]
    assert (counts["total"], counts["amount"]) == (152, 85_810_000_000)
    reasons = {r["because"]: r["cases"] for r in counts["reasons"]}
    assert reasons == {"closed": 58, "settled": 41, "in litigation": 27, "at Treasury offset": 18}
    assert sum(r["amount"] for r in counts["reasons"]) == 85_810_000_000 - 150_000_000

    told = " ".join(body(m) for m in mails(tmp_path))
    assert {c.number for c in cases if c.number in told} == set(lost(cases))


def run_on(day):
    """The last day before a court: no Saturday, Sunday or holiday that one of the eight falls on."""
    while day.weekday() > 4 or (day.month, day.day) in ((1, 1), (7, 4), (11, 11), (12, 25)):
        day += datetime.timedelta(1)
    return day


def test_what_a_waiver_kept_alive_shows_its_date(run, tmp_path, cases):
    oig152.write_all(tmp_path, cases)
    conf = oig152.configure(tmp_path, TOP / "rules")
    judge(run, conf, oig152.AUDIT)
    duties = {d["subject"]: d for d in ask(run, conf, "list", *SOL)["duties"]}
    for case in (c for c in cases if c.waiver):
        assert duties[case.number]["last_day"] == case.waiver[1].isoformat() and not duties[case.number]["past_since"]


def test_from_open_cases_only_the_eight_are_asked_for(run, tmp_path, cases):
    conf = oig152.configure(tmp_path, TOP / "rules")
    day = datetime.date(2013, 9, 2)
    while day <= oig152.AUDIT:
        oig152.write_open(tmp_path, cases, day)
        judge(run, conf, day)
        day += datetime.timedelta(91 if FULL else 365)
    duties = {d["subject"]: d for d in ask(run, conf, "list", "--past", *SOL)["duties"]}
    there = [c for c in lost(cases).values() if c.number in duties]
    assert len(there) == 8 or not FULL  # once a year, one can have come and gone
    assert len(there) >= 6
    for case in there:
        assert duties[case.number]["ask"] == "how it ended: the record is no longer in the extract"
        assert duties[case.number]["status"] == "OPEN"
    assert not any("lost" in body(m).lower() or "expired" in body(m).lower() for m in mails(tmp_path))


def test_as_in_2022_one_list_an_office_and_one_for_the_operators(run, tmp_path, cases):
    oig152.write_2022(tmp_path, cases)
    conf = oig152.configure(tmp_path, TOP / "rules", waivers=False)
    judge(run, conf, oig152.REPORT)
    sent = mails(tmp_path)
    offices = {f"{c.office.lower().replace(' ', '.')}@cbp.example" for c in cases}
    assert sorted(m["to"] for m in sent) == sorted(offices | {"ops@cbp.example"})
    for mail in sent:
        text = body(mail)
        if mail["to"] == "ops@cbp.example":
            assert "152 duties stand on the earliest day" in text and "$858,100,000.00" in text
        else:
            theirs = [c for c in cases if mail["to"].startswith(c.office.lower().replace(" ", "."))]
            assert all(c.number in text for c in theirs)
            assert text.count("not shown to be extended: waivers cannot be seen") == len(theirs)
            assert "expired" not in text and "lost" not in text
    blind = [d for d in ask(run, conf, "list", "--status", "open")["duties"] if d["rule"] == "blind"]
    assert [d["subject"] for d in blind] == ["ledger waivers"]
