"""adapt: rules of a pack are changed without being edited, and check shows what they are then."""
import json
import pathlib
import sqlite3

import pytest

TOP = pathlib.Path(__file__).parents[2]

CONF = """
zone = "UTC"; state_dir = "{0}/state"; run_dir = "{0}/run"; rule_dirs = [ "pack", "local" ];
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{0}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; opened = "date"; met = "date"; s = "text"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{0}/c.csv"; }} );
"""
PACK = """
subjects = ( { name = "case"; from = "cases"; } );
ladders = ( { name = "l"; rungs = ( { at = "-30 days"; } ); }, { name = "early"; rungs = ( { at = "-60 days"; } ); } );
rules = ( { id = "suit"; subject = "case"; ladder = "l"; title = "A \\"quoted\\" title"; law = "x"; remedy = "y";
    applies = ( "s IS NOT 'void'", "opened > '2020-01-01'" ); met_on = "met";
    deadline = { after = "opened"; term = "5 years"; last_day = "court";
                 no_later_than = { after = "opened"; term = "6 years"; }; };
    quiet = ( { when = "s = 'x'"; on = "met"; because = "x"; } ); } );
"""


@pytest.fixture
def check(run, tmp_path):
    for name in ("pack", "local"):
        (tmp_path / name).mkdir()
    (tmp_path / "d.conf").write_text(CONF.format(tmp_path))
    (tmp_path / "pack" / "suit.rules").write_text(PACK)

    def call(local, *args):
        (tmp_path / "local" / "ours.rules").write_text(local)
        return run("check", "-c", tmp_path / "d.conf", *args)

    call.folder = tmp_path
    return call


def test_groups_merge_scalars_and_lists_replace(check):
    done = check("""
adapt = ( { id = "suit"; ladder = "early"; applies = "s = 'open'"; evidence = [ "s" ];
            deadline = { term = "4 years"; no_later_than = { term = "7 years"; }; }; } );
""", "--effective", "suit")
    assert done.returncode == 0, done.stderr
    here = f"{check.folder}/local/ours.rules"
    said = [line.strip() for line in done.stdout.splitlines()]
    assert f'ladder = "early";   # {here}:2' in said
    assert f"""applies = ( "s = 'open'" );   # {here}:2""" in said
    assert f'term = "4 years";   # {here}:3' in said
    assert f'term = "7 years";   # {here}:3' in said
    assert 'after = "opened";' in said and 'last_day = "court";' in said and 'because = "x";' in said
    assert 'title = "A \\"quoted\\" title";' in said


def test_what_is_printed_is_the_same_rule(check):
    whole = check("", "--effective", "all").stdout
    (check.folder / "pack" / "suit.rules").write_text(PACK[:PACK.index("rules = (")] + whole)
    assert check("", "--effective", "all").stdout.splitlines()[1:] == whole.splitlines()[1:]


def test_what_is_wrong_is_said_where_it_stands(check):
    done = check("""
adapt = ( { id = "suite"; on = false; }, { ladder = "l"; },
          { id = "suit"; laddder = "x"; deadline = { term = "4 yeers"; }; } );
""")
    here = f"{check.folder}/local/ours.rules"
    assert done.returncode == 78
    for says in (f'{here}:2: adapt: no rule "suite" stands in this file or one before it',
                 f"{here}:2: adapt: id is missing",
                 f'{here}:3: rule "suit": deadline: term = "4 yeers" is not a term',
                 f'{here}:3: rule "suit": unknown key "laddder" (ladder?)'):
        assert says in done.stderr, done.stderr


def test_only_what_was_read_before_can_be_adapted(check):
    (check.folder / "pack" / "a.rules").write_text('adapt = ( { id = "suit"; ladder = "early"; } );')
    assert 'no rule "suit" stands in this file or one before it' in check("").stderr


ON = """codes = ( { name = "words"; values = ( { value = "open"; from = "O"; }, { value = "closed"; from = "C"; } ); } );
datasets = ( { id = "meetings"; key = "no"; columns = { no = "text"; held = "date"; state = { type = "text"; codes = "words"; }; }; } );
"""


