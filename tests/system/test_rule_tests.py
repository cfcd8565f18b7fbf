"""test: rule tests that pass, that fail in each field, files with mistakes, every option."""
import json
import os
import re
import xml.etree.ElementTree

import pytest

from conftest import TOP, wait_until
from test_manual import example

CONF = """
name = "T"; operators = { channel = "files"; to = "ops@example.org"; };
channels = ( { name = "files"; } );
routes = ( { channel = "files"; to = [ "{owner}", "boss@example.org" ]; } );
datasets = ( { id = "permits"; key = "permit_no"; columns = { permit_no = "text"; holder = "text"; kind = "text";
                issued_on = "date"; renewed_on = "date"; fee = "money"; unit = "text"; office = "text"; }; },
             { id = "visits"; key = "no"; columns = { no = "text"; held_on = "date";
                permit_no = { type = "text"; refers = "permits"; }; }; } );
sources = ( { id = "permits"; url = "http://127.0.0.1:9/permits"; user = "u"; credential = "never-read"; gone = "closed"; },
            { id = "visits"; url = "http://127.0.0.1:9/visits"; } );
subjects = ( { name = "permit"; from = "permits"; owner = "holder"; unit = "unit"; office = "office"; amount = "fee"; } );
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; severity = "notice"; }, { at = "-14 days"; } ); } );
rules = (
    { id = "renew"; subject = "permit"; ladder = "l"; title = "Permits <are> renewed & kept"; law = "Rules, 7";
      remedy = "Send the form."; applies = "kind IS NOT 'free'"; deadline = { after = "issued_on"; from = "the day of issue"; term = "2 years"; };
      met_on = "renewed_on"; quiet = ( { when = "kind = 'old'"; on = "issued_on"; because = "an old kind"; } ); },
    { id = "visit"; subject = "permit"; ladder = "l"; title = "Each month"; law = "Rules, 8"; remedy = "Go there.";
      applies = "unit IS 'North'";
      every = { period = "month"; since = "2026-10-01"; grace = "3 days"; events = "visits"; on = "held_on"; }; } );
"""
ROWS = """rows = { permits = [ "permit_no,holder,issued_on,renewed_on,kind,fee,unit,office",
    "P-1,ann@example.org,2024-12-04,,,\\"1,500.00\\",North,Nome", "P-2,ann@example.org,2024-12-04,2026-10-01,,,,",
    "P-3,ann@example.org,,,,,,", "P-4,ann@example.org,2024-12-04,,free,,,", "P-5,ann@example.org,2024-12-04,,old,,," ];
    visits = [ "no,permit_no,held_on", "V-1,P-1,2026-10-08" ]; };"""
GOOD = {"answer": "pending", "last_day": "2026-12-04", "act_by": "2026-12-04", "stage": "-14 days", "ask": "none",
        "quiet": "none", "met_on": "none", "past_since": "none", "unit": "North", "office": "Nome",
        "owner": "ann@example.org", "amount": "1,500.00", "finding": "open", "changes": "baseline", "steps": "2 years"}
WRONG = {"answer": "met", "last_day": "2026-12-05", "act_by": "none", "stage": "past", "ask": "the day",
         "quiet": "closed", "met_on": "2026-01-01", "past_since": "2026-01-01", "unit": "South", "office": "none",
         "owner": "bob@example.org", "amount": "1.00", "finding": "none", "changes": "stage", "steps": "3 years"}


def fields(**values):
    return " ".join(f'{k} = "{v}";' for k, v in values.items())


def one(name, *expect, rule="renew", subject="P-1", more="", day="2026-11-24", rows=ROWS):
    expect = ", ".join(f'{{ {fields(**{"rule": rule, "subject": subject, **e})} }}' for e in expect)
    return f'{{ name = "{name}"; day = "{day}"; {rows}\n  expect = ( {expect} );\n  {more} }}'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dutywatch.conf").write_text(CONF)

    def write(*tests, name="a.test", head=""):
        (tmp_path / name).write_text(f"{head}tests = (\n" + ",\n".join(tests) + "\n);\n")
        return tmp_path

    return write


