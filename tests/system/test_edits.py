"""What changed in the record is told with the date that follows from it."""
import pytest

from office import Office, payload, rows

WAIVERS = """
datasets = ( { id = "cases"; key = "case_no"; columns = { case_no = { type = "text"; required = true; }; center = "text";
    officer = "text"; penalty = "money"; entered_on = "date"; suit_on = "date"; status = "text"; }; },
  { id = "waivers"; key = "waiver_no"; columns = { waiver_no = "text"; case_no = { type = "text"; refers = "cases"; };
    until_on = "date"; remark = "text"; }; guard = { min_rows = 0; }; } );
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; severity = "notice"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; owner = "officer"; amount = "penalty"; } );
rules = ( { id = "sue"; subject = "case"; title = "Bring suit"; law = "19 U.S.C. 1621(1)"; remedy = "Refer it."; ladder = "l";
    applies = ( "penalty > 100" );
    deadline = { latest_of = ( { after = "entered_on"; term = "5 years"; }, { after = "last('waivers', 'until_on')"; term = "1 day"; } ); };
    met_on = "suit_on"; } );
"""


@pytest.fixture
def office(run, tmp_path):
    office = Office(run, tmp_path, f"file://{tmp_path}/cases.csv")
    office.waivers = tmp_path / "waivers.csv"
    office.write(dataset=WAIVERS, rules="", source="")
    text = office.conf.read_text().replace('sources = (', f'sources = ( {{ id = "waivers"; url = "file://{office.waivers}"; }},')
    office.conf.write_text(text)
    return office


def look(office, day, until="2026-05-01", remark="", **changes):
    (office.folder / "cases.csv").write_bytes(payload(rows(1, **{"C-1": changes})))
    office.waivers.write_text(f"waiver_no,case_no,until_on,remark\nW-1,C-1,{until},{remark}\n")
    office.once("--today", day)


def said(office):
    """The sentences of the last move."""
    moves = office.ask("explain", "C-1")["findings"][0]["moves"]
    return [s["says"] for s in moves[0]["derivation"]["steps"]]


def edits(office):
    return [s for s in said(office) if s.startswith("Changed")]


def test_of_the_row_of_rows_that_refer_to_it_and_only_what_the_rule_reads(office):
    look(office, "2026-04-01")
    assert said(office) and not edits(office)
    look(office, "2026-04-02", until="2026-07-01", remark="typed again", entered_on="2020-02-15", status="closed", penalty="2,000.00")
    assert edits(office) == [
        "Changed in the record: entered_on was Wed 15 Jan 2020, is Sat 15 Feb 2020; penalty was $1,000.00, is $2,000.00.",
        "Changed in waivers W-1: until_on was Fri 1 May 2026, is Wed 1 Jul 2026."]
    assert "Changed in waivers W-1: until_on was Fri 1 May 2026" in " ".join(office.said().split())


def test_what_came_back_is_no_edit_and_a_thing_done_is_none(office):
    look(office, "2026-04-01")
    look(office, "2026-04-02", until="")
    assert edits(office) == ["Changed in waivers W-1: until_on was Fri 1 May 2026, is nothing."]
    look(office, "2026-04-03", until="", suit_on="2026-04-03")
    assert said(office) and not edits(office)


def test_what_left_the_scope_says_by_which_edit(office):
    look(office, "2026-04-01")
    look(office, "2026-04-02", penalty="0.50")
    assert edits(office) == ["Changed in the record: penalty was $1,000.00, is $0.50."]
