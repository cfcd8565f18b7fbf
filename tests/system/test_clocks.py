"""Clocks that others kept: clinical trials with certificates and grace, and the meetings of a central bank.

The data is where DUTYWATCH_SHARED says, else the tests are skipped and say so.
"""
import collections
import csv
import datetime
import gzip
import json
import re
import zoneinfo

import pytest

HEAD = """
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-10 years"; }} ); }} );
"""


@pytest.fixture
def judged(run, tmp_path):
    """judged(configuration, day): {(rule, subject, period): duty} as list --all has them, of a state of its own."""
    count = 0

    def prepare(write):
        judge.write = write
        return judge

    def judge(text, today, **places):
        nonlocal count
        count += 1
        folder = tmp_path / str(count)
        folder.mkdir()
        judge.write(folder)
        conf = folder / "c.conf"
        conf.write_text((HEAD + text).format(dir=folder, **places))
        done = run("once", "-c", conf, "--today", today)
        assert done.returncode in (0, 1), done.stderr + done.stdout
        duties = json.loads(run("list", "--all", "-c", conf, "--json").stdout)["duties"]
        judge.conf = conf
        return {(d["rule"], d["subject"], d["period"] or ""): d for d in duties}

    judge.prepare = prepare
    return judge


TRIALS = """
datasets = (
    {{ id = "trials"; key = "nct_id"; columns = {{ nct_id = "text"; act_flag = "boolean";
      available_completion_date = "date"; results_due = "boolean"; has_certificate = "boolean";
      results_submitted_date = "date"; }}; }},
    {{ id = "reviews"; key = "nct_id"; columns = {{ nct_id = {{ type = "text"; refers = "trials"; }}; submitted_on = "date"; }}; }} );
sources = ( {{ id = "trials"; url = "file://{trials}"; }}, {{ id = "reviews"; url = "file://{dir}/reviews.csv"; }} );
subjects = ( {{ name = "trial"; from = "trials"; applies = ( "act_flag = 1", "results_due = 1" ); }} );
rules = (
    {{ id = "plain"; subject = "trial"; ladder = "l"; title = "Report results"; law = "42 USC 282(j)"; remedy = "Report.";
      applies = "has_certificate = 0"; met_on = "coalesce(min(results_submitted_date, first('reviews', 'submitted_on')),
                                                   results_submitted_date, first('reviews', 'submitted_on'))";
      deadline = {{ after = "available_completion_date"; term = "365 days"; }}; }},
    {{ id = "certificate"; subject = "trial"; ladder = "l"; title = "Report results"; law = "42 USC 282(j)"; remedy = "Report.";
      applies = "has_certificate = 1"; met_on = "results_submitted_date";
      deadline = {{ after = "available_completion_date"; term = "3 years"; }}; }},
    {{ id = "days-late"; subject = "trial"; ladder = "l"; title = "In time"; law = "42 USC 282(j)"; remedy = "Report.";
      deadline = {{ due = "coalesce((SELECT due FROM duties WHERE duties.rule = 'plain' AND duties.subject = nct_id),
                                  (SELECT due FROM duties WHERE duties.rule = 'certificate' AND duties.subject = nct_id))"; }}; }} );
"""

# As of 2018-01-01, by the tracker's own tests: due, days late.
TRACKED = {
    "overdue": ("2017-11-01", 61), "overdueingrace": ("2017-12-15", 17), "overdue_withexemption": ("2019-11-01", 0),
    "overdue_evenwithexemption": ("2017-12-01", 31), "overdue_withexemption_reported": ("2017-12-01", 0),
    "overdue_withexemption_late": ("2017-12-01", 31), "overdueinqa": ("2017-11-01", 12), "reported": ("2011-06-30", 0),
}
STATUS = {"overdue": "overdue", "overdueingrace": "ongoing", "overdue_withexemption": "ongoing",
          "overdue_evenwithexemption": "overdue", "overdue_withexemption_reported": "reported",
          "overdue_withexemption_late": "reported-late", "overdueinqa": "reported-late", "reported": "reported"}
GRACE = 30