@pytest.fixture
def test(run):
    """test(folder, ...): exit code, standard output, standard error."""

    def call(*args, **options):
        done = run("test", *args, **options)
        return done.returncode, done.stdout, done.stderr

    return call


def test_what_is_so_passes_in_every_field(folder, test):
    at = folder(one("P", GOOD),
                one("met", {"answer": "met", "met_on": "2026-10-01", "finding": "none", "stage": "none"}, subject="P-2"),
                one("unknown", {"answer": "unknown", "ask": "the day from which the time runs"}, subject="P-3"),
                one("outside", {"answer": "outside", "finding": "none", "last_day": "none"}, subject="P-4"),
                one("quiet", {"answer": "pending", "quiet": "an old kind"}, subject="P-5"),
                one("period", {"period": "2026-11", "last_day": "2026-12-03"},
                    {"period": "2026-10", "answer": "met", "met_on": "2026-10-08"}, rule="visit"),
                one("told", more='messages = ( { to = "ann@example.org"; contains = [ "P-1", "Send the form." ]; },'
                                 ' { to = "nobody@example.org"; count = 0; }, { lacks = "P-4"; contains = "began"; count = 2; } );'))
    assert test(at) == (0, "7 passed, 0 failed\n", "")
    assert test(at / "a.test") == (0, "7 passed, 0 failed\n", "")
    assert test(cwd=at) == (0, "7 passed, 0 failed\n", "")
    assert [p.name for p in sorted(at.iterdir())] == ["a.test", "dutywatch.conf"], "nothing is left behind"


def test_what_is_not_so_fails_with_the_field_and_the_way_to_the_date(folder, test):
    at = folder(*(one(f"wrong {k}", {k: v}) for k, v in WRONG.items()), one("right", GOOD))
    code, out, err = test(at)
    assert (code, err, out.splitlines()[-1]) == (1, "", f"1 passed, {len(WRONG)} failed")
    for field, wrong in WRONG.items():
        found = "none" if field == "steps" else "$1,500.00" if field == "amount" else GOOD[field]
        wrong = "$1.00" if field == "amount" else wrong
        part = out[out.index(f'"wrong {field}"'):].split('test "')[0]
        assert f"    {field}: expected {wrong}, found {found}\n" in part, field
    line = (at / "a.test").read_text().splitlines().index('  expect = ( { rule = "renew"; subject = "P-1"; answer = "met"; } );') + 1
    assert out.startswith(f'{at}/a.test:{line}: test "wrong answer", 2026-11-24: renew P-1\n'
                          "    answer: expected met, found pending\n"
                          "    1. The time runs from Wed 4 Dec 2024"), out
    assert "    2. 2 years after that is Fri 4 Dec 2026 (Rules, 7).\n" in out


@pytest.mark.parametrize("test_of, said", [
    (one("x", {"answer": "pending"}, subject="P-9"), "subject: expected a row, found no row P-9 in dataset permits"),
    (one("x", {"answer": "pending"}, rule="visit"), "period: expected one; say which, found 2026-10, 2026-11"),
    (one("x", more='messages = ( { to = "boss@example.org"; contains = "P-4"; } );'),
     'messages: expected a message to boss@example.org that contains "P-4", found none'),
    (one("x", more='messages = ( { to = "boss@example.org"; contains = "began"; count = 0; } );'),
     'messages: expected 0 messages to boss@example.org that contains "began", found 1 of them'),
    (one("x", {"answer": "pending"}, rows=ROWS.replace("2024-12-04", "4.12.2024", 1)), "issued_on"),
    (one("x", {"answer": "pending"}, rows=ROWS.replace('"V-1', '"V-1,x,y,z,V-1')), "rows: expected good, found line 2"),
    (one("x", {"answer": "pending"}, subject="P-2", rows='not_loaded = "permits";'), "subject: expected a row"),
], ids=["row", "period", "message", "too many", "day", "cells", "not loaded"])
def test_what_cannot_be_compared_fails(folder, test, test_of, said):
    code, out, _ = test(folder(test_of))
    assert code == 1 and said in out, out
    assert out.splitlines()[-1] == "0 passed, 1 failed"


