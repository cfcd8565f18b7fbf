"""The rules for customs on what an office has: cases only, cases with entries, everything."""
import csv
import email
import email.policy
import json
import re

from conftest import TOP

EXAMPLES = TOP / "etc" / "examples" / "customs"
CASES_ONLY = (TOP / "README.md").read_text().split("```customs\n")[1].split("```")[0]
CASES_CSV = (TOP / "README.md").read_text().split("```cases\n")[1].split("```")[0]


def here(text, folder):
    return text.replace("/usr/share/dutywatch/rules", str(TOP / "rules")).replace("/tmp/customs", str(folder))


def judge(run, conf, day):
    done = run("once", "-c", conf, "--today", day)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def ask(run, conf, *arguments):
    return json.loads(run(*arguments, "-c", conf, "--json").stdout)


def states(run, conf):
    found = {}
    for rule in ask(run, conf, "coverage")["rules"]:
        found.setdefault(rule["state"], []).append(rule["id"])
    return found


def open_ones(run, conf):
    return sorted((d["rule"], d["subject"]) for d in ask(run, conf, "list", "--status", "open")["duties"])


def mails(folder):
    read = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default)
            for p in sorted((folder / "mail" / "new").iterdir(), key=lambda p: p.stat().st_mtime_ns)]
    return [(m["to"], m["subject"], " ".join(m.get_body(("plain",)).get_content().split())) for m in read]


def test_cases_only_as_the_readme_says(run, tmp_path):
    assert CASES_ONLY == (EXAMPLES / "cases-only.conf").read_text()
    assert len(CASES_ONLY.splitlines()) <= 20
    conf = tmp_path / "customs.conf"
    conf.write_text(here(CASES_ONLY, tmp_path))
    (tmp_path / "cases.csv").write_text(CASES_CSV)
    said = run("check", "-c", conf)
    assert said.returncode == 0 and "good." in said.stdout
    judge(run, conf, "2026-11-24")
    found = states(run, conf)
    assert set(found["on"]) == {"sol-1592-negligence", "sol-1592-fraud", "sol-other", "sol-2462", "fraud-without-discovery", "closed-before-opened", "open-but-ended",
                                "violation-after-opening", "culpability-missing", "statute-spelling", "owner-reachable"}
    assert "does not work" not in found
    assert open_ones(run, conf) == [
        ("blind", "ledger waivers"), ("fraud-without-discovery", "2023-2704-000401-01"),
        ("incomplete", "sol-1592-fraud: the day from which the time runs, Los Angeles"),
        ("sol-1592-negligence", "2021-1704-000085-01"), ("sol-1592-negligence", "2022-5201-000117-01")]
    duties = {(d["rule"], d["subject"]): d for d in ask(run, conf, "list")["duties"]}
    soon = duties["sol-1592-negligence", "2022-5201-000117-01"]
    assert (soon["last_day"], soon["days_left"], soon["amount"]) == ("2026-12-14", 20, 41_200_000)
    settled = duties["sol-1592-negligence", "2021-1704-000085-01"]
    assert settled["because"] == "settled" and not settled["past_since"]
    told = mails(tmp_path)
    assert {to for to, _, _ in told} == {"ops@cbp.example", "hq@cbp.example", "rivera@cbp.example", "nguyen@cbp.example"}
    officer = next(text for to, _, text in told if to == "rivera@cbp.example")
    assert "the earliest day: waivers cannot be seen" in officer and "19 U.S.C. 1621(1)" in officer


def test_an_office_minds_its_own_cases_alone(run, tmp_path):
    conf = tmp_path / "customs.conf"
    conf.write_text(here(CASES_ONLY, tmp_path) + """
profiles = ( { name = "core"; limit_to = "subject.office IS NULL OR subject.office = 'Los Angeles'"; },
             { name = "casework"; limit_to = ( "subject.office = 'Los Angeles'", "coalesce(subject.amount, 0) >= 0" ); } );
""")
    (tmp_path / "cases.csv").write_text(CASES_CSV)
    said = run("check", "-c", conf)
    assert said.returncode == 0 and "good." in said.stdout, said.stdout + said.stderr
    judge(run, conf, "2026-11-24")
    all_of_it = {(d["rule"], d["subject"]): d["office"] for d in ask(run, conf, "list", "--all")["duties"] if d["rule"] not in ("blind", "incomplete")}
    assert set(all_of_it.values()) == {"Los Angeles"} and len(all_of_it) >= 2
    tally = next(r["tally"] for r in ask(run, conf, "coverage", "--count")["rules"] if r["id"] == "sol-1592-negligence")
    assert (tally["duties"], tally["left_out"]) == (0, 2)
    assert "2 left out by limit_to" in run("coverage", "--count", "-c", conf).stdout


