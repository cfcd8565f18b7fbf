"""A slip of the pen is refused by check with its file and line, what was found, what was expected, and a suggestion."""
import pytest

CONF = """zone = "UTC"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "{{owner}}"; go_on = true; }}, {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; n = "integer"; m = "money"; ok = "boolean"; on_day = "date";
  at = "datetime"; tags = "list"; who = "text"; }}; }}, {{ id = "acts"; key = "id"; columns = {{ id = "text";
  no = {{ type = "text"; refers = "cases"; }}; did_on = "date"; word = "text"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; zone = "UTC"; }} );
calendars = ( {{ name = "office"; title = "o"; }} );
ladders = ( {{ name = "lad"; rungs = ( {{ at = "-30 days"; }}, {{ at = "+10 days"; }}, {{ at = "0 days"; }} ); }} );
subjects = ( {{ name = "case"; from = "cases"; owner = "who"; }} );
rules = ( {{ id = "r"; subject = "case"; ladder = "lad"; title = "t"; law = "x"; remedy = "y.";
  deadline = {{ after = "on_day"; term = "30 days"; }};
  met_on = "at"; }} );
"""
DAY = "where a day is expected: a date or a datetime; on_day is a date, at is a datetime"
MISTAKES = [
    ('after = "on_day"', f'after = "{e}"', 13, f'rule "r": deadline: "{e}" is {k}, {DAY}')
    for e, k in (("who", "text"), ("n", "a number"), ("m", "money"), ("ok", "a boolean"), ("tags", "a list"),
                 ("'soon'", "text"), ("n + 1", "a number"), ("count_of('acts')", "a number"))
] + [
    ('after = "on_day"; term = "30 days"', 'due = "who"', 13, f'rule "r": deadline: "who" is text, {DAY}'),
    ('after = "on_day"', 'front = ( "acts" ); after = "word"', 13, '"word" is text, where a day is expected: a date or a datetime; did_on is a date'),
    ('term = "30 days"', 'term = "30 days"; no_later_than = { after = "who"; term = "1 year"; }', 13, f'no_later_than: after: "who" is text, {DAY}'),
    ('met_on = "at"', 'met_on = "who"', 14, f'rule "r": met_on: "who" is text, {DAY}'),
    ('met_on = "at"', 'quiet = ( { when = "ok"; on = "n"; because = "b"; } )', 14, f'quiet: on: "n" is a number, {DAY}'),
    ('"-30 days"', '"30 days"', 10, 'rung at = "30 days": has no sign; before the day to act by it is "-30 days", after it "+30 days"'),
    ('"-30 days"', '"-30 dais"', 10, 'at = "-30 dais" is not a term such as'),
    ('term = "30 days"', 'term = "30 days"; calendar = "ofice"', 13, 'no calendar "ofice" (office?)'),
    ('zone = "UTC"; state', 'calendar = "ofice"; zone = "UTC"; state', 1, 'no calendar "ofice" (office?)'),
    ('zone = "UTC"; state', 'zone = "America/New_Yrok"; state', 1, 'zone = "America/New_Yrok" is not known here ("America/New_York"?)'),
    ('csv"; zone = "UTC"', 'csv"; zone = "Europe/Pariss"', 8, 'zone "Europe/Pariss" is not known here ("Europe/Paris"?)'),
    ('zone = "UTC"; state', 'rule_dirs = [ "{dir}/ruels" ]; zone = "UTC"; state', 1, "rule_dirs: {dir}/ruels: No such file or directory (rules?)"),
    ('to = "{owner}"', 'to = "{ownr}"', 4, 'to = "{ownr}": a placeholder is {owner}, {unit} or {office} and stands alone ({owner}?)'),
    ('ladder = "lad"', 'ladder = "ladd"', 12, 'no ladder "ladd" (lad?)'),
]


@pytest.mark.parametrize("right, wrong, line, says", MISTAKES)
def test_it_is_refused_where_it_stands(run, tmp_path, right, wrong, line, says):
    (tmp_path / "rules").mkdir()
    conf, good = tmp_path / "c.conf", CONF.format(dir=tmp_path)
    assert right in good
    conf.write_text(good.replace(right, wrong.replace("{dir}", str(tmp_path)), 1))
    done = run("check", "-c", conf)
    said = done.stdout + done.stderr
    assert done.returncode == 78 and f"{conf}:{line}: " in said and says.replace("{dir}", str(tmp_path)) in said, said


def test_without_any_it_is_good(run, tmp_path):
    conf = tmp_path / "c.conf"
    conf.write_text(CONF.format(dir=tmp_path))
    assert run("check", "-c", conf).returncode == 0