def test_trials_are_due_and_late_as_their_tracker_says(judged, run, shared):
    today = datetime.date(2018, 1, 1)
    folder = shared("data/fdaaa/sample_bq.csv").parent

    def write_reviews(place):
        (place / "reviews.csv").write_text("nct_id,submitted_on\noverdueinqa,2017-11-13\n")

    duties = judged.prepare(write_reviews)(TRIALS, "2018-01-01", trials=folder / "sample_bq.csv")
    due = {s: d for (rule, s, _), d in duties.items() if rule == "days-late"}
    assert {s: d["last_day"] for s, d in due.items()} == {s: day for s, (day, _) in TRACKED.items()}
    for trial, (day, late) in TRACKED.items():
        rule = "certificate" if "exemption" in trial else "plain"
        told = json.loads(run("why-not", trial, rule, "-c", judged.conf, "--json").stdout)
        open_now = duties.get((rule, trial, ""))
        done = re.match(r"it was done on ([0-9-]+)", told["because"]) if told["answer"] == "done" else None
        met = datetime.date.fromisoformat(done[1]) if done else None
        days = max(0, ((met or today) - datetime.date.fromisoformat(day)).days)
        status = (("reported-late" if days else "reported") if met else
                  "overdue" if open_now["past_since"] and days > GRACE else "ongoing")
        assert (status, days) == (STATUS[trial], late), trial


MEETINGS = """
datasets = (
    {{ id = "committees"; key = "no"; columns = {{ no = "text"; }}; }},
    {{ id = "days"; key = "no"; columns = {{ no = "text"; day = "date"; committee = {{ type = "text"; refers = "committees"; }};
      unscheduled = "boolean"; minutes = "boolean";
      meeting = "boolean"; what = "text"; }}; }} );
sources = ( {{ id = "committees"; url = "file://{dir}/committees.csv"; }},
    {{ id = "days"; url = "file://{dir}/days.csv"; }} );
subjects = ( {{ name = "committee"; from = "committees"; }}, {{ name = "day"; from = "days"; }} );
rules = (
    {{ id = "meet"; subject = "committee"; ladder = "l"; title = "Meet again"; law = "an example"; remedy = "Meet.";
      lifecycle = {{ events = "days"; name = "what"; on = "day"; after = [ "meeting" ]; must_follow = [ "meeting" ];
                    within = "90 days"; }}; }},
    {{ id = "mislabelled"; subject = "day"; ladder = "l"; title = "Minutes as after a regular meeting"; law = "an example";
      remedy = "Correct it."; applies = "meeting = 1";
      wrong = "unscheduled AND EXISTS (SELECT 1 FROM days AS m WHERE m.minutes = 1 AND m.day = date_add(days.day, '21 days'))"; }} );
"""


def bank(file, since):
    """Days with what happened on each, as one row a day."""
    days = {}
    for row in csv.DictReader(file.open()):
        if row["date"] < since:
            continue
        d = days.setdefault(row["date"], {"meeting": 0, "unscheduled": 0, "minutes": 0})
        d["meeting"] |= row["fed_meeting_date_indicator"] == "1"
        d["unscheduled"] |= row["fed_non_scheduled_meeting_indicator"] == "1"
        d["minutes"] |= row["fed_minutes_date_indicator"] == "1"
    return days


def test_a_skipped_meeting_is_told_from_a_mislabelled_one(judged, shared):
    days = bank(shared("data/centralbank-meetings/fed_meeting_dates.csv"), "2005-01-01")

    def write(place, until):
        (place / "committees.csv").write_text("no\nfomc\n")
        (place / "days.csv").write_text("no,day,committee,unscheduled,minutes,meeting,what\n" + "".join(
            f"{day},{day},fomc,{int(d['unscheduled'])},{int(d['minutes'])},{int(d['meeting'])},"
            f"{'meeting' if d['meeting'] and not d['unscheduled'] else 'other'}\n"
            for day, d in sorted(days.items()) if day <= until))

    def gaps(today):
        duties = judged.prepare(lambda place: write(place, today))(MEETINGS, today)
        return {p for (rule, _, p), d in duties.items() if rule == "meet" and d["past_since"] and d["status"] == "OPEN"}, \
               {s for (rule, s, _) in duties if rule == "mislabelled"}

    seen = set()
    for today in ("2020-04-28", "2020-10-30", "2021-06-16", "2021-09-16", "2019-09-01", "2022-12-31"):
        late, wrong = gaps(today)
        seen |= late
    assert seen == {"2020-01-27", "2020-07-29", "2021-06-16"}, seen
    assert wrong == {"2020-09-16", "2021-04-28", "2021-07-28"}


