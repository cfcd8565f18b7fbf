"""What cannot be compared is refused by check, wherever the expression stands, with file, line and both types."""
import pytest

CONF = """zone = "UTC"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; at = "datetime"; on_day = "date"; unit = "text"; }}; }},
  {{ id = "acts"; key = "id"; columns = {{ id = "text"; no = {{ type = "text"; refers = "cases"; }}; at = "datetime"; on_day = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }}, {{ id = "acts"; url = "file://{dir}/acts.csv"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-30 days"; }} ); }} );
profiles = ( {{ name = "p"; {profile} }} );
subjects = ( {{ name = "case"; from = "cases"; unit = "unit"; {subject} }} );
rules = ( {{ id = "r"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y."; profile = "p";
{rule}
}} );
"""
BAD = "at > on_day"
DUE = 'deadline = { due = "on_day"; };'
YEAR = 'every = { period = "year"; since = "2025-01-01"; };'
PLACES = {
    "label": ("", f'label = "{BAD}";', DUE), "office": ("", f'office = "iif({BAD}, 1, 2)";', DUE),
    "owner": ("", f'owner = "iif({BAD}, no, unit)";', DUE), "amount": ("", f'amount = "({BAD}) * 100";', DUE),
    "subject applies": ("", f'applies = ( "{BAD}" );', DUE), "profile limit_to": (f'limit_to = ( "{BAD}" );', "", DUE),
    "applies": ("", "", DUE + f'applies = ( "unit = \'A\'", "NOT ({BAD})" );'),
    "limit_to": ("", "", DUE + f'limit_to = ( "{BAD}" );'),
    "deadline": ("", "", f'deadline = {{ after = "CASE WHEN {BAD} THEN on_day END"; term = "1 year"; }};'),
    "met_on": ("", "", DUE + f'met_on = "CASE WHEN {BAD} THEN on_day END";'),
    "quiet: when": ("", "", DUE + f'quiet = ( {{ when = "{BAD}"; on = "on_day"; because = "b"; }} );'),
    "unknown: when": ("", "", DUE + f'unknown = ( {{ when = "{BAD}"; ask = "b"; }} );'),
    "wrong": ("", "", f'wrong = "any_of(\'acts\', {BAD})";'),
    "measure: numerator": ("", "", YEAR + f'measure = {{ on = "on_day"; numerator = "{BAD}"; at_most = "0.5"; }};'),
    "measure: exclude": ("", "", YEAR + f'measure = {{ on = "on_day"; numerator = "1"; exclude = "{BAD}"; at_most = "0.5"; }};'),
    "measure: at_most": ("", "", YEAR + 'measure = { on = "on_day"; numerator = "1"; at_most = "iif(:period_last > 2026, 0.1, 0.5)"; };'),
    "every: events": ("", "", f'every = {{ period = "month"; since = "2025-01-01"; events = "acts"; on = "on_day"; when = "{BAD}"; }};'),
    "worth": ("", "", f'deadline = {{ front = ( "acts" ); after = "on_day"; term = "1 year"; worth = "({BAD}) * 100"; }};'),
}


@pytest.mark.parametrize("place", PLACES)
def test_it_is_refused_wherever_it_stands(run, tmp_path, place):
    conf = tmp_path / "c.conf"
    for good in (False, True):
        profile, subject, rule = (p.replace(BAD, "day(at) > on_day" if good else BAD) for p in PLACES[place])
        if good:
            rule = rule.replace(":period_last > 2026", "year(:period_last) > 2026")
        conf.write_text(CONF.format(dir=tmp_path, profile=profile, subject=subject, rule=rule))
        done = run("check", "-c", conf)
        said = done.stdout + done.stderr
        if good:
            assert done.returncode == 0, said
            continue
        line = 9 if profile else 10 if subject else 12
        assert done.returncode == 78 and f"{conf}:{line}: rule \"r\": {place}: " in said, said
        assert ("at is a datetime and on_day is a date, which cannot be compared; day(at) is a date" in said
                or ":period_last is a date and 2026 is a number" in said), said