STANDARD = """
rules = ( { id = "speed"; subject = "permit"; ladder = "l"; title = "Fast"; law = "Rules, 9"; remedy = "Look.";
    applies = "kind IS NOT 'free'"; every = { period = "quarter"; since = "2024-01-01"; };
    measure = { on = "issued_on"; numerator = "renewed_on IS NOT NULL"; at_least = "0.3"; min_cases = 2; }; } );
"""


def test_a_group_of_a_standard_that_is_none_is_no_success(folder, test):
    def of(group, answer, period="2024-Q4"):
        return one(f"{group} {period}", {"period": period, "finding": "none", "answer": answer}, rule="speed", subject=group,
                   rows=ROWS.replace("P-4,ann@example.org,2024-12-04,,free,,,", "P-4,ann@example.org,2024-12-04,,free,,South,"))

    at = folder(of("North", "outside"), of("(none)", "met"), of("North", "outside", "2024-Q3"), of("Norht", "outside"),
                of("South", "outside"))
    (at / "dutywatch.conf").write_text(CONF[:CONF.index("rules = (")] + STANDARD)
    code, out, err = test(at)
    assert code == 1 and out.splitlines()[-1] == "3 passed, 2 failed", out + err
    for group in ("Norht", "South"):  # no row has the first; the rule binds no row of the other
        line = next(n for n, text in enumerate((at / "a.test").read_text().splitlines(), 1) if f'subject = "{group}"' in text)
        assert f'{at}/a.test:{line}: test "{group} 2024-Q4"' in out, out
        assert f"subject: expected a group, found no row of the group {group} in dataset permits" in out, out


def test_what_a_killed_run_left_is_removed_by_the_next(folder, test, tmp_path, start):
    at = folder(*(one(f"P {n}", GOOD) for n in range(400)))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    left = {**os.environ, "TMPDIR": str(scratch)}
    process = start("test", at, env=left)
    wait_until(lambda: list(scratch.glob("*/state.db")) or process.poll() is not None)
    process.kill()
    process.wait()
    assert len(list(scratch.iterdir())) == 1
    code, out, _ = test(at, "--run", "P 399", env=left)
    assert (code, out) == (0, "1 passed, 0 failed\n")
    assert not list(scratch.iterdir())


def test_steps_are_days_one_after_the_other(folder, test):
    def step(day, rows, more):
        return f'{{ day = "{day}"; {rows} expect = ( {{ rule = "renew"; subject = "P-1"; {fields(**more)} }} ); }}'

    met = ROWS.replace("2024-12-04,,,", "2024-12-04,2026-12-07,,", 1)
    steps = ",\n".join([
        step("2026-08-01", ROWS, {"finding": "none", "stage": "none"}),
        step("2026-11-20", "", {"changes": "stage", "stage": "-14 days"}),
        step("2026-12-04", "", {"changes": "none", "past_since": "none"}),
        step("2026-12-05", "", {"changes": "breached", "stage": "past", "past_since": "2026-12-05"}),
        step("2026-12-08", met, {"changes": "met late", "finding": "resolved", "met_on": "2026-12-07"})])
    at = folder(f'{{ name = "a life"; steps = ( {steps} ); }}', one("begins with nothing", {"changes": "baseline"}))
    assert test(at) == (0, "2 passed, 0 failed\n", "")
    text = (at / "a.test").read_text()
    (at / "a.test").write_text(text.replace('changes = "breached"', 'changes = "none"'))
    code, out, _ = test(at)
    assert code == 1 and 'test "a life", step 4, 2026-12-05: renew P-1\n    changes: expected none, found breached' in out
    left = step("2026-11-25", ROWS.replace('"P-1', '"P-7'), {"finding": "withdrawn", "changes": "gone"})
    assert test(folder(f'{{ name = "left"; steps = ( {step("2026-11-24", ROWS, {})}, {left} ); }}')) == (
        0, "1 passed, 0 failed\n", "")


