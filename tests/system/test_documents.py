"""Documents that are not as documents are: none of them moves a date blindly, and what is wrong is asked for."""
import json

import pytest

CONF = """
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-2 years"; }} ); }} );
datasets = (
    {{ id = "cases"; key = "no"; columns = {{ no = "text"; entered_on = "date"; importer = "text"; }}; }},
    {{ id = "waivers"; key = "no"; columns = {{ no = "text"; case_no = {{ type = "text"; refers = "cases"; }};
      signed_on = "date"; until_on = "date"; who = "text"; }};
      ledger = {{ signed = "signed_on"; until = "until_on"; party = "who"; }}; }},
    {{ id = "stays"; key = "no"; columns = {{ no = "text"; case_no = {{ type = "text"; refers = "cases"; }};
      first_on = "date"; last_on = "date"; }}; ledger = {{ first = "first_on"; last = "last_on"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }}, {{ id = "waivers"; url = "file://{dir}/waivers.csv"; }},
            {{ id = "stays"; url = "file://{dir}/stays.csv"; }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
rules = ( {{ id = "sue"; subject = "case"; ladder = "l"; title = "Sue"; law = "19 U.S.C. 1621"; remedy = "Sue.";
    deadline = {{ after = "entered_on"; term = "5 years"; extended_by = "waivers"; tolled_by = "stays"; party = "importer"; }}; }} );
"""
NOMINAL = "2026-03-02"

# case: its waivers (signed, until, whose) and stays (first, last); what is asked for; what the derivation says
CASES = {
    "sound": ([("2026-01-05", "2027-03-02", "Acme")], [], None, "signed in time on Mon 5 Jan 2026"),
    "ahead": ([("2026-02-20", "2028-03-01", "Acme")], [], "when W-ahead-0 was signed: Fri 20 Feb 2026 has not come",
              "W-ahead-0 is not counted on: it is signed on Fri 20 Feb 2026, a day that has not come. "
              "If it holds, the time ends on Wed 1 Mar 2028."),
    "unsigned": ([("", "2028-03-01", "Acme")], [], "when W-unsigned-0 was signed",
                 "W-unsigned-0 is not counted on: the day on which it was signed is not known."),
    "endless": ([("2026-01-05", "", "Acme")], [], "until when W-endless-0 holds",
                "W-endless-0 is not counted on: it does not say until when."),
    "backwards": ([("2026-01-05", "2025-01-05", "Acme")], [],
                  "until when W-backwards-0 holds: Sun 5 Jan 2025 is before Mon 5 Jan 2026, when it was signed",
                  "W-backwards-0 extends nothing: it ends on Sun 5 Jan 2025, before it was signed."),
    "other": ([("2026-01-05", "2028-03-01", "Bolt")], [], None, "W-other-0 does not count: it is of Bolt, not of Acme."),
    "two": ([("2026-01-04", "2028-03-01", "Bolt"), ("2026-01-05", "2027-03-02", "Acme")], [], None,
            "signed in time on Mon 5 Jan 2026"),
    "open-stay": ([], [("2025-01-01", "")], "until which day S-open-stay-0 stops the time",
                  "S-open-stay-0 stops no time: it does not say until which day."),
    "no-first": ([], [("", "2025-01-31")], "from which day S-no-first-0 stops the time",
                 "S-no-first-0 stops no time: it does not say from which day."),
    "stay-back": ([], [("2025-02-01", "2025-01-01")],
                  "until which day S-stay-back-0 stops the time: Wed 1 Jan 2025 is before Sat 1 Feb 2025, its first",
                  "S-stay-back-0 stops no time: it ends before it begins."),
}


@pytest.fixture
def office(run, tmp_path):
    (tmp_path / "c.conf").write_text(CONF.format(dir=tmp_path))
    (tmp_path / "cases.csv").write_text("no,entered_on,importer\n" + "".join(f"{no},2021-03-02,Acme\n" for no in CASES))
    (tmp_path / "waivers.csv").write_text("no,case_no,signed_on,until_on,who\n" + "".join(
        f"W-{no}-{n},{no},{','.join(w)}\n" for no, (waivers, *_) in CASES.items() for n, w in enumerate(waivers)))
    (tmp_path / "stays.csv").write_text("no,case_no,first_on,last_on\n" + "".join(
        f"S-{no}-{n},{no},{','.join(s)}\n" for no, (_, stays, *_) in CASES.items() for n, s in enumerate(stays)))

    class Office:
        @staticmethod
        def ask(*args):
            return json.loads(run(*args, "-c", tmp_path / "c.conf", "--json").stdout)

        @staticmethod
        def judge(today):
            done = run("once", "-c", tmp_path / "c.conf", "--today", today)
            assert done.returncode in (0, 1), done.stderr
            return {d["subject"]: d for d in Office.ask("list", "--all")["duties"] if d["rule"] == "sue"}

    return Office


def asked(office):
    return {d["subject"] for d in office.ask("list", "--rule", "incomplete")["duties"]}


def test_a_document_that_cannot_be_so_moves_no_date_and_is_asked_for(office):
    duties = office.judge("2026-02-02")
    assert {no: (d["last_day"], d["answer"], d["ask"]) for no, d in duties.items()} == {
        no: ("2027-03-02" if no in ("sound", "two") else NOMINAL, "pending", ask) for no, (_, _, ask, _) in CASES.items()}
    for no, (*_, says) in CASES.items():
        move = office.ask("explain", no)["findings"][0]["moves"][0]
        assert says in " ".join(s["says"] for s in move["derivation"]["steps"]), no
    assert asked(office) == {f"sue: {ask}" for *_, ask, _ in CASES.values() if ask}


