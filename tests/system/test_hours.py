"""Opening hours up to those of an office that never closes: from midnight to midnight, in summer and in winter."""
import json

import pytest

CONF = """
zone = "America/New_York"; mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run"; {top}
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; target = "datetime"; done = "datetime"; came = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; dates = [ "yyyy-mm-dd HH:MM", "yyyy-mm-dd" ]; }} );
calendars = ( {{ name = "k"; title = "The desk"; weekend = [ ]; {hours} }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-90 days"; }} ); }} );
rules = ( {{ id = "at"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y.";
    deadline = {{ due = "target"; calendar = "k"; }}; met_on = "done"; }},
  {{ id = "in"; subject = "case"; ladder = "l"; title = "t"; law = "x"; remedy = "y.";
    deadline = {{ after = "came"; term = "10 days"; calendar = "k"; }}; met_on = "done"; }} );
"""


def write(folder, hours, *rows, top=""):
    (folder / "c.conf").write_text(CONF.format(dir=folder, hours=hours, top=top))
    (folder / "cases.csv").write_text("\n".join(["no,target,done,came", *rows]) + "\n")
    return folder / "c.conf"


@pytest.mark.parametrize("month", ["01", "07"])
@pytest.mark.parametrize("opens, closes", [("00:00", "23:59"), ("00:00", "24:00"), ("00:01", "24:00"), ("08:30", "17:00")])
def test_the_last_day_ends_when_the_office_closes(run, tmp_path, opens, closes, month):
    conf = write(tmp_path, f'opens = "{opens}"; closes = "{closes}";', f"A,2026-{month}-15 10:00,,2026-{month}-05")
    assert run("once", "-c", conf, "--today", f"2026-{month}-14").returncode in (0, 1)
    listed = {d["rule"]: d for d in json.loads(run("list", "-c", conf, "--json").stdout)["duties"]}
    assert (listed["at"]["last_day"], listed["at"]["by"]) == (f"2026-{month}-15", "10:00")
    assert (listed["in"]["last_day"], listed["in"]["by"]) == (f"2026-{month}-15", closes)
    assert f"The last day ends at {closes}, when the office closes." in run("explain", "A", "-c", conf, "--rule", "in").stdout
    assert f"    open {opens} to {closes}\n" in run("calendar", "-c", conf).stdout
    late = f"A,2026-{month}-15 10:00,2026-{month}-15 {'23:59' if closes == '24:00' else closes},2026-{month}-05"
    write(tmp_path, f'opens = "{opens}"; closes = "{closes}";', late)
    run("once", "-c", conf, "--today", f"2026-{month}-16")
    said = run("explain", "A", "-c", conf).stdout
    assert said.count("met late") == 1, "at ten o'clock; the other one up to the end"


@pytest.mark.parametrize("hours, top, says", [
    ('opens = "00:00";', "", "opens needs closes, a later time of the same day (up to 24:00)"),
    ('opens = "24:00"; closes = "24:00";', "", 'opens = "24:00" is above 23:59'),
    ('opens = "00:00"; closes = "00:00";', "", 'closes = "00:00" is below 00:01'),
    ('closes = "24:01";', "", 'closes = "24:01" is not a time of day'),
    ("", 'digest_at = "24:00";', 'digest_at = "24:00" is above 23:59'),
])
def test_an_hour_that_is_none_is_refused(run, tmp_path, hours, top, says):
    done = run("check", "-c", write(tmp_path, hours, top=top))
    assert done.returncode == 78 and says in done.stdout + done.stderr, done
    assert "c.conf:" in done.stdout + done.stderr