def test_every_mistake_is_said_with_its_line_and_the_other_files_run(folder, test, tmp_path):
    at = folder(one("good", GOOD), name="good.test")
    bad = ['tests = (', '{ name = "a"; dya = "2026-11-24"; expect = ( { rule = "renew"; subject = "P-1"; } ); },',
           '{ name = "b"; day = "2026-13-24"; expect = ( { rule = "renew"; subject = "P-1"; } ); },',
           '{ name = "c"; day = "2026-11-24";', 'expect = ( { rule = "renew"; subject = "P-1"; last_day = "soon"; },',
           '{ rule = "renew"; subject = "P-1"; answer = "perhaps"; } ); },', '{ name = "c"; day = "2026-11-24"; },',
           '{ name = "d"; steps = ( { day = "2026-11-24"; },', '{ day = "2026-11-23"; expect = ( { subject = "P-1"; } ); } ); } );']
    (at / "bad.test").write_text("\n".join(bad))
    (at / "names.test").write_text("tests = (\n" + one("x", {}, rule="renw", rows='rows = { permts = [ "a" ]; };') + ",\n" +
                                   one("y", {}, rows='rows = { permits = [ "permit_no,colour" ]; };') + "\n);")
    (at / "syntax.test").write_text("tests = (\n{ name = ; } );")
    (at / "empty.test").write_text("")
    code, out, err = test(at)
    assert code == 78 and out == "1 passed, 0 failed\n"
    for said in ['bad.test:2: test "a": unknown key "dya" (day?)', "bad.test:3: ", "bad.test:5: expect \"renew\": last_day = \"soon\"",
                 "bad.test:6: ", 'bad.test:7: test "c": expects nothing', 'bad.test:7: test "c" is there twice',
                 'bad.test:9: test "d": day 2026-11-23 is before', "bad.test:9: ", 'no rule "renw" (renew?)',
                 'no dataset "permts" (permits?)', 'dataset permits has no column "colour"', "syntax.test:2: ",
                 "empty.test: has no tests"]:
        assert said in err, (said, err)
    assert json.loads(test(at, "--json")[1])["errors"] >= 12
    assert test(at, "--junit", tmp_path / "j.xml")[0] == 78
    suite = xml.etree.ElementTree.parse(tmp_path / "j.xml").getroot().find("testsuite")
    assert int(suite.get("errors")) >= 12 and len(suite.findall("testcase/error")) == int(suite.get("errors"))


def test_a_bad_configuration_is_said_once(folder, test):
    at = folder(one("a", GOOD))
    folder(one("b", GOOD), name="b.test")
    (at / "dutywatch.conf").write_text(CONF.replace("after = \"issued_on", "after = \"isued_on"))
    code, _, err = test(at)
    assert code == 78 and err.count("isued_on") == 1 and re.search(r"dutywatch\.conf:\d+: rule \"renew\"", err), err
    (at / "dutywatch.conf").unlink()
    code, _, err = test(at)
    assert code == 78 and err.count("config is missing") == 2
    (at / "other").mkdir()
    (at / "other" / "x.conf").write_text(CONF)
    assert test(at, "-c", at / "other" / "x.conf") == (0, "2 passed, 0 failed\n", "")
    folder(one("a", GOOD), head='config = "other/x.conf";\n')
    folder(one("b", GOOD), name="b.test", head='config = "other/none.conf";\n')
    code, out, err = test(at)
    assert code == 78 and out == "1 passed, 0 failed\n" and "other/none.conf" in err