SCHEDULE = """
datasets = ( {{ id = "days"; key = "no"; columns = {{ no = "text"; day = "date"; scheduled = "boolean"; minutes = "boolean"; }}; }},
    {{ id = "papers"; key = "no"; columns = {{ no = "text"; day = "date"; }}; }} );
sources = ( {{ id = "days"; url = "file://{dir}/days.csv"; }}, {{ id = "papers"; url = "file://{dir}/papers.csv"; }} );
subjects = ( {{ name = "meeting"; from = "days"; applies = "scheduled"; }}, {{ name = "paper"; from = "papers"; }} );
rules = (
    {{ id = "eight-a-year"; subject = "meeting"; ladder = "l"; title = "Eight meetings a year"; law = "an example"; remedy = "Meet.";
      every = {{ period = "year"; since = "1981-01-01"; }};
      measure = {{ on = "day"; by = "all"; at_least = "1"; min_cases = 1; numerator = "1"; words = "of eight meetings";
        denominator = "8 * (day = (SELECT min(d.day) FROM days AS d WHERE d.scheduled AND year(d.day) = year(days.day)))"; }}; }},
    {{ id = "minutes"; subject = "meeting"; ladder = "l"; title = "Minutes"; law = "an example"; remedy = "Publish.";
      applies = "day >= '2005-01-01'"; deadline = {{ after = "day"; term = "21 days"; }};
      met_on = "(SELECT min(m.day) FROM days AS m WHERE m.minutes AND m.day > days.day)"; }},
    {published} );
"""
PUBLISHED = """{{ id = "%s"; subject = "meeting"; ladder = "l"; title = "Minutes"; law = "an example"; remedy = "Publish.";
      applies = "day >= '2005-01-01'"; every = {{ period = "year"; since = "2005-01-01"; }};
      measure = {{ on = "day"; by = "all"; at_least = "1.1"; min_cases = 1;
        numerator = "EXISTS (SELECT 1 FROM duties WHERE duties.rule = 'minutes' AND duties.subject = no AND met_on %s due)"; }}; }}"""
PAPERS = """{{ id = "after-%d"; subject = "paper"; ladder = "l"; title = "Minutes"; law = "an example"; remedy = "Publish.";
      every = {{ period = "year"; since = "2005-01-01"; }};
      measure = {{ on = "day"; by = "all"; at_least = "1.1"; min_cases = 1;
        numerator = "EXISTS (SELECT 1 FROM days WHERE days.scheduled AND days.day = date_add(papers.day, '-%d days'))"; }}; }}"""


