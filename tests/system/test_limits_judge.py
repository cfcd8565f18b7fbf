"""Limits of rules, at their bound and one beyond; and that what a rule reads has none."""
import datetime
import json
import re

import pytest

import test_front
from office import DATASET, RULE, Office, payload, rows


@pytest.fixture
def office(run, tmp_path, web):
    return Office(run, tmp_path, web.serve("/cases.csv", payload(rows())))


def cases_of(office, **columns):
    """A dataset "cases" with these further columns; what table() writes is served for it."""
    more = "".join(f' {name} = "{kind}";' for name, kind in columns.items())
    return DATASET.replace('suit_on = "date";', f'suit_on = "date";{more}')


def table(count, **columns):
    """CSV of so many cases; columns={"n": lambda i: ...}"""
    lines = [",".join(["case_no", "entered_on", *columns])]
    for i in range(1, count + 1):
        lines.append(",".join([f"C-{i}", "2022-03-15", *(str(f(i)) for f in columns.values())]))
    return ("\n".join(lines) + "\n").encode()


def answers(office):
    return {subject: answer for subject, (_, _, answer) in office.duties().items()}


LEAST = 1 - 2**63  # abs(LEAST - 1) is no number: the rule fails


@pytest.mark.parametrize("bad", [2, 3])
def test_a_rule_that_fails_too_often_is_not_asked_for_the_rest(office, web, bad):
    """RULE_FAILURES_MAX: the rest is unknown, and known again when it works"""
    web.serve("/cases.csv", table(9, n=lambda i: LEAST if i <= bad else i))
    office.write(dataset=cases_of(office, n="integer"), rules=RULE.replace("met_on =", 'applies = "abs(n - 1) >= 0"; met_on ='))
    office.once("--today", "2026-03-03", code=(0, 1, 3))
    unknown = {f"C-{i}" for i in range(1, 10) if bad > 2 or i <= bad}
    assert {c for c, answer in answers(office).items() if answer == "unknown"} == unknown
    said = office.run("explain", f"C-{max(unknown)[2:]}", "-c", office.conf).stdout
    assert "a rule that works: sue integer overflow" in " ".join(said.split()), said
    web.serve("/cases.csv", table(9, n=lambda i: i))
    office.once("--today", "2026-03-03")
    assert set(answers(office).values()) == {"pending"}


@pytest.mark.parametrize("many", [256, 257])
def test_a_front_has_so_many_parties(run, tmp_path, many):
    """FRONT_PARTIES_MAX: beyond it the duty is unknown and says so (rows and dates: tests/unit/judge_limits.c)"""
    office = test_front.Office(run, tmp_path)
    office.put("parties", "id,case_no,name", [f"{i},C-1,P-{i}" for i in range(many)])
    office.on("2025-02-03")
    listed, = json.loads(run("list", "--all", "--rule", "sol", "--json", "-c", office.conf).stdout)["duties"]
    said = " ".join(run("explain", "C-1", "-c", office.conf).stdout.split())
    if many > 256:
        assert listed["answer"] == "unknown" and listed["ask"] == "no more than 256 parties: more cannot be counted"
        assert "no more than 256 parties: more cannot be counted" in said
    else:
        assert (listed["answer"], listed["last_day"]) == ("pending", "2025-03-03")
        assert f"for each of {many} parties" in said


@pytest.mark.parametrize("many", [6, 7])
def test_so_many_names_are_told(office, many):
    """NAMES_SHOWN"""
    one = re.search(r'\{ id = "sue".*\} \);', RULE, re.S)[0].removesuffix(" );")
    office.write(rules=RULE.replace(one, ", ".join(one.replace('"sue"', f'"r{n}"') for n in range(many)))).once()
    done = office.run("list", "-c", office.conf, "--rule", "nothing-like-it")
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith("there are r0, r1, r2, r3, r4, r5" + (" and 1 more" if many > 6 else "")), done.stderr


MANY = 150  # columns of each of two datasets, all of them read; the last one is a number