def test_a_waiver_signed_ahead_counts_when_its_day_comes(office):
    assert office.judge("2026-02-19")["ahead"]["last_day"] == NOMINAL
    duties = office.judge("2026-02-20")  # nothing new was loaded
    assert duties["ahead"]["last_day"] == "2028-03-01" and not duties["ahead"]["ask"]
    assert not any("ahead" in subject for subject in asked(office))


MET = """
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-30 days"; }} ); }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; kind = "text"; began_on = "date"; opened_on = "date";
    sued_on = "date"; status = "text"; closed_on = "date"; offset = "boolean"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
rules = ( {{ id = "sue"; subject = "case"; ladder = "l"; title = "Sue"; law = "19 U.S.C. 1621"; remedy = "Sue.";
    applies = "kind = 'penalty'"; met_on = "sued_on";
    deadline = {{ after = "began_on"; term = "5 years"; no_later_than = {{ after = "opened_on"; term = "5 years"; }}; }};
    quiet = ( {{ when = "offset"; on = "closed_on"; because = "at offset"; }} );
    unknown = ( {{ when = "status = 'closed' AND closed_on IS NULL"; ask = "the closing date"; }} ); }},
  {{ id = "report"; subject = "case"; ladder = "l"; title = "Report"; law = "an example"; remedy = "Report."; met_on = "sued_on";
    every = {{ period = "year"; since = "2025-01-01"; grace = "60 days"; }};
    unknown = ( {{ when = "status = 'closed' AND closed_on IS NULL"; ask = "the closing date"; }} ); }} );
"""


@pytest.mark.parametrize("row, answer", [
    ("penalty,2021-03-02,2021-04-01,2026-03-02,closed,,0", "done"),      # on the last day; an unknown clause holds
    ("penalty,2021-03-02,2021-04-01,2026-03-03,closed,,0", "unknown"),   # a day later
    ("penalty,2021-03-02,2021-04-01,2026-03-03,open,,0", "done"),        # late, and nothing is unknown
    ("penalty,2021-03-02,2021-04-01,,closed,,0", "unknown"),
    ("penalty,2021-03-02,2021-04-01,2026-03-02,open,,1", "done"),        # a reason to be quiet without its day
    ("penalty,2021-03-02,2021-04-01,,open,,1", "unknown"),
    (",2021-03-02,2021-04-01,2026-03-02,open,,0", "unknown"),            # nobody knows whether it binds
    ("penalty,,2021-04-01,2026-03-02,closed,,0", "unknown"),             # only a bound is known
    ("penalty,,2021-04-01,2026-03-02,open,,0", "done"),
])
def test_what_was_done_by_its_last_day_is_met_whatever_else_is_unknown(run, tmp_path, row, answer):
    conf = tmp_path / "c.conf"
    conf.write_text(MET.format(dir=tmp_path))
    (tmp_path / "cases.csv").write_text("no,kind,began_on,opened_on,sued_on,status,closed_on,offset\nC-1," + row + "\n")
    assert run("once", "-c", conf, "--today", "2026-06-01").returncode in (0, 1)
    assert json.loads(run("why-not", "C-1", "sue", "-c", conf, "--json").stdout)["answer"] == answer


@pytest.mark.parametrize("day, answer", [("2026-03-01", "met"), ("2026-03-02", "unknown")])
def test_so_is_what_was_done_by_the_last_day_of_its_period(run, tmp_path, day, answer):
    conf = tmp_path / "c.conf"
    conf.write_text(MET.format(dir=tmp_path))
    (tmp_path / "cases.csv").write_text(f"no,kind,began_on,opened_on,sued_on,status,closed_on,offset\nC-1,,,,{day},closed,,0\n")
    assert run("once", "-c", conf, "--today", "2026-06-01").returncode in (0, 1)
    periods = json.loads(run("why-not", "C-1", "report", "-c", conf, "--json").stdout)["periods"]
    assert {p["period"]: p["answer"] for p in periods}["2025"] == answer


def test_days_that_do_not_count_are_united_in_their_own_order(run, tmp_path):
    """A dataset can be a ledger of extensions too: then its rows are not signed in the order of the days they stop."""
    conf = tmp_path / "c.conf"
    conf.write_text(CONF.format(dir=tmp_path).replace(
        'first_on = "date"; last_on = "date"; }; ledger = { first',
        'signed_on = "date"; until_on = "date"; first_on = "date"; last_on = "date"; };'
        ' ledger = { signed = "signed_on"; until = "until_on"; first'))
    (tmp_path / "cases.csv").write_text("no,entered_on,importer\nC-1,2021-03-02,Acme\n")
    (tmp_path / "waivers.csv").write_text("no,case_no,signed_on,until_on,who\nW-1,none,2026-01-01,2027-01-01,\n")
    (tmp_path / "stays.csv").write_text("no,case_no,signed_on,until_on,first_on,last_on\n"
                                        "S-1,C-1,2021-01-01,2030-01-01,2023-01-01,2023-12-31\n"
                                        "S-2,C-1,2022-01-01,2030-01-01,2022-06-01,2023-06-30\n")
    run("once", "-c", conf, "--today", "2026-02-01")
    found = json.loads(run("list", "-c", conf, "--json").stdout)["duties"]
    assert [(d["rule"], d["last_day"]) for d in found] == [("sue", "2027-10-02")]  # 579 days, and no two computations