def test_a_bank_meets_eight_times_a_year_and_publishes_in_three_weeks(run, judged, shared):
    file = shared("data/centralbank-meetings/fed_meeting_dates.csv")
    days = bank(file, "1981-01-01")
    papers = [r["date"] for r in csv.DictReader(file.open()) if r["fed_minutes_date_indicator"] == "1"]

    def write(place):
        (place / "papers.csv").write_text("no,day\n" + "".join(f"{n},{day}\n" for n, day in enumerate(papers)))
        (place / "days.csv").write_text("no,day,scheduled,minutes\n" + "".join(
            f"{day},{day},{int(d['meeting'] and not d['unscheduled'])},{int(d['minutes'])}\n" for day, d in sorted(days.items())))

    published = [PUBLISHED % (name, sign) for name, sign in (("early", "<"), ("just", "="), ("late", ">"))]
    published += [PAPERS % (n, n) for n in (20, 21, 22)]
    duties = judged.prepare(write)(SCHEDULE.replace("{published}", ",\n".join(published)), "2023-12-31")
    assert {p for (rule, _, p), d in duties.items() if rule == "eight-a-year"} == {"2020", "2021"}  # six in each, by the file
    seen = collections.Counter()
    for rule in ("early", "just", "late", "after-20", "after-21", "after-22"):
        for f in json.loads(run("explain", "all", "--rule", rule, "-c", judged.conf, "--json").stdout)["findings"]:
            seen[rule] += next(int(i["value"]) for i in f["moves"][0]["inputs"]["fields"] if i["name"] == "numerator")
    meetings = [datetime.date.fromisoformat(day) for day, d in sorted(days.items())
                if "2005" <= day < "2023" and d["meeting"] and not d["unscheduled"]]
    minutes = [datetime.date.fromisoformat(day) for day, d in sorted(days.items()) if d["minutes"]]
    after = collections.Counter((next(m for m in minutes if m > day) - day).days for day in meetings)
    assert sum(after.values()) == 140 and after[21] == seen["just"] == 125
    assert sum(n for away, n in after.items() if away < 21) == seen["early"] == 6
    assert sum(n for away, n in after.items() if away > 21) == seen["late"] == 9
    this_year = [datetime.date.fromisoformat(day) for day in papers if day >= "2023"]  # a period that has not ended
    assert sum("2005" <= day for day in papers) == 171
    for n, known in ((20, 11), (21, 141), (22, 7)):  # by the paper, of which some days have two or three
        open_year = sum(days.get((day - datetime.timedelta(n)).isoformat(), {}).get("meeting", False) for day in this_year)
        assert seen[f"after-{n}"] + open_year == known


CITY = """
zone = "America/New_York";
calendars = ( {{ name = "boston"; opens = "08:30"; closes = "17:00"; verified_from = "2015-01-01"; verified_until = "2016-12-31"; holidays = (
    {{ name = "New Year's Day"; on = "January 1"; observed = "nearest"; }},
    {{ name = "Birthday of Martin Luther King, Jr."; on = "third Monday of January"; }},
    {{ name = "Presidents' Day"; on = "third Monday of February"; }}, {patriots}
    {{ name = "Memorial Day"; on = "last Monday of May"; }}, {{ name = "Independence Day"; on = "July 4"; {july} }},
    {{ name = "Labor Day"; on = "first Monday of September"; }}, {{ name = "Columbus Day"; on = "second Monday of October"; }},
    {{ name = "Veterans Day"; on = "November 11"; }}, {{ name = "Thanksgiving Day"; on = "fourth Thursday of November"; }},
    {{ name = "Christmas Day"; on = "December 25"; }} ); }} );
datasets = ( {{ id = "requests"; key = "id"; columns = {{ id = "text"; opened = "datetime"; closed = "datetime"; }}; }} );
sources = ( {{ id = "requests"; url = "file://{requests}"; dates = [ "mm/dd/yyyy hh:MM:SS AM" ]; map = {{
    id = "CASE_ENQUIRY_ID"; opened = "OPEN_DT"; {closed} }}; }} );
subjects = ( {{ name = "request"; from = "requests"; }} );
rules = ( {{ id = "inspect"; subject = "request"; ladder = "l"; title = "Inspect"; law = "an example"; remedy = "Inspect.";
    met_on = "closed"; deadline = {{ after = "opened"; term = "3 business days"; last_day = "business"; calendar = "boston"; }}; }},
  {{ id = "verdict"; subject = "request"; ladder = "l"; title = "Inspected in time"; law = "an example"; remedy = "Inspect.";
    every = {{ period = "year"; since = "2015-01-01"; }};
    measure = {{ on = "opened"; by = "all"; at_least = "1.1"; min_cases = 1;
      numerator = "closed <= (SELECT due_at FROM duties WHERE duties.rule = 'inspect' AND duties.subject = id)"; }}; }} );
"""
PATRIOTS = '{ name = "Patriots\' Day"; on = "third Monday of April"; },'