def of_many(office, own=None, other=None):
    """A rule that no "x" may stand in any column of a case, and of its act; own and other: what does stand in some of them."""
    def cells(given):
        return [(given or {}).get(i, "-" if i < MANY - 1 else 1) for i in range(MANY)]

    def columns(letter):
        return {f"{letter}{i}": "text" if i < MANY - 1 else "integer" for i in range(MANY)}

    def any_x(letter):
        return f"('x' IN ({', '.join(f'{letter}{i}' for i in range(MANY - 1))}) OR {letter}{MANY - 1} <> 1)"

    (office.folder / "cases.csv").write_bytes(table(1, **{c: lambda _, v=v: v for c, v in zip(columns("c"), cells(own))}))
    (office.folder / "acts.csv").write_text(",".join(["id", "case_no", *columns("a")]) + "\n" +
                                            ",".join(["A-1", "C-1", *map(str, cells(other))]) + "\n")
    guard = 'guard = { max_rejects = "100%"; };'
    acts = f', {{ id = "acts"; key = "id"; {guard} columns = {{ id = "text"; case_no = {{ type = "text"; refers = "cases"; }}; ' + \
        "".join(f'{name} = "{kind}"; ' for name, kind in columns("a").items()) + "}; }"
    cases = cases_of(office, **columns("c")).replace('key = "case_no";', f'key = "case_no"; {guard}').rstrip()[:-2]
    office.write(dataset=cases + acts + " );", url=f"file://{office.folder}/cases.csv",
                 rules=RULE.replace("met_on =", f'applies = "NOT {any_x("c")} AND count_of(\'acts\', {any_x("a")}) = 0"; met_on ='))
    office.conf.write_text(re.sub(r"(sources = \( .*) \);", rf'\1, {{ id = "acts"; url = "file://{office.folder}/acts.csv"; }} );',
                                  office.conf.read_text()))
    office.once("--today", "2026-03-03")
    return answers(office)


@pytest.mark.parametrize("column", [0, MANY - 2])
def test_a_change_of_any_column_that_a_rule_reads_is_judged(office, column):
    pending = {"C-1": "pending"}
    assert of_many(office) == pending
    assert of_many(office, other={column: "x"}) == {}
    assert of_many(office) == pending
    assert of_many(office, own={column: "x"}) == {}
    assert of_many(office) == pending


@pytest.mark.parametrize("whose, said", [("own", "c149, which cannot be read"), ("other", "a149 of acts A-1, which cannot be read")])
def test_a_cell_that_cannot_be_read_is_unknown_in_any_column(office, whose, said):
    assert of_many(office, **{whose: {MANY - 1: "soon"}}) == {"C-1": "unknown"}
    assert said in " ".join(office.run("explain", "C-1", "-c", office.conf).stdout.split())


def calendars(weekend, closings=""):
    office = f'{{ name = "office"; verified_from = "2000-01-01"; verified_until = "2099-12-31"; {closings} }}'
    other = f'{{ name = "other"; weekend = {weekend}; verified_from = "2000-01-01"; verified_until = "2099-12-31"; }}'
    return f'calendars = ( {office}, {other} ); calendar = "other";'


BUSINESS = RULE.replace('term = "5 years";', 'term = "5 years"; last_day = "business"; calendar = "office";')


def test_a_day_may_be_closed_for_more_than_ten_years(office, web):
    """The last day is the one after all of it, the day to act by the one before; both computations agree."""
    web.serve("/cases.csv", payload(rows(3)))
    day = datetime.date(2025, 3, 10)
    years = "".join(f'{{ on = "{day + n * datetime.timedelta(366)}"; until = "{day + n * datetime.timedelta(366) + datetime.timedelta(365)}"; '
                    'because = "a flood"; law = "order"; }, ' for n in range(12)).rstrip(", ")
    office.write(top=calendars('[ "Saturday", "Sunday" ]', f"closings = ( {years} );"), rules=BUSINESS)
    office.once("--today", "2025-03-03")
    duty, = [d for d in office.ask("list", "--all")["duties"] if d["subject"] == "C-3"]
    assert (duty["last_day"], duty["act_by"]) == (str(day + datetime.timedelta(12 * 366)), "2025-03-07")
    assert "computed in two ways" not in office.said()


def test_calendars_that_are_never_open_together_are_refused(office, run):
    """Between them there is no day to act by."""
    for weekend, code in (('[ "Monday", "Tuesday", "Wednesday", "Thursday" ]', 0),
                          ('[ "Monday", "Tuesday", "Wednesday", "Thursday", "Friday" ]', 78)):
        office.write(top=calendars(weekend), rules=BUSINESS)
        done = run("check", "-c", office.conf)
        assert done.returncode == code, done.stderr
        assert ('the calendars "office" and "other" are never open on the same day' in done.stderr) == (code == 78)
