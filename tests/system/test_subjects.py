"""What a subject says of all its rules, and what rules say where data is not mapped."""
import json
import re

CONF = """
operators = {{ channel = "files"; to = "ops@example.gov"; }};
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = (
    {{ id = "cases"; key = "no"; columns = {{ no = "text"; suit_on = "date"; closed_on = "date"; status = "text"; }}; }},
    {{ id = "lines"; key = "id"; columns = {{ id = "text"; case_no = {{ type = "text"; refers = "cases"; }};
       entry_no = {{ type = "text"; refers = "entries"; }}; }}; }},
    {{ id = "entries"; key = "entry_no"; columns = {{ entry_no = "text"; entry_on = "date"; center = "text"; }}; }},
    {{ id = "petitions"; key = "id"; columns = {{ id = "text"; case_no = {{ type = "text"; refers = "cases"; }}; made_on = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }}, {{ id = "lines"; url = "file://{dir}/lines.csv"; }},
    {{ id = "entries"; url = "file://{dir}/entries.csv"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-10 years"; }} ); }} );
subjects = ( {{ name = "case"; from = "cases"; unit = "most_of('entries', 'center')";
    quiet = ( {{ when = "closed_on IS NOT NULL"; on = "closed_on"; because = "closed"; }} );
    unknown = ( {{ when = "status = 'closed' AND closed_on IS NULL"; ask = "the closing date"; }} ); }} );
rules = (
    {{ id = "sue"; subject = "case"; ladder = "l"; title = "Sue"; law = "Act"; remedy = "Sue."; met_on = "suit_on";
       quiet = ( {{ when = "status = 'paid'"; on = "'2024-01-01'"; because = "paid"; }} );
       deadline = {{ front = "lines"; after = "first('entries', 'entry_on')"; term = "5 years"; }}; }},
    {{ id = "answer"; subject = "case"; ladder = "l"; title = "Answer"; law = "Act"; remedy = "Answer.";
       applies = ( "any_of('petitions')" ); deadline = {{ after = "first('petitions', 'made_on')"; term = "30 days"; }}; }},
    {{ id = "decide"; subject = "case"; ladder = "l"; title = "Decide"; law = "Act"; remedy = "Decide."; needs = [ "petitions" ];
       deadline = {{ after = "first('petitions', 'made_on')"; term = "30 days"; }}; }},
    {{ id = "odd"; subject = "case"; ladder = "l"; title = "Odd"; law = "Act"; remedy = "Mend.";
       wrong = "status = 'closed' AND closed_on IS NULL"; }} );
"""


def office(run, folder):
    conf = folder / "s.conf"
    conf.write_text(CONF.format(dir=folder))
    (folder / "cases.csv").write_text("no,suit_on,closed_on,status\nC-1,,,open\nC-2,,2024-06-01,closed\nC-3,,,closed\nC-4,,,paid\n")
    (folder / "lines.csv").write_text("id,case_no,entry_no\n1,C-1,E-1\n2,C-1,E-2\n3,C-1,E-3\n4,C-2,E-1\n5,C-3,E-1\n6,C-4,E-3\n")
    (folder / "entries.csv").write_text("entry_no,entry_on,center\nE-1,2020-03-02,BM\nE-2,2020-03-10,AFT\nE-3,2020-05-01,AFT\n")

    def on(day):
        assert run("once", "-c", conf, "--today", day).returncode in (0, 1)

    def duties(rule):
        found = json.loads(run("list", "-c", conf, "--json", "--rule", rule).stdout)["duties"]
        return {d["subject"]: d for d in found}

    return conf, on, duties


def test_reasons_of_a_subject_hold_for_its_duties_and_not_for_its_contradictions(run, tmp_path):
    _, on, duties = office(run, tmp_path)
    on("2025-01-01")
    sue = duties("sue")
    assert (sue["C-1"]["because"], sue["C-2"]["because"], sue["C-4"]["because"]) == (None, "closed", "paid")
    assert sue["C-3"]["answer"] == "unknown"
    assert list(duties("odd")) == ["C-3"]


def test_the_most_frequent_value_says_whose_it_is(run, tmp_path):
    _, on, duties = office(run, tmp_path)
    on("2025-01-01")
    sue = duties("sue")
    assert (sue["C-1"]["unit"], sue["C-2"]["unit"]) == ("AFT", "BM")


def test_a_dataset_without_a_source_is_empty_and_what_needs_it_is_off(run, tmp_path):
    conf, on, duties = office(run, tmp_path)
    on("2025-01-01")
    assert duties("answer") == {} and duties("decide") == {}
    said = json.loads(run("coverage", "-c", conf, "--json").stdout)
    assert "decide" in json.dumps(said)


def test_a_front_looks_further_and_hears_of_changes_there(run, tmp_path):
    _, on, duties = office(run, tmp_path)
    on("2025-01-01")
    assert duties("sue")["C-1"]["last_day"] == "2025-03-02"
    entries = tmp_path / "entries.csv"
    entries.write_text(entries.read_text().replace("E-1,2020-03-02", "E-1,2020-04-02"))
    on("2025-01-02")
    assert duties("sue")["C-1"]["last_day"] == "2025-03-10"


def test_a_name_that_is_a_word_of_sql_is_said(run, tmp_path):
    conf = tmp_path / "s.conf"
    conf.write_text(CONF.format(dir=tmp_path).replace("made_on", "on").replace('id = "petitions"', 'id = "order"').replace(
        "'petitions'", "'order'").replace('"petitions"', '"order"'))
    done = run("check", "-c", conf)
    assert done.returncode == 78
    assert re.search(r's.conf:11: dataset "order": its id is a word of SQL; choose another name', done.stderr), done.stderr
    assert 'dataset "order": the name of column "on" is a word of SQL; choose another one' in done.stderr