def test_what_rules_stand_on_is_adapted_too(check, run):
    """The office writes PND, has a column more, does not believe half a file, and has another owner and ladder."""
    (check.folder / "pack" / "suit.rules").write_text(ON + PACK)
    conf = check.folder / "d.conf"
    conf.write_text(conf.read_text().replace("sources = (", f'sources = ( {{ id = "meetings"; url = "file://{check.folder}/m.csv"; }},'))
    done = check("""adapt_codes = ( { name = "words"; values = ( { value = "open"; from = "PND"; } ); } );
adapt_datasets = ( { id = "meetings"; complete_since = "2025-01-01"; guard = { max_rejects = "100%"; };
    columns = { room = "text"; held = { type = "text"; }; }; } );
adapt_subjects = ( { name = "case"; owner = "'desk@example.gov'"; } );
adapt_ladders = ( { name = "l"; rungs = ( { at = "-7 days"; } ); } );
""", "--explain", "suit")
    assert done.returncode == 0, done.stderr
    assert "7 days before" in done.stdout and "30 days before" not in done.stdout
    (check.folder / "m.csv").write_text("no,held,state,room\n1,some day,PND,12\n2,x,C,\n3,y,Q,\n")
    (check.folder / "c.csv").write_text("no,opened,met,s\nA,2020-03-02,,open\n")
    assert run("once", "-c", conf, "--today", "2025-02-20").returncode in (0, 1)
    with sqlite3.connect(check.folder / "state/data.db") as db:
        assert db.execute("SELECT no, held, state, room FROM meetings ORDER BY no").fetchall() == [
            ("1", "some day", "open", "12"), ("2", "x", "closed", None), ("3", "y", None, None)]
    listed = json.loads(run("list", "-c", conf, "--json", "--rule", "suit").stdout)["duties"]
    assert [(d["subject"], d["owner"], d["status"]) for d in listed] == [("A", "desk@example.gov", "WATCHED")]
    for wrong, says in (('adapt_codes = ( { name = "word"; } );', 'adapt_codes: no codes "word" stands in this file or one before it'),
                        ('adapt_datasets = ( { id = "meetings"; colums = { a = "text"; }; } );', 'unknown key "colums" (columns?)'),
                        ('adapt_codes = ( { name = "words"; values = ( { value = "closed"; from = "O"; } ); } );', '"O" stands for "open" already')):
        assert says in check(wrong).stderr


def test_a_rule_is_said_back(run, tmp_path):
    done = run("check", "-c", TOP / "tests/scenario/kinds.conf", "--explain", "all")
    assert done.returncode == 0, done.stderr
    for says in ("suit (deadline): Bring suit in time",
                 "The last day is 1 year after the day the case was opened. On a weekend it stays the last day.",
                 "waivers extend it, if signed on or before the last day.",
                 "It must happen each month, from that of Wed 1 Jan 2025 on, with 7 days after its end.",
                 "It must be at least 0.5.", "Fewer than 2 rows say nothing, unless 6 periods are put together.",
                 "There are 60 days to mend it, from the day on which it is first seen.",
                 'After each "petition" in events, "decision" must follow within 30 days.',
                 "    30 days before the day to act by (warning)",
                 "Every committee is looked at when a period begins."):
        assert says in done.stdout, done.stdout
    wrong = run("check", "-c", TOP / "tests/scenario/kinds.conf", "--explain", "none")
    assert wrong.returncode == 2 and 'there is no rule "none"' in wrong.stderr


def test_a_profile_of_a_later_file_counts_and_that_of_the_configuration_most(check):
    off, on = 'profiles = ( { name = "p"; on = false; } );', 'profiles = ( { name = "p"; } );'
    is_off = "rule suit is off by choice: profile p is off"
    (check.folder / "pack" / "suit.rules").write_text(PACK.replace('id = "suit";', 'id = "suit"; profile = "p";') + off)
    assert is_off in str(check(""))
    assert is_off not in str(check(on))
    assert "stands already" in str(check('profiles = ( { name = "p"; }, { name = "p"; } );'))
    conf = check.folder / "d.conf"
    conf.write_text(conf.read_text() + off)
    assert is_off in str(check(on))
