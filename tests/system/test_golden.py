"""explain as a lawyer reads it: each line of a derivation against the authority that it names."""
import json
import os
import pathlib
import re

from conftest import TOP

GOLDEN = pathlib.Path(__file__).parent / "golden"


def test_two_waivers_one_of_them_late_a_tolling_and_a_weekend(run, tmp_path):
    conf = tmp_path / "limitation.conf"
    conf.write_text((GOLDEN / "limitation.conf").read_text().replace("@DIR@", str(tmp_path)).replace("@TOP@", str(TOP)))
    (tmp_path / "cases.csv").write_text("case_no,entry_on,statute,suit_filed_on,assessed\n"
                                        "2018-2704-000123-01,2018-03-10,1592,,\"1,250,000.00\"\n")
    (tmp_path / "waivers.csv").write_text("waiver_no,case_no,signed_on,received_on,until_on\n"
                                          "W-1,2018-2704-000123-01,2023-02-01,2023-02-06,2025-04-12\n"
                                          "W-2,2018-2704-000123-01,2025-05-02,2025-05-05,2027-04-12\n")
    (tmp_path / "absences.csv").write_text("absence_no,case_no,left_on,back_on\n"
                                           "A-1,2018-2704-000123-01,2019-01-01,2019-01-31\n")
    run("once", "-c", conf, "--today", "2025-05-06")
    done = run("explain", "2018-2704-000123-01", "-c", conf)
    assert done.returncode == 0, done.stderr
    said = re.sub(r"pull \d+ of \S+ \S+ UTC", "pull N of TIME UTC", done.stdout[:done.stdout.index("    payload")])
    said = re.sub(r"\(pull \d+,", "(pull N,", said)
    golden = (GOLDEN / "limitation.txt")
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(said)
    assert said == golden.read_text(), said
    steps = json.loads(run("explain", "2018-2704-000123-01", "-c", conf, "--json").stdout)["findings"][0]["moves"][0][
        "derivation"]["steps"]
    assert [(s["does"], s["authority"], s["result"]) for s in steps] == [
        ("start", None, "2018-03-10"), ("term", "19 U.S.C. 1621(1)", "2023-03-10"),
        ("tolling", "19 USC 1621(2)", "2023-04-10"), ("tolling", None, "2023-04-10"),
        ("extension", "19 USC 1621; United States v. Ford Motor Co., 497 F.3d 1331", "2025-04-12"),
        ("extension", "19 USC 1621; United States v. Ford Motor Co., 497 F.3d 1331", None),
        ("last day", None, "2025-04-12"), ("act by", None, "2025-04-11"), ("alternative", None, "2027-04-12")]
    row = {"dataset": "waivers", "key": "W-1", "line": 2}
    assert [{k: i[k] for k in ("dataset", "key", "line")} for i in steps[4]["inputs"]] == [row] * 3
    assert {i["field"]: i["value"] for i in steps[4]["inputs"]} == {
        "signed_on": "2023-02-01", "received_on": "2023-02-06", "until_on": "2025-04-12"}
    start = steps[0]["inputs"][0]
    assert (start["field"], start["value"], start["dataset"], start["line"]) == ("entry_on", "2018-03-10", "cases", 2)
    assert steps[4]["inputs"][0]["pull"] != start["pull"]  # each from the pull of its own source


LEDGER = """
operators = {{ channel = "files"; to = "ops@example.gov"; }};
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = (
    {{ id = "entries"; key = "no"; columns = {{ no = "text"; entry_on = "date"; statute = "text"; importer = "text";
       done_on = "date"; }}; }},
    {{ id = "extensions"; key = "no"; columns = {{ no = "text"; entry = {{ type = "text"; refers = "entries"; }};
       signed_on = "date"; until_on = "date"; covers = "list"; whose = "text"; }};
       ledger = {{ signed = "signed_on"; until = "until_on"; scope = "covers"; party = "whose"; law = "19 USC 1504(b)"; }}; }} );
sources = ( {{ id = "entries"; url = "file://{dir}/entries.csv"; }},
            {{ id = "extensions"; url = "file://{dir}/extensions.csv"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-10 years"; }} ); }} );
subjects = ( {{ name = "entry"; from = "entries"; }} );
rules = ( {{ id = "liquidate"; subject = "entry"; ladder = "l"; title = "Liquidate"; law = "19 USC 1504(a)"; remedy = "Do.";
    met_on = "done_on"; deadline = {{ after = "entry_on"; term = "1 year"; extended_by = "extensions"; {more}
    at_most = {{ after = "entry_on"; term = "4 years"; }}; }}; }} );
"""


def liquidation(run, folder, more, *extensions):
    """The last day of an entry of 2020-03-02 and the steps of its date."""
    conf = folder / "l.conf"
    conf.write_text(LEDGER.format(dir=folder, more=more))
    (folder / "entries.csv").write_text("no,entry_on,statute,importer,done_on\nE-1,2020-03-02,1592,Acme,\n")
    (folder / "extensions.csv").write_text("no,entry,signed_on,until_on,covers,whose\n" +
                                           "".join(f"X-{i},E-1,{x}\n" for i, x in enumerate(extensions, 1)))
    run("once", "-c", conf, "--today", "2024-02-01")
    found = json.loads(run("explain", "E-1", "-c", conf, "--json").stdout)["findings"][0]
    return found["last_day"], " ".join(step["says"] for step in found["moves"][0]["derivation"]["steps"])


def test_extensions_are_capped_one_by_one_and_together(run, tmp_path):
    more = 'extensions_at_most = 3; each_at_most = "1 year";'
    last, said = liquidation(run, tmp_path, more, "2021-02-01,2023-03-02,,", "2022-02-01,2022-09-02,,",
                             "2022-08-01,2023-09-02,,", "2023-08-01,2024-01-02,,")
    assert last == "2023-09-02", said
    for says in ("X-1, signed in time on Mon 1 Feb 2021, extends it to Thu 2 Mar 2023 (authority: 19 USC 1504(b)). "
                 "One extension can add at most 1 year: so it goes to Wed 2 Mar 2022.",
                 "X-4 does not count: no more than 3 extensions do."):
        assert says in said, said


def test_no_extension_goes_behind_the_cap(run, tmp_path):
    last, said = liquidation(run, tmp_path, "", "2021-02-01,2025-03-02,,")
    assert last == "2024-03-02" and "It may not be later than this:" in said


def test_what_covers_another_statute_or_party_does_not_count(run, tmp_path):
    more = 'scope = "statute"; party = "importer";'
    last, said = liquidation(run, tmp_path, more, "2020-04-01,2022-03-02,1641;1595a,", "2020-04-02,2022-04-02,,Bolt",
                             "2020-04-03,2021-06-02,1595a;1592,Acme", "2020-05-03,2020-04-02,,")
    assert last == "2021-06-02", said
    for says in ("X-1 does not count: it covers 1641, 1595a, not 1592.", "X-2 does not count: it is of Bolt, not of Acme.",
                 "X-4 extends nothing: it ends on Thu 2 Apr 2020, before it was signed."):
        assert says in said, said


def test_a_rule_says_which_documents_count(run, tmp_path):
    liquidation(run, tmp_path, 'scope = "statute"; party = "importer"; extensions_at_most = 3; each_at_most = "1 year";')
    said = run("check", "--explain", "liquidate", "-c", tmp_path / "l.conf").stdout
    for says in ("No more than 3 of them count.", "One of them can add at most 1 year.",
                 "What does not cover this does not count: statute.",
                 "What is not of this party does not count: importer."):
        assert says in said, said