def test_a_rule_that_would_accuse_for_want_of_a_column_is_off(run, tmp_path):
    """Notices without the column of their answers: nobody is said not to have answered."""
    conf = tmp_path / "customs.conf"
    (tmp_path / "cases.csv").write_text("Case,Status,Mailed,Answered,Notice\nC-1,open,01/10/2024,01/20/2024,\nC-2,open,01/10/2024,,\n")
    for more, state in (("", "off for want of data"), (' prepenalty_answered_on = "Answered";', "off for want of data"),
                        (' prepenalty_answered_on = "Answered"; notice_mailed_on = "Notice";', "on")):
        before, after = here(CASES_ONLY, tmp_path).split("map = {", 1)
        conf.write_text(before + 'map = { case_no = "Case"; status = "Status"; prepenalty_mailed_on = "Mailed";' + more + " }" + after.split("}", 1)[1])
        judge(run, conf, "2026-11-24")
        said = [(d["subject"], d["past_since"]) for d in ask(run, conf, "list", "--status", "open")["duties"] if d["rule"] == "prepenalty-response"]
        assert "prepenalty-response" in states(run, conf)[state] and said == ([("C-2", "2024-02-10")] if state == "on" else [])


ENTRIES = """,
    { id = "case_entries"; url = "file:///tmp/customs/case_entries.csv";
      map = { link = { from = [ "Case", "Entry" ]; join = "/"; }; case_no = "Case"; entry_no = "Entry"; loss_of_duty = "Loss"; }; },
    { id = "entries"; url = "file:///tmp/customs/entries.csv"; map = { entry_no = "Entry"; entry_on = "Entry Date"; center = "Center"; }; } );
"""


def test_cases_with_entries_have_a_limitation_for_each(run, tmp_path):
    conf = tmp_path / "customs.conf"
    text = here(CASES_ONLY, tmp_path).rstrip()
    assert text.endswith("; } );")
    conf.write_text(text.removesuffix(" );") + here(ENTRIES, tmp_path))
    (tmp_path / "cases.csv").write_text(CASES_CSV)
    (tmp_path / "case_entries.csv").write_text("Case,Entry,Loss\n2022-5201-000117-01,E-1,1000.00\n2022-5201-000117-01,E-2,2000.00\n")
    (tmp_path / "entries.csv").write_text("Entry,Entry Date,Center\nE-1,2021-12-14,AFT\nE-2,2022-03-01,AFT\n")
    judge(run, conf, "2026-11-24")
    move = ask(run, conf, "explain", "2022-5201-000117-01")["findings"][0]
    assert (move["last_day"], move["unit"]) == ("2026-12-14", "AFT")
    front = move["moves"][0]["derivation"]["front"]
    assert (front["items"], front["item"], front["next_worth"]) == (2, "E-1", 100_000)
    assert "case-without-center" not in states(run, conf)["on"]  # the extract has no column for it