def test_options(folder, test, tmp_path):
    at = folder(one("one <&> \\\"good\\\"", GOOD), one("two bad", {"answer": "met", "stage": "-14 days"}))
    assert test(at, "--run", "one")[:2] == (0, "1 passed, 0 failed\n")
    code, _, err = test(at, "--run", "three")
    assert code == 2 and 'no test\'s name contains "three"' in err
    code, out, _ = test(at, "--diff")
    assert code == 1 and "--- expected" in out and "\n-answer = met\n+answer = pending\n stage = -14 days\n" in out
    assert test(at, "--junit", tmp_path / "j.xml")[0] == 1
    suite = xml.etree.ElementTree.parse(tmp_path / "j.xml").getroot().find("testsuite")
    assert [suite.get(k) for k in ("tests", "failures", "errors")] == ["2", "1", "0"]
    cases = {c.get("name"): c for c in suite}
    assert cases['one <&> "good"'].find("failure") is None
    assert "answer: expected met, found pending\n" in cases["two bad"].find("failure").text
    assert "2 years after that" in cases["two bad"].find("failure").text
    j = json.loads(test(at, "--json")[1])
    assert (j["passed"], j["failed"], [t["passed"] for t in j["tests"]]) == (1, 1, [True, False])
    assert j["tests"][1]["failures"][0]["differences"] == [
        {"field": "answer", "expected": "met", "found": "pending", "same": False},
        {"field": "stage", "expected": "-14 days", "found": "-14 days", "same": True}]
    assert test(at, "--state-dir", at)[0] == 2
    assert test(at, "--junit", at / "no" / "x.xml")[0] == 3
    assert test(at / "nowhere")[0] == 3
    (at / "nothing").mkdir()
    assert test(at / "nothing")[0] == 3


def test_the_manual_has_every_field_and_its_example_passes(tmp_path, test):
    source = (TOP / "daemon/config/trials.c").read_text()
    page = (TOP / "daemon/dutywatch.test.5").read_text()
    items = " ".join(re.findall(r"^\.It (.*)", page, re.M)).replace(",", "").split()
    said = set(items) - {"Ic"}
    assert said == set(re.findall(r'"(\w+)",\s+FIELD_', source)) - {"dataset", "lines"}
    (tmp_path / "dutywatch.conf").write_text(example("dutywatch.conf.5", "A FIRST CONFIGURATION"))
    (tmp_path / "a.test").write_text(example("dutywatch.test.5", "DESCRIPTION"))
    assert test(tmp_path) == (0, "2 passed, 0 failed\n", "")


# --- packs ---


def test_a_pack_says_whom_a_document_binds(folder, run):
    at = folder(one("a", GOOD))
    conf = at / "dutywatch.conf"
    waivers = ('datasets = ( { id = "waivers"; key = "no"; columns = { no = "text"; signed_on = "date"; until_on = "date"; who = "list"; '
               'what = "list"; permit_no = { type = "text"; refers = "permits"; }; }; '
               'ledger = { signed = "signed_on"; until = "until_on"; party = "who"; scope = "what"; }; }, ')
    text = CONF.replace("datasets = ( ", waivers, 1) + 'packs = ( { name = "office"; version = "1.0"; shipped = true; } );'
    for more, refused in (("", True), ('unscoped = "a waiver is of one permit";', False), ("scope = \"'a'\"; party = \"'b'\";", True),
                          ('each = ( "visits", "visits" ); party = "no";', True),
                          ('each = ( "visits", "visits" ); party = "no"; scope = "\'a\'";', False)):
        conf.write_text(text.replace('term = "2 years";', 'term = "2 years"; extended_by = "waivers"; ' + more, 1))
        said = run("check", "-c", conf).stderr
        assert ('rule "renew": a document can move its date' in said) == refused, (more, said)


def test_what_is_given_away_needs_a_law_and_a_test(folder, run, test):
    at = folder(one("a", GOOD))
    conf = at / "dutywatch.conf"
    done = run("check", "-c", conf)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "warning: no test for visit (dutywatch test --new RULE)"
    assert "no test" not in run("check", "-c", conf, "--explain", "all").stdout
    assert "no test for visit" in [p["text"] for p in json.loads(run("check", "-c", conf, "--json").stdout)["problems"]
                                   if p["warning"]]
    conf.write_text(CONF.replace('law = "Rules, 8";', "") + 'packs = ( { name = "office"; version = "1.0"; shipped = true; } );')
    done = run("check", "-c", conf)
    assert done.returncode == 78
    assert 'rule "visit": law is missing; pack "office" is shipped' in done.stderr
    assert f'rule "visit": no test in {at} names it; pack "office" is shipped' in done.stderr
    assert 'rule "renew"' not in done.stderr
    code, out, err = test(at)
    assert (code, out) == (78, "1 passed, 0 failed\n") and 'rule "visit": no test' in err
    conf.write_text(CONF + 'packs = ( { name = "office"; version = "1.0"; shipped = true; } );')
    folder(one("b", {"period": "2026-11", "last_day": "2026-12-03"}, rule="visit"), name="b.test")
    assert "no test" not in run("check", "-c", conf).stdout
    assert test(at)[0] == 0