def test_a_city_counts_three_business_days_by_its_own_calendar(judged, shared):
    file = shared("data/boston311/raw_building_inspection_request_2015.csv")
    target = {r["CASE_ENQUIRY_ID"]: datetime.datetime.strptime(r["TARGET_DT"][:10], "%m/%d/%Y").date().isoformat()
              for r in csv.DictReader(file.open())}

    def right(patriots, july):
        duties = judged.prepare(lambda place: None)(CITY, "2016-01-12", requests=file, patriots=patriots, july=july,
                                                    closed="")
        last = {s: d["last_day"] for (rule, s, _), d in duties.items() if rule == "inspect"}
        assert last.keys() == target.keys()
        return sum(last[s] == day for s, day in target.items())

    assert len(target) == 4961
    assert right(PATRIOTS, "") == 4961
    assert right(PATRIOTS, 'observed = "nearest";') == 4776  # 3 July
    assert right("", "") < 4961


def boston(text):
    """The moment of a wall clock in Boston, in UTC."""
    at = datetime.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")
    return at.replace(tzinfo=zoneinfo.ZoneInfo("America/New_York")).astimezone(datetime.timezone.utc)


def test_a_city_keeps_its_office_hours(judged, run, shared):
    """Business days end at the time of day at which they began, within the hours of the office: 4,961 target moments."""
    file = shared("data/boston311/raw_building_inspection_request_2015.csv")
    rows = {r["CASE_ENQUIRY_ID"]: r for r in csv.DictReader(file.open())}
    judge = judged.prepare(lambda place: None)

    duties = judge(CITY, "2016-01-12", requests=file, patriots=PATRIOTS, july="", closed="")
    due = {s: datetime.datetime.fromisoformat(d["due_at"].replace("Z", "+00:00"))
           for (rule, s, _), d in duties.items() if rule == "inspect"}
    away = [abs((due[s] - boston(r["TARGET_DT"])).total_seconds()) for s, r in rows.items()]
    assert len(away) == 4961 and max(away) <= 60

    duties = judge(CITY, "2016-01-12", requests=file, patriots=PATRIOTS, july="", closed='closed = "CLOSED_DT";')
    late = {s: d for (rule, s, _), d in duties.items() if rule == "inspect"}
    open_now = {s: d for s, d in late.items() if d["status"] != "RESOLVED"}
    assert len(open_now) == 428 and all(d["past_since"] == d["last_day"] for d in late.values())
    assert late.keys() == {s for s, r in rows.items() if r["OnTime_Status"] == "OVERDUE"}  # what was done late is on record too
    tally = {r["id"]: r.get("tally") for r in json.loads(run("coverage", "--count", "-c", judge.conf, "--json").stdout)["rules"]}["inspect"]
    assert (tally["past"], tally["late"]) == (428, 3627 - 428)  # by the hour, as the register
    assert open_now.keys() == {s for s, r in rows.items() if not r["CLOSED_DT"]}
    seen, = json.loads(run("explain", "all", "-c", judge.conf, "--json").stdout)["findings"]
    number = {i["name"]: int(i["value"]) for i in seen["moves"][0]["inputs"]["fields"] if i["name"].endswith("ator")}
    assert number == {"numerator": 1334, "denominator": 4961}  # 1,334 ONTIME; 3,627 OVERDUE, of which 428 are open
    assert collections.Counter(r["OnTime_Status"] for r in rows.values()) == {"ONTIME": 1334, "OVERDUE": 3627}

    wrong = judge.conf.parent / "wrong.conf"
    for hours in ('opens = "17:00"; closes = "17:00";', 'opens = "08:30";'):
        wrong.write_text(judge.conf.read_text().replace('opens = "08:30"; closes = "17:00";', hours))
        assert 'calendar "boston": opens needs closes, a later time of the same day' in run("check", "-c", wrong).stderr


