"""status --audit: each finding and recommendation of an audit, what watches it, and what cannot be seen."""
import json
import pathlib
import re
import sys

import pytest

from conftest import TOP

sys.path.insert(0, str(TOP / "tests" / "demo"))
import oig152  # noqa: E402

PACK = TOP / "rules" / "customs"


def audit(run, conf, name):
    done = run("status", "--audit", name, "-c", conf, "--json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_the_152_as_the_audits_would_ask_for_them(run, tmp_path):
    oig152.write_all(tmp_path, oig152.population())
    conf = oig152.configure(tmp_path, TOP / "rules")
    run("once", "-c", conf, "--today", oig152.AUDIT.isoformat())
    said = audit(run, conf, "OIG-24-49")
    eight, waivers, reviews, _ = said["items"]
    assert (eight["open"], eight["amount"], eight["quiet"], eight["duties"]) == (8, 150_000_000, 144, 152)
    assert eight["since"] == oig152.AUDIT.isoformat() and eight["last"] == oig152.AUDIT.isoformat() and not said["whole"]
    assert (reviews["on"], reviews["off"], reviews["since"], reviews["first_month"]) == (0, 2, None, None)
    assert {m["dataset"] for r in reviews["rules"] for m in r["missing"]} == {"offices", "reviews"}
    assert (waivers["on"], waivers["off"]) == (0, 4)

    text = run("status", "--audit", "OIG-24-49", "-c", conf)
    assert text.returncode == 1 and "open         8, $1,500,000.00" in text.stdout
    assert "not seen     review-sent: off for want of data; map reviews, reviews.sent_hq_on" in text.stdout
    wrong = run("status", "--audit", "OIG-1", "-c", conf)
    assert wrong.returncode == 2 and "there are: OIG-22-34, OIG-24-49, OIG-12-131" in wrong.stderr


CONF = """
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run"; operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} ); routes = ( {{ channel = "files"; to = "a@example.gov"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; on_day = "date"; done_on = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-5 days"; }} ); }} ); subjects = ( {{ name = "case"; from = "cases"; }} );
rules = ( {{ id = "answer"; subject = "case"; ladder = "l"; title = "Answer"; law = "Act"; remedy = "Answer."; met_on = "done_on";
    deadline = {{ after = "on_day"; term = "30 days"; }}; }} );
audits = ( {{ id = "A-1"; title = "An audit"; of = ( {{ name = "one"; text = "Answer in time."; rules = [ {rules} ]; }} ); }} );
"""


def test_money_counts_once_a_case_whatever_rules_it_has(run, tmp_path):
    conf = tmp_path / "a.conf"
    text = CONF.format(dir=tmp_path, rules='"answer", "again"').replace('done_on = "date"; }', 'done_on = "date"; fine = "money"; }')
    rule = text[text.index('{ id = "answer"'):text.index("; } );\naudits")] + "; }"
    conf.write_text(text.replace('from = "cases"; }', 'from = "cases"; amount = "fine"; }').replace(
        rule, rule + ", " + rule.replace('"answer"', '"again"').replace("30 days", "20 days")))
    (tmp_path / "cases.csv").write_text("no,on_day,done_on,fine\nA,2025-01-02,,100\nB,2025-01-02,2025-01-15,50\nC,,,7\nD,2025-01-02,,20\n")
    run("once", "-c", conf, "--today", "2025-03-03")
    one = audit(run, conf, "A-1")["items"][0]
    assert (one["open"], one["amount"], one["unknown"]) == (4, 12_000, 2)
    listed = json.loads(run("list", "-c", conf, "--json").stdout)
    assert [d["rule"] for d in listed["duties"]].count("incomplete") == 2
    assert (listed["counts"]["amount"], listed["counts"]["past_amount"]) == (12_700, 12_000)  # of C one line, not three


def test_the_first_month_against_the_last(run, tmp_path):
    conf = tmp_path / "a.conf"
    conf.write_text(CONF.format(dir=tmp_path, rules='"answer"'))

    def on(day, *rows):
        (tmp_path / "cases.csv").write_text("\n".join(["no,on_day,done_on", *rows]) + "\n")
        run("once", "-c", conf, "--today", day)

    on("2025-01-01", "C-1,2024-12-05,", "C-2,2025-06-01,")
    on("2025-01-05", "C-1,2024-12-05,", "C-2,2025-06-01,")  # C-1 has passed
    on("2025-06-28", "C-1,2024-12-05,", "C-2,2025-06-01,")
    on("2025-06-30", "C-1,2024-12-05,2025-06-29", "C-2,2025-06-01,2025-06-29")
    said = audit(run, conf, "A-1")
    [item] = said["items"]
    assert (item["first_month"], item["last_month"]) == ({"passed": 1, "done": 0}, {"passed": 0, "done": 2})
    assert (item["met"], item["late"], item["open"], item["last"], item["since"]) == (1, 1, 0, "2025-06-30", "2025-01-01")
    assert said["whole"] and run("status", "--audit", "A-1", "-c", conf).returncode == 0

    conf.write_text(CONF.format(dir=tmp_path, rules='"answr"'))
    wrong = run("check", "-c", conf)
    assert wrong.returncode == 78 and 'audit "A-1"' in wrong.stderr and "answer" in wrong.stderr


def items():
    text = "".join((PACK / "audits.rules").read_text().split("\n"))
    for name, rules in re.findall(r'name = "([^"]*)"; text = "[^"]*";\s*rules = \[([^\]]*)\]', text):
        yield name, re.findall(r'"([^"]+)"', rules)


def expectations():
    """{rule: what its tests expect}."""
    found = {}
    for path in PACK.glob("*.test"):
        for rule, rest in re.findall(r'rule = "([^"]+)";([^}]*)\}', path.read_text()):
            found.setdefault(rule, []).append(rest)
    return found


@pytest.mark.parametrize("name,rules", items(), ids=lambda x: x if isinstance(x, str) else "")
def test_each_item_has_a_rule_that_fires_and_one_that_clears(name, rules):
    expected = expectations()
    said = " ".join(" ".join(expected.get(rule, [])) for rule in rules)
    assert re.search(r'finding = "open"|"breached"|stage = "past"|answer = "unknown"', said), name
    assert re.search(r'finding = "(none|resolved)"|answer = "met"|quiet = ', said), name
    assert rules and all(rule in expected for rule in rules), [r for r in rules if r not in expected]


def test_every_report_of_the_reference_is_there():
    text = (PACK / "audits.rules").read_text()
    assert all(f'id = "{name}"' in text for name in ("OIG-22-34", "OIG-24-49", "OIG-12-131"))
    assert len(list(items())) == 14 and pathlib.Path(PACK / "customs.conf").exists()