def test_everything_that_the_example_maps_is_on(run, tmp_path):
    conf = tmp_path / "dutywatch.conf"
    text = here((EXAMPLES / "dutywatch.conf").read_text(), tmp_path).replace("/srv/extracts", str(tmp_path))
    conf.write_text(f'state_dir = "{tmp_path}/state"; run_dir = "{tmp_path}/run";\n' + text)
    heads = {}
    for source in re.split(r"\n    \{ id = ", text)[1:]:
        name = re.match(r'"(\w+)"', source)[1]
        columns = dict.fromkeys(re.findall(r'= "([^"]+)"[;,]', source.split("map = {", 1)[1]) if "map = {" in source else [])
        columns.update(dict.fromkeys(c for group in re.findall(r'from = \[ ([^\]]*) \]', source) for c in re.findall(r'"([^"]+)"', group)))
        columns.pop("/", None)
        heads[name] = list(columns)
    assert len(heads) == 13
    own = {"people": "email,name,role,office,center,left_on,trained_on,procedure", "offices": "office,name,chief,opened_on",
           "centers": "center,name,director", "committees": "committee,level,center,formed_on,required_roles,chair",
           "meetings": "meeting_no,committee,planned_on,held_on,recorded_on,minutes,roles_present,quorum,cancelled_because",
           "reviews": "review_no,office,month,reviewed_on,reviewer,cases_reviewed,waivers_requested,sent_hq_on",
           "targets": "target_no,measure,center,value,approved_by,approved_on,valid_from,valid_until"}
    for name, head in heads.items():
        columns = own[name].split(",") if name in own else head
        (tmp_path / f"{name}.csv").write_text(",".join(columns) + "\n")
    done = run("check", "-c", conf)
    assert done.returncode == 0, done.stderr
    judge(run, conf, "2026-11-24")
    found = states(run, conf)
    assert set(found["on"]) >= {"sol-1592-negligence", "waiver-request", "waiver-end", "meeting-monthly", "meeting-quorum", "review-monthly",
                                "review-sent", "owner-there", "owner-role", "standard-approved", "standard-collected", "standard-waivers", "uniform-waivers",
                                "case-without-center", "system-date-differs", "loss-decided", "referral"}
    assert "does not work" not in found


def table():
    """{clock: (rules, authority)} of rules/README.md."""
    found = {}
    for line in (TOP / "rules" / "README.md").read_text().splitlines():
        if match := re.match(r"\| ([A-Z0-9-]+) \| (.*?) \| (.*?) \| (.*?) \|$", line):
            found[match[1]] = (re.findall(r"`([a-z0-9-]+)`", match[2]), match[3], match[4])
    return found


def test_the_table_of_clocks_names_rules_that_are_there():
    text = "".join(p.read_text() for p in (TOP / "rules" / "customs").glob("*.rules"))
    there = set(re.findall(r'\{ id = "([a-z0-9-]+)"; profile', text))
    for clock, (rules, authority, test) in table().items():
        assert set(rules) <= there, (clock, set(rules) - there)
        assert authority and test, clock
    told = {rule for rules, *_ in table().values() for rule in rules}
    assert len(told) > 40


def test_the_table_of_clocks_is_complete(shared):
    """Every clock of the reference has a rule, or a reason why not."""
    reference = (shared("domain.md")).read_text()
    section = reference.split("### 2.2 Clock tables")[1].split("### 2.3")[0]
    clocks = set(re.findall(r"^\| ([A-Z][A-Z0-9-]+) \|", section, re.M))
    assert len(clocks) > 60
    assert clocks <= table().keys(), sorted(clocks - table().keys())


def test_one_rule_of_each_kind_as_the_readme_of_the_rules_has_it(run, tmp_path):
    own = (TOP / "rules" / "README.md").read_text().split("```rules\n")[1].split("```")[0]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mine.rules").write_text(own)
    text = here((EXAMPLES / "dutywatch.conf").read_text(), tmp_path).replace('/customs" ]', f'/customs", "{tmp_path}/own" ]')
    (tmp_path / "dutywatch.conf").write_text(text)
    done = run("check", "-c", tmp_path / "dutywatch.conf")
    assert done.returncode == 0, done.stderr
    for rule, kind in (("my-answer", "deadline"), ("my-meeting", "cadence"), ("my-standard", "standard"),
                       ("my-contradiction", "integrity"), ("my-order", "lifecycle")):
        said = run("check", "-c", tmp_path / "dutywatch.conf", "--explain", rule).stdout
        assert said.startswith(f"{rule} ({kind})"), said
        new = run("test", "-c", tmp_path / "dutywatch.conf", "--new", rule)
        assert new.returncode == 0 and rule in new.stdout, new.stderr


def test_what_the_rules_stand_on_is_changed_as_the_readme_of_the_rules_has_it(run, tmp_path):
    """An office writes PND for open; and the ladder of its reviews begins ten days before."""
    own = (TOP / "rules" / "README.md").read_text().split("```adapt\n")[1].split("```")[0]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ours.rules").write_text(own)
    conf = tmp_path / "dutywatch.conf"
    conf.write_text(here((EXAMPLES / "dutywatch.conf").read_text(), tmp_path).replace('/customs" ]', f'/customs", "{tmp_path}/own" ]'))
    done = run("check", "-c", conf, "--explain", "review-monthly")
    assert done.returncode == 0, done.stderr
    assert "10 days before" in done.stdout and "7 days before" not in done.stdout