RECALLS = """
datasets = ( {{ id = "recalls"; key = "what"; columns = {{ what = "text"; class = "text"; reported_on = "date";
    firm = "text"; ended_on = "date"; }}; }} );
sources = ( {{ id = "recalls"; url = "file://{recalls}"; format = "ndjson"; dates = [ "mm/dd/yyyy" ]; map = {{
    what = "product-description"; class = "classification"; reported_on = "report-date"; firm = "recalling-firm"; }}; }} );
subjects = ( {{ name = "recall"; from = "recalls"; unit = "class"; }} );
rules = ( {{ id = "class-1"; subject = "recall"; ladder = "l"; title = "Check the recall"; law = "an example"; remedy = "Check.";
    applies = "class = 'Class I'"; met_on = "ended_on"; deadline = {{ after = "reported_on"; term = "10 days"; }}; }},
  {{ id = "class-2"; subject = "recall"; ladder = "l"; title = "Check the recall"; law = "an example"; remedy = "Check.";
    applies = "class = 'Class II'"; met_on = "ended_on"; deadline = {{ after = "reported_on"; term = "30 days"; }}; }},
  {{ id = "class-3"; subject = "recall"; ladder = "l"; title = "Check the recall"; law = "an example"; remedy = "Check.";
    applies = "class = 'Class III'"; met_on = "ended_on"; deadline = {{ after = "reported_on"; term = "2 months"; }}; }} );
"""


def test_recalls_have_clocks_by_class(judged, shared):
    file = shared("data/fda-recalls/fda_enforcement_report_2012-06-13.ndjson")
    duties = judged.prepare(lambda place: None)(RECALLS, "2012-07-01", recalls=file)
    count = collections.Counter((rule, d["last_day"], bool(d["past_since"])) for (rule, _, _), d in duties.items())
    assert count == {("class-1", "2012-06-23", True): 7, ("class-2", "2012-07-13", False): 46,
                     ("class-3", "2012-08-13", False): 19}


COMMITTEE = """
calendar = "office"; calendars = ( {{ name = "office"; verified_from = "2020-01-01"; verified_until = "2030-12-31"; }} );
datasets = (
    {{ id = "committees"; key = "no"; columns = {{ no = "text"; }}; }},
    {{ id = "meetings"; key = "no"; columns = {{ no = "text"; committee = {{ type = "text"; refers = "committees"; }};
      held_on = "date"; }}; }} );
sources = ( {{ id = "committees"; url = "file://{dir}/committees.csv"; }}, {{ id = "meetings"; url = "file://{dir}/meetings.csv"; }} );
subjects = ( {{ name = "committee"; from = "committees"; }} );
rules = ( {{ id = "meet"; subject = "committee"; ladder = "l"; title = "Meet"; law = "Charter"; remedy = "Meet.";
    every = {{ period = "month"; since = "2026-03-01"; by = "{by}"; events = "meetings"; on = "held_on"; {grace} }}; }} );
"""


def test_a_meeting_by_the_second_tuesday_of_the_month(run, judged):
    def write(place):
        (place / "committees.csv").write_text("no\nk1\n")
        (place / "meetings.csv").write_text("no,committee,held_on\n1,k1,2026-03-10\n2,k1,2026-04-15\n")

    for grace, last in (("", "2026-05-12"), ('grace = "3 business days";', "2026-05-15")):
        duties = judged.prepare(write)(COMMITTEE, "2026-05-20", by="second Tuesday", grace=grace)
        assert {p: (d["last_day"], bool(d["past_since"]), d["done_on"]) for (_, _, p), d in duties.items()} == {
            "2026-05": (last, True, None)} | ({} if grace else {"2026-04": ("2026-04-14", True, "2026-04-15")})
        assert "by the second Tuesday of its last month" in run("check", "--explain", "meet", "-c", judged.conf).stdout
        told = " ".join(run("explain", "k1", "-c", judged.conf).stdout.split())
        assert "it must happen by Tue 12 May 2026. 2. That is the second Tuesday of the month." in told, told
    wrong = judged.conf.parent / "wrong.conf"
    wrong.write_text(judged.conf.read_text().replace("second Tuesday", "second Toosday"))
    assert 'by = "second Toosday" is no day such as "second Tuesday"' in run("check", "-c", wrong).stderr


