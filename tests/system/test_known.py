"""Names that are of nothing: a mistyped rule, unit, office or case is said, and never looks like an empty list."""
import datetime

import pytest

from conftest import wait_until
from office import Office, payload, rows

CASES = rows(4, **{
    "C-1": {"center": "Machinery", "suit_on": "2024-12-01"},  # done before the watch began: no duty, no finding
    "C-2": {"center": "Electronics"}, "C-3": {"center": "Apparel"}})
OFFICES = """
datasets = ( { id = "cases"; key = "case_no"; columns = {
    case_no = { type = "text"; required = true; }; center = { type = "text"; refers = "centers"; }; officer = "text";
    penalty = "money"; entered_on = { type = "date"; required = true; }; suit_on = "date"; status = "text"; }; },
    { id = "centers"; key = "name"; columns = { name = "text"; }; } );
sources = sources_are_here;
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; severity = "notice"; }, { at = "-30 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; office = "OFFICE"; owner = "officer";
               amount = "penalty"; } );
rules = ( { id = "sue"; subject = "case"; title = "Bring suit"; law = "19 U.S.C. 1621(1)"; remedy = "Refer it.";
    deadline = { after = "entered_on"; term = "5 years"; }; met_on = "suit_on"; ladder = "l"; },
    { id = "close"; subject = "case"; title = "Close it"; law = "19 CFR 162"; remedy = "Close it.";
    deadline = { after = "entered_on"; term = "6 years"; }; ladder = "l"; } );
"""


@pytest.fixture
def office(run, tmp_path, web):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(CASES)))
    o.write(dataset="", rules=OFFICES.replace("sources = sources_are_here;\n", "").replace("OFFICE", "upper(center)"))
    names = web.serve("/centers.csv", b"name\nMachinery\nPetroleum\n")
    o.conf.write_text(o.conf.read_text().replace("sources = ( {", f'sources = ( {{ id = "centers"; url = "{names}"; }}, {{')
                      .replace('routes = (', 'routes = ( { units = [ "Agriculture" ]; channel = "files"; '
                               'to = "x@example.gov"; go_on = true; },'))
    o.once("--today", "2025-02-01")
    return o


@pytest.mark.parametrize("args, said", [
    (["--rule", "suu"], 'there is no rule "suu" (sue?)'),
    (["--rule", "nothing-like-it"], 'there is no rule "nothing-like-it"; there are sue, close'),
    (["--unit", "Elctronics"], 'there is no unit "Elctronics" (Electronics?)'),
    (["--office", "MACHINARY"], 'there is no office "MACHINARY" (MACHINERY?)'),  # of an expression
    (["--office", "PETROLEUM"], 'there is no office "PETROLEUM"'),
    (["--owner", "an@example.gov"], 'there is no owner "an@example.gov" (ann@example.gov?)'),
    (["--unit", "Steel mills"], 'there is no unit "Steel mills"; there are Apparel, BM, Electronics, Machinery'),
])
def test_a_list_of_what_is_not_there(office, args, said):
    for more in ([], ["--json"], ["--all"], ["--past", "--limit", "1"]):
        done = office.run("list", "-c", office.conf, *args, *more)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr, done.stderr


@pytest.mark.parametrize("args", [
    ["--rule", "close", "--past"], ["--rule", "blind"], ["--rule", "differs"],
    ["--unit", "Machinery", "--rule", "sue"],  # has a case that is done
    ["--unit", "Petroleum"],                   # has no case: it stands in the dataset to which the column refers
    ["--unit", "Agriculture"],                 # stands in a route
    ["--office", "MACHINERY", "--rule", "sue"],  # an expression gives it for a case that is done
    ["--unit", "(none)"], ["--office", "(none)"], ["--owner", "(none)"],
])
def test_a_list_of_nothing_is_no_error(office, args):
    done = office.run("list", "-c", office.conf, *args)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_a_rule_that_is_gone_is_known_while_it_has_findings(office):
    office.conf.write_text(office.conf.read_text().replace('id = "sue"', 'id = "suit"'))
    office.once("--today", "2025-02-02")
    assert office.run("list", "-c", office.conf, "--rule", "sue", "--all").returncode == 1
    assert office.run("list", "-c", office.conf, "--rule", "sux").returncode == 2


def test_explain_shows_one_rule_alone(office):
    finding = office.ask("list", "--rule", "sue", "--status", "open")["duties"][0]
    number, case = str(finding["finding"]), finding["subject"]
    both = office.ask("explain", case)
    assert {d["rule"] for d in both["watched"]} == {"sue", "close"} and len(both["findings"]) == 1
    one = office.ask("explain", case, "--rule", "close")
    assert [d["rule"] for d in one["watched"]] == ["close"] and one["findings"] == []
    one = office.ask("explain", case, "--rule", "sue")
    assert [d["rule"] for d in one["watched"]] == ["sue"] and len(one["findings"]) == 1
    assert office.ask("explain", number, "--rule", "sue")["findings"][0]["id"] == finding["finding"]
    key = next(m["key"] for m in office.ask("queue", "--all")["messages"])
    assert office.ask("explain", key)["findings"] and not office.ask("explain", key, "--rule", "close")["findings"]
    for args, said in ((["explain", number, "--rule", "close"], f"{number} is no finding"),
                       (["explain", "C-1", "--rule", "sue"], "no case that is watched under rule sue"),
                       (["explain", case, "--rule", "suu"], 'there is no rule "suu" (sue?)'),
                       (["as-of", "2025-02-01", "--case", "C-99"], 'there is no case "C-99"'),
                       (["as-of", "2025-02-01", "--unit", "Elctronics"], 'there is no unit "Elctronics" (Electronics?)'),
                       (["why-not", case, "suu"], 'there is no rule "suu" (sue?)'),
                       (["check", "--sql", "suu"], 'there is no rule "suu" (sue?)'),
                       (["check", "--explain", "suu"], 'there is no rule "suu" (sue?)'),
                       (["check", "--effective", "suu"], 'there is no rule "suu" (sue?)'),
                       (["test", "--new", "suu"], 'there is no rule "suu" (sue?)')):
        done = office.run(*args, "-c", office.conf)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr, (args, done.stderr)


