"""Who can be reached is known before it matters: by the one reader of addresses, in routes, coverage and messages."""
import sqlite3
import time

import pytest

from office import RULE, Office, payload, rows

UNREACHABLE = ["ann@example.gov; bob@example.gov", "ann@example.gov,bob@example.gov", "ann@example.gov bob@example.gov",
               "ann@example.govbob@example.gov", "ann@", "a b@example.gov", "Bob <bob@example.gov>, ann@example.gov"]


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows(2))))


def only_by_mail(office, mail):
    """The owner by mail, the boss as the next route, operators by file."""
    text = office.conf.read_text()
    text = text.replace('channels = ( {', f'channels = ( {{ name = "mail"; type = "mail"; server = "{mail.url}"; from = "d@x"; }}, {{')
    text = text.replace('{ channel = "files"; to = "{owner}"; go_on = true; }', '{ channel = "mail"; to = "{owner}"; }')
    office.conf.write_text(text)


@pytest.mark.parametrize("owner", UNREACHABLE)
def test_an_owner_who_cannot_be_reached_is_passed_over_listed_and_told(office, web, mail, owner):
    web.serve("/cases.csv", payload(rows(2, **{"C-1": {"officer": owner}})))
    office.write()
    only_by_mail(office, mail)
    office.once("--today", "2025-03-03")
    assert [to for _, to, _ in mail.messages] == [["ann@example.gov"]] and b"C-2" in mail.messages[0][2]
    boss = [m.get_body(("plain",)).get_content() for m in office.mails() if m["to"] == "boss@example.gov"]
    assert len(boss) == 1 and "C-1" in boss[0] and "C-2" not in boss[0]
    told = [m.get_body(("plain",)).get_content() for m in office.mails() if m["to"] == "ops@example.gov"]
    assert len(told) == 1 and owner.split()[0].rstrip(";,") in told[0] and "is that of C-1" in " ".join(told[0].split())
    assert not [m for m in office.ask("queue", "--all")["messages"] if m["state"] != "SENT"]
    listed = office.ask("coverage", "--list")["no_owner"]
    assert listed["count"] == 1 and listed["duties"][0]["owner"] == owner
    office.once("--today", "2025-03-04")
    assert len([m for m in office.mails() if m["to"] == "ops@example.gov"]) == 1  # once
    web.serve("/cases.csv", payload(rows(2)))
    office.once("--today", "2025-03-05")
    found = [d for d in office.ask("list", "--all")["duties"] if d["subject"].startswith("recipient ")]
    assert [d["status"] for d in found] == ["RESOLVED"]
    assert office.ask("coverage", "--list")["no_owner"]["count"] == 0


def states(office):
    return {m["recipient"]: m["state"] for m in office.ask("queue", "--all")["messages"] if m["channel"] == "mail"}


def operators_mail(office):
    return [" ".join(m.get_body(("plain",)).get_content().split()) for m in office.mails() if m["to"] == "ops@example.gov"]


@pytest.mark.parametrize("at, reply, state", [
    ("ann@example.gov", "550 5.1.1 no such user", "DEAD"),
    ("ann@example.gov", "550 5.7.1 relay denied", "QUEUED"),
    ("ann@example.gov", "450 4.2.0 later", "QUEUED"),
    ("MAIL", "550 5.1.8 who are you", "QUEUED"),
    ("DATA", "554 5.6.0 no", "QUEUED"),
])
def test_a_refusal_is_of_the_recipient_or_of_the_channel(office, mail, at, reply, state):
    if at == "DATA":
        mail.answers = [reply]
    else:
        mail.at[at] = reply
    office.write(top='retry_first = "1 second"; retry_most = "1 second";')
    only_by_mail(office, mail)
    office.once("--today", "2025-03-03")
    assert states(office) == {"ann@example.gov": state} and not mail.messages
    told = operators_mail(office)
    if state == "DEAD":
        assert len(told) == 1 and "could not be delivered" in told[0] and "no such user" in told[0]
    elif reply.startswith("5"):
        assert len(told) == 1 and 'The channel "mail" refuses what it is given.' in told[0] and reply in told[0]
    else:
        assert not told
    mail.at.clear()
    if state == "QUEUED":
        time.sleep(1.3)
        office.once("--today", "2025-03-03")
        assert states(office) == {"ann@example.gov": "SENT"}


def test_who_alone_is_refused_is_dead(office, web, mail):
    web.serve("/cases.csv", payload(rows(2, **{"C-1": {"officer": "bob@example.gov"}})))
    mail.at["bob@example.gov"] = "550 I do not know him"
    office.write(top='retry_first = "1 second"; retry_most = "1 second";')
    only_by_mail(office, mail)
    office.once("--today", "2025-03-03")
    time.sleep(1.3)
    office.once("--today", "2025-03-03")
    assert states(office) == {"ann@example.gov": "SENT", "bob@example.gov": "DEAD"}
    assert len(operators_mail(office)) == 1 and "A message to bob@example.gov" in operators_mail(office)[0]


def test_a_message_that_cannot_be_made_is_dead_at_once(office, mail):
    office.write()
    only_by_mail(office, mail)
    mail.at["ann@example.gov"] = "450 4.2.0 later"
    office.once("--today", "2025-03-03")
    with sqlite3.connect(office.state / "state.db") as db:
        db.execute("UPDATE message SET content = '{', bytes = NULL, next_at = 0 WHERE state = 'QUEUED'")
    db.close()
    office.once("--today", "2025-03-03")
    assert states(office) == {"ann@example.gov": "DEAD"} and len(operators_mail(office)) == 1