PERMITS = """
zone = "Europe/Amsterdam";
datasets = ( {{ id = "tasks"; key = "no"; columns = {{ no = "text"; due = "datetime"; finished = "datetime"; }};
             guard = {{ max_rejects = "0%"; }}; }} );
sources = ( {{ id = "tasks"; url = "file://{dir}/tasks.csv"; dates = [ "yyyy-mm-ddTHH:MM:SSZ", "yyyy-mm-dd HH:MM:SS" ]; }} );
subjects = ( {{ name = "task"; from = "tasks"; applies = ( "due IS NOT NULL", "finished IS NOT NULL" ); }} );
rules = ( {{ id = "late"; subject = "task"; ladder = "l"; title = "Tasks done in time"; law = "an example"; remedy = "Do.";
    every = {{ period = "year"; since = "2010-01-01"; }};
    measure = {{ on = "due"; numerator = "finished <= due"; by = "all"; at_least = "1.1"; min_cases = 1; }}; }} );
"""


@pytest.mark.parametrize("city, late, in_time", [("m1", 621, 2719), ("m2", 97, 301)])
def test_a_city_finished_so_many_tasks_late(run, judged, shared, city, late, in_time):
    """By the clock on the wall, across summer time: due with an offset, finished without one."""
    with gzip.open(shared(f"data/bpic15-permits/{city}_events.csv.gz"), "rt") as f:
        tasks = [(r["dueDate"], r["dateFinished"]) for r in csv.DictReader(f)]

    def write(place):
        (place / "tasks.csv").write_text("no,due,finished\n" + "".join(
            f"{n},{due},{finished}\n" for n, (due, finished) in enumerate(tasks)))

    judged.prepare(write)(PERMITS, "2016-01-02")
    found = json.loads(run("explain", "all", "-c", judged.conf, "--json").stdout)["findings"]
    seen = [{i["name"]: i["value"] for i in f["moves"][0]["inputs"]["fields"]} for f in found]
    assert len(seen) >= 5  # a target that no year can meet shows them all
    assert sum(int(n["numerator"]) for n in seen) == in_time
    assert sum(int(n["denominator"]) for n in seen) == late + in_time


DECISIONS = """
zone = "Europe/Amsterdam";
datasets = (
    {{ id = "cases"; key = "no"; columns = {{ no = "text"; applied_on = "date"; extensive = "boolean"; decided_on = "date"; }}; }},
    {{ id = "extensions"; key = "no"; columns = {{ no = "text"; case_no = {{ type = "text"; refers = "cases"; }};
      sent_on = "date"; until_on = "date"; }}; ledger = {{ signed = "sent_on"; until = "until_on"; }}; }},
    {{ id = "suspensions"; key = "no"; columns = {{ no = "text"; case_no = {{ type = "text"; refers = "cases"; }};
      first_on = "date"; last_on = "date"; }}; ledger = {{ first = "first_on"; last = "last_on"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }}, {{ id = "extensions"; url = "file://{dir}/extensions.csv"; }},
    {{ id = "suspensions"; url = "file://{dir}/suspensions.csv"; }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
rules = (
    {{ id = "regular"; subject = "case"; ladder = "l"; title = "Decide"; law = "Wabo 3.9"; remedy = "Decide."; applies = "NOT extensive";
      deadline = {{ after = "applied_on"; term = "8 weeks"; tolled_by = "suspensions"; extended_by = "extensions";
                   extensions_at_most = 1; each_at_most = "6 weeks"; }}; }},
    {{ id = "extensive"; subject = "case"; ladder = "l"; title = "Decide"; law = "Wabo 3.12"; remedy = "Decide."; applies = "extensive";
      deadline = {{ after = "applied_on"; term = "26 weeks"; tolled_by = "suspensions"; extended_by = "extensions";
                   extensions_at_most = 1; each_at_most = "6 weeks"; }}; }},
    {{ id = "in-time"; subject = "case"; ladder = "l"; title = "Decided in time"; law = "an example"; remedy = "Decide.";
      applies = "decided_on IS NOT NULL"; every = {{ period = "year"; since = "2000-01-01"; }};
      measure = {{ on = "applied_on"; by = "all"; at_least = "1.1"; min_cases = 1;
        numerator = "decided_on <= (SELECT due FROM duties WHERE duties.rule IN ('regular', 'extensive') AND duties.subject = no)"; }}; }} );
"""