@pytest.mark.parametrize("written, says", [
    ("", "from is missing: what that day is, in readers' words"),
    ('from = "issued_on";', 'from = "issued_on" reads as an expression'),
    ('from = "the day, max(issued, renewed)";', 'from = "the day, max(issued, renewed)" reads as an expression'),
    ('from = "the day of issue"; no_later_than = { after = "renewed_on"; term = "1 year"; };', "from is missing"),
    ('from = "the day of issue"; at_most = { due = "renewed_on"; };', "from is missing"),
])
def test_what_is_given_away_says_its_days_in_words(folder, run, written, says):
    conf = folder(one("a", GOOD)) / "dutywatch.conf"
    conf.write_text(CONF.replace('from = "the day of issue";', written))
    assert 'rule "renew"' not in run("check", "-c", conf).stderr
    conf.write_text(conf.read_text() + 'packs = ( { name = "office"; version = "1.0"; shipped = true; } );')
    done = run("check", "-c", conf)
    assert done.returncode == 78 and f'rule "renew": {says}' in done.stderr, done.stderr


# --- the skeleton ---


def test_a_skeleton_that_is_filled_in_passes(folder, run, test):
    at = folder(one("a", GOOD))
    text = run("test", "--new", "renew", at).stdout
    (at / "a.test").write_text(text)
    code, _, err = test(at)
    lines = [n for n, line in enumerate(text.splitlines(), 1) if 'day = "DAY' in line]
    assert code == 78 and all(f"a.test:{n}: " in err for n in lines), err
    days = {"DAY-OF-issued_on": "2024-12-04", "DAY-OF-renewed_on": "2026-10-01", "DAY-TOLD": "2026-11-20",
            "DAY-LAST": "2026-12-04", "DAY-AFTER": "2026-12-05"}
    for name, day in days.items():
        text = text.replace(name, day)
    (at / "a.test").write_text(text)
    assert test(at) == (0, "4 passed, 0 failed\n", "")
    assert run("test", "--new", "renw", at).returncode == 2


@pytest.mark.parametrize("rule, fill", [
    ("closed", {"DAY-TOLD": "2025-03-06", "DAY-SEEN": "2025-03-06", "DAY-LAST": "2025-05-05", "DAY-AFTER": "2025-05-06"}),
    ("suit", {"DAY-TOLD": "2025-02-10", "DAY-OF-opened_on": "2024-03-11", "DAY-OF-decided_on": "2025-01-08",
              "DAY-LAST": "2025-03-11", "DAY-AFTER": "2025-03-12"}),
])
def test_a_skeleton_of_another_kind(tmp_path, run, test, rule, fill):
    (tmp_path / "kinds.conf").write_text((TOP / "tests/scenario/kinds.conf").read_text())
    text = run("test", "--new", rule, tmp_path).stdout
    for name, day in fill.items():
        text = text.replace(name, day)
    (tmp_path / "a.test").write_text(text)
    assert test(tmp_path) == (0, "4 passed, 0 failed\n", "")


def test_a_skeleton_of_what_comes_again_names_its_period(tmp_path, run):
    (tmp_path / "kinds.conf").write_text((TOP / "tests/scenario/kinds.conf").read_text())
    assert run("test", "--new", "meet", tmp_path).stdout.count('subject = "A-1"; period = "PERIOD";') == 5
    assert run("test", "--new", "speed", tmp_path).stdout.count('subject = "GROUP"; period = "PERIOD";') == 5