def test_check_warns_where_no_other_channel_can_tell(office, run, tmp_path):
    mail = '{ name = "files"; type = "mail"; server = "smtp://localhost"; }'
    office.write()
    text = office.conf.read_text()
    begin, end = text.index("channels = ("), text.index("routes = (")
    for channels, warned in ((mail, True), (mail + ', { name = "other"; }', False), ('{ name = "files"; }', False)):
        office.conf.write_text(text[:begin] + f"channels = ( {channels} );\n" + text[end:])
        done = run("check", "-c", office.conf)
        assert done.returncode == 0 and ("it is the only channel" in done.stdout + done.stderr) == warned


def test_two_spellings_are_one_person(office, web, mail):
    owners = ["ann@example.gov", "Ann@Example.gov", "Ann Lee <ann@example.gov>", "\"Lee, Ann\" <ANN@EXAMPLE.GOV>"]
    web.serve("/cases.csv", payload(rows(4, **{f"C-{i}": {"officer": o} for i, o in enumerate(owners, 1)})))
    office.write()
    only_by_mail(office, mail)
    office.once("--today", "2025-03-03")
    assert len(mail.messages) == 1 and mail.messages[0][1] == ["ann@example.gov"]
    assert all(f"C-{i}".encode() in mail.messages[0][2] for i in range(1, 5))
    assert office.ask("coverage", "--list")["no_owner"]["count"] == 0
    assert not [m for m in office.mails() if m["to"] == "ops@example.gov"]
    shown = [office.run("preview", "-c", office.conf, "--all", "--to", to).stdout for to in owners[:3]]
    assert "C-3" in shown[0] and shown[0].splitlines()[1:] == shown[1].splitlines()[1:] == shown[2].splitlines()[1:]


def test_many_who_cannot_be_reached_are_told_in_one_message(office, web, mail):
    table = rows(60, **{f"C-{i}": {"officer": f"p{i}@x; q@x"} for i in range(1, 61)})
    web.serve("/cases.csv", payload(table))
    office.write()
    only_by_mail(office, mail)
    office.once("--today", "2025-03-03")
    told = [m.get_body(("plain",)).get_content() for m in office.mails() if m["to"] == "ops@example.gov"]
    assert len(told) == 1 and "10 more texts with @, in 10 duties" in " ".join(told[0].split())
    assert office.ask("coverage")["no_owner"]["count"] == 60


def test_names_without_a_contact_are_told_once_in_the_digest(office, web, mail):
    names = {f"C-{i}": {"officer": f"Officer {i:02}"} for i in range(1, 13)}
    web.serve("/cases.csv", payload(rows(14, **names)))
    office.write(top='contacts = ( { name = "Officer 03"; to = "three@example.gov"; } );')
    only_by_mail(office, mail)
    office.once("--today", "2025-03-03")
    office.once("--today", "2025-03-04")
    told = operators_mail(office)
    assert len(told) == 1 and "11 owners, in 11 duties, are no address and no contact: Officer 01; Officer 02" in told[0]
    assert ["three@example.gov"] in [to for _, to, _ in mail.messages]
    web.serve("/cases.csv", payload(rows(14)))
    office.once("--today", "2025-03-05")
    found = {d["subject"]: d["status"] for d in office.ask("list", "--all")["duties"] if d["rule"] == "blind"}
    assert found == {"recipients by name": "RESOLVED"}


@pytest.mark.parametrize("field, subject", [("owner", "recipients by name"), ("unit", "recipients by name: unit"),
                                            ("office", "recipients by name: office")])
def test_whatever_a_route_fills_is_told_where_it_leads_nowhere(office, web, mail, field, subject):
    table = rows(6, **{f"C-{i}": {"officer": f"O{i % 3}", "center": f"O{i % 3}"} for i in range(1, 7)})
    web.serve("/cases.csv", payload(table))
    rules = RULE.replace('unit = "center";', 'unit = "center"; office = "center";')
    office.write(rules=rules, top='contacts = ( { name = "O1"; to = "one@example.gov"; } );')
    only_by_mail(office, mail)
    office.conf.write_text(office.conf.read_text().replace('"{owner}"', f'"{{{field}}}"'))

    def open_ones():
        return {d["subject"] for d in office.ask("list", "--all")["duties"] if d["rule"] == "blind" and d["status"] == "OPEN"}

    office.once("--today", "2025-03-03")
    assert open_ones() == {subject}
    assert f"2 {field}s, in 4 duties, are no address and no contact: O0; O2" in operators_mail(office)[0]
    if field != "owner":  # a route for others is no way to them
        text = office.conf.read_text()
        office.conf.write_text(text.replace(f'to = "{{{field}}}";', f'to = "{{{field}}}"; {field}s = [ "O1", "O2" ];'))
        office.once("--today", "2025-03-03")
        assert open_ones() == {subject}
        office.conf.write_text(text.replace(f'to = "{{{field}}}";', f'to = "{{{field}}}"; {field}s = [ "O1" ];'))
        office.once("--today", "2025-03-04")
        assert open_ones() == set()
    office.conf.write_text(office.conf.read_text().replace('contacts = (', 'contacts = ( { name = "O0"; to = "a@x.org"; }, { name = "O2"; to = "b@x.org"; },'))
    office.once("--today", "2025-03-05")
    assert open_ones() == set()


def test_where_no_route_uses_the_owner_nobody_is_missed(office, web):
    web.serve("/cases.csv", payload(rows(2, **{"C-1": {"officer": UNREACHABLE[0]}})))
    office.write()
    office.conf.write_text(office.conf.read_text().replace('{ channel = "files"; to = "{owner}"; go_on = true; }, ', ""))
    office.once("--today", "2025-03-03")
    assert {m["to"] for m in office.mails()} == {"boss@example.gov"}