def test_answers_to_what_is_not_there(run, tmp_path, web, start):
    cases = [{**c, "entered_on": "2025-01-15"} for c in rows(3)]
    office = Office(run, tmp_path, web.serve("/cases.csv", payload(cases))).write()
    process = start("run", "-c", office.conf)
    wait_until(lambda: (tmp_path / "run" / "control").exists() or process.poll() is not None)
    wait_until(lambda: office.ask("list")["duties"])
    today = office.ask("status")["day"]
    for args, said in ((["ack", "C-1", "--rule", "suu"], 'there is no rule "suu" (sue?)'),
                       (["ack", "1", "--rule", "suu"], 'there is no rule "suu" (sue?)'),
                       (["ack", "C-1", "--rule", "blind"], "C-1 has no open finding of rule blind"),
                       (["silence", "--rule", "suu"], 'there is no rule "suu" (sue?)'),
                       (["silence", "--unit", "BN"], 'there is no unit "BN" (BM?)'),
                       (["silence", "--office", "Miami"], 'there is no office "Miami"'),
                       (["silence", "--case", "C-9"], 'there is no case "C-9"'),
                       (["list", "--rule", "suu"], 'there is no rule "suu" (sue?)'),
                       (["explain", "C-1", "--rule", "suu"], 'there is no rule "suu" (sue?)')):
        more = [] if args[0] in ("list", "explain") else ["--until", today, "--reason", "x"]
        done = run(*args, *more, "-c", office.conf)
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr, (args, done.stderr)
    assert office.ask("silence")["silences"] == []
    assert run("silence", "--unit", "BM", "--until", today, "--reason", "x", "-c", office.conf).returncode == 0


def test_a_route_for_a_unit_that_no_row_has_is_warned_of(office):
    """Only where there is data, and where it is a column that says so: an office comes from an expression here."""
    text = office.conf.read_text()
    office.conf.write_text(text.replace('units = [ "Agriculture" ];', 'units = [ "Elctronics", "Petroleum" ]; offices = [ "APPAREL", "STEEL" ];'))
    line = 1 + text[:text.index('units = [ "Agri')].count("\n")
    done = office.run("check", "-c", office.conf)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert f'{office.conf}:{line}: warning: route: units: no row has it: there is no unit "Elctronics" (Electronics?)' in said, said
    assert said.count("no row has it") == 1, said
    fresh = office.run("check", "-c", office.conf, "--state-dir", office.folder / "none")
    assert "no row has it" not in fresh.stdout + fresh.stderr


def test_what_is_printed_can_be_typed(run, tmp_path, web, start):
    """Keys that are numbers, as findings have; a case without unit, office or owner."""
    day = (datetime.date.today() - datetime.timedelta(days=5 * 365 - 20)).isoformat()
    cases = [{**c, "case_no": n, "entered_on": day, "center": "" if n == "3" else "BM", "officer": "" if n == "2" else c["officer"]}
             for n, c in zip(("3", "1", "2", "40"), rows(4))]
    office = Office(run, tmp_path, web.serve("/cases.csv", payload(cases))).write()
    office.once()
    duties = office.ask("list")["duties"]
    assert {d["subject"] for d in office.ask("list", "--unit", "(none)")["duties"]} == {"3"}
    assert {d["subject"] for d in office.ask("list", "--owner", "(none)")["duties"]} == {"2"}
    assert len(office.ask("list", "--office", "(none)")["duties"]) == len(duties) == 4
    for d in duties:
        shown = {(f["id"], f["subject"]) for f in office.ask("explain", d["subject"])["findings"]}
        assert (d["finding"], d["subject"]) in shown, "its own findings, whatever the number is of"
        number, = office.ask("explain", f"#{d['finding']}")["findings"]
        assert (number["id"], number["subject"]) == (d["finding"], d["subject"])
    start("run", "-c", office.conf)
    wait_until(lambda: (tmp_path / "run" / "control").exists() and office.ask("list")["duties"])
    said = ["--until", office.ask("status")["day"], "--reason", "x", "-c", office.conf]
    for d in duties:
        other = any(f["finding"] == int(d["subject"]) and f is not d for f in duties)
        done = run("ack", d["subject"], *said)
        if other:
            assert done.returncode == 2 and "is the number of a finding and the key of a case: say #" in done.stderr
        else:
            assert done.returncode == 0, done.stderr
        assert run("ack", f"#{d['finding']}", *said).returncode == 0