def decisions(cases, events):
    """{case: (applied, extensive, decided, [extension sent], [(asked, received)])} of one city, days as the office noted them."""
    day = lambda r: datetime.date.fromisoformat(r["time:timestamp"][:10])
    of = collections.defaultdict(lambda: collections.defaultdict(list))
    for r in events:
        of[r["case_id"]][r["action_code"]].append(day(r))
    made = {}
    for c in cases:
        e = of[c["case_id"]]
        received = sorted(e["08_AWB45_030"])
        asked = [(a, next((r for r in received if r > a), None)) for a in sorted(e["08_AWB45_020_2"])]
        made[c["case_id"]] = (datetime.date.fromisoformat(c["startDate"][:10]), c["caseProcedure"] == "Uitgebreid",
                              min(e["01_HOOFD_510_2"], default=None), sorted(e["06_VD_060_2"] + e["06_VD_070"]), asked)
    return made


def decide_by(applied, extensive, sent, asked):
    """Day by day: a day between the question and its answer does not count; one extension, sent in time, adds six weeks."""
    left, day = (26 if extensive else 8) * 7, applied
    while left:
        day += datetime.timedelta(1)
        left -= not any(answer and question < day <= answer for question, answer in asked)
    return day + datetime.timedelta(42 if any(s <= day for s in sent) else 0)


@pytest.mark.parametrize("city, extended, suspended, in_time, late", [("m1", 137, 258, 762, 137), ("m2", 70, 133, 555, 119)])
def test_a_city_decides_by_terms_that_were_extended_and_suspended(run, judged, shared, city, extended, suspended, in_time, late):
    folder = shared("data/bpic15-permits/m1_cases.csv.gz").parent
    table = lambda name: list(csv.DictReader(gzip.open(folder / f"{city}_{name}.csv.gz", "rt")))
    cases = decisions(table("cases"), table("events"))
    expected = {no: decide_by(applied, extensive, sent, asked) for no, (applied, extensive, _, sent, asked) in cases.items()}

    def write(place):
        row = lambda *cells: ",".join("" if c is None else str(c) for c in cells) + "\n"
        (place / "cases.csv").write_text("no,applied_on,extensive,decided_on\n" + "".join(
            row(no, applied, int(extensive), decided) for no, (applied, extensive, decided, *_) in cases.items()))
        (place / "extensions.csv").write_text("no,case_no,sent_on,until_on\n" + "".join(
            row(f"{no}-{n}", no, s, "2099-12-31") for no, c in cases.items() for n, s in enumerate(c[3])))
        (place / "suspensions.csv").write_text("no,case_no,first_on,last_on\n" + "".join(
            row(f"{no}-{n}", no, question + datetime.timedelta(1), answer) for no, c in cases.items()
            for n, (question, answer) in enumerate(c[4])))

    duties = judged.prepare(write)(DECISIONS, "2016-01-02")
    last = {s: d["last_day"] for (rule, s, _), d in duties.items() if rule in ("regular", "extensive")}
    assert last == {no: day.isoformat() for no, day in expected.items()}

    plain = {no: decide_by(c[0], c[1], [], []) for no, c in cases.items()}
    whole = {no: decide_by(c[0], c[1], [], c[4]) for no, c in cases.items()}
    assert sum(whole[no] != plain[no] for no in cases) == suspended
    assert sum(expected[no] != whole[no] for no in cases) == extended
    found = json.loads(run("explain", "all", "-c", judged.conf, "--json").stdout)["findings"]
    seen = [{i["name"]: int(i["value"]) for i in f["moves"][0]["inputs"]["fields"] if i["name"].endswith("ator")} for f in found]
    decided = {no: c[2] for no, c in cases.items() if c[2]}
    assert sum(day <= expected[no] for no, day in decided.items()) == in_time == sum(n["numerator"] for n in seen)
    assert len(decided) == in_time + late == sum(n["denominator"] for n in seen)