def test_a_meeting_that_is_recorded_later_is_seen_by_the_cases_on_its_agenda(run, tmp_path):
    conf = tmp_path / "customs.conf"
    more = "".join(f'{{ id = "{d}"; url = "file://{tmp_path}/{d}.csv"; }}, ' for d in ("agenda", "meetings"))
    conf.write_text(here(CASES_ONLY, tmp_path).replace("sources = (", "sources = ( " + more))
    heads = CASES_CSV.splitlines()[0].split(",")
    case = dict.fromkeys(heads, "") | {"Case Number": "2021-2704-000001-01", "Case Status": "open", "Statute": "1592",
                                       "Violation Date": "03/02/2021"}
    (tmp_path / "cases.csv").write_text(",".join(heads) + "\n" + ",".join(case[h] for h in heads) + "\n")
    (tmp_path / "agenda.csv").write_text("item_no,case_no,meeting_no,on_day,outcome\n"
                                         "1,2021-2704-000001-01,M1,2025-06-01,decided\n"
                                         "2,2021-2704-000001-01,M2,,deferred\n3,2021-2704-000001-01,M3,,deferred\n")
    meetings = "meeting_no,held_on\nM1,2025-06-01\nM2,2025-07-01\nM3,{}\n"
    (tmp_path / "meetings.csv").write_text(meetings.format("2025-05-01"))
    deferred = ("agenda-deferred", "2021-2704-000001-01")
    judge(run, conf, "2025-11-24")
    assert deferred not in open_ones(run, conf)
    (tmp_path / "meetings.csv").write_text(meetings.format("2025-08-01"))
    judge(run, conf, "2025-11-24")
    assert deferred in open_ones(run, conf)


def test_explain_says_how_the_center_was_found(run, tmp_path):
    conf = tmp_path / "customs.conf"
    cases = "case_no,status,statute,violation_on,importer_no,port,center\n"
    rows = {"A": ("12-1,2704,", "APP (the account of the importer)"), "B": ("12-1,2704,BM", "BM"), "P": (",2704,", "MA (the port)"),
            "E": (",2704,", "ELEC (most of its entries)"), "N": (",,", "unassigned (neither case, account, entries nor port names a Center)")}
    tables = {"cases": cases + "".join(f"{c},open,1592,2021-03-02,{of}\n" for c, (of, _) in rows.items()),
              "accounts": "importer_no,center\n12-1,APP\n", "ports": "port,center\n2704,MA\n",
              "case_entries": "link,case_no,entry_no\n1,E,E1\n2,E,E2\n3,E,E3\n",
              "entries": "entry_no,center\nE1,ELEC\nE2,ELEC\nE3,AERO\n"}
    sources = ", ".join(f'{{ id = "{t}"; url = "file://{tmp_path}/{t}.csv"; }}' for t in tables)
    conf.write_text(here(CASES_ONLY, tmp_path).partition("sources = (")[0] + f"sources = ( {sources} );\n")
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    judge(run, conf, "2025-11-24")
    for case, (_, said) in rows.items():
        text = run("explain", case, "--rule", "sol-1592-negligence", "-c", conf).stdout
        assert re.search(r"^ +unit +(.*)$", text, re.M)[1] == said


def test_what_courts_decided_comes_out_of_the_shipped_rules(shared):
    """Each row of the list stands in court.test, by its number and with its last day; or README says that no rule has its trigger."""
    tests = dict(re.findall(r'\{ name = "(\w+): (.*?)(?=\n    \{ name = "|\n\);)', (TOP / "rules/customs/court.test").read_text(), re.S))
    left = (TOP / "rules/README.md").read_text().split("of these the rules have no trigger:")[1].split("The four thresholds")[0]
    with (shared("vectors") / "court.csv").open() as rows:
        for row in csv.DictReader(rows):
            if re.search(rf"\b{row['id']}\b", left):
                continue
            text = tests[row["id"]]
            days = re.findall(r"\d{4}-\d\d-\d\d", row["expiry_date_stated_or_computed"])
            if row["id"] == "L03":  # the day before is the last that is watched
                days = ["1993-03-21"]
            assert not days or f'last_day = "{days[-1]}"' in text, row["id"]
            assert not re.fullmatch(r"\d{4}-\d\d-\d\d", row["start_date"]) or row["start_date"] in text, row["id"]
