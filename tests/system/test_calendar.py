"""calendar: the verb, and what a closing does to dates that were told before it was ordered."""
import csv
import datetime
import json
import os
import subprocess

import pytest

from conftest import TOP
from office import DATASET, Office, payload, rows

DATES = TOP / os.environ.get("DUTYWATCH_BUILD", "build") / "tests/system/dates"
BASIC = f"""
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; }} );
routes = ( {{ channel = "files"; to = "ops@example.gov"; }} );
rule_dirs = [ "{TOP}/rules/calendar" ];
"""


@pytest.fixture
def calendar(run, tmp_path):
    conf = tmp_path / "calendar.conf"
    conf.write_text(BASIC)

    def call(*args, json_=False):
        return run("calendar", "-c", conf, *args, *(["--json"] if json_ else []))

    call.conf = conf
    return call


def test_a_year_with_the_reason_of_each_closed_day(calendar):
    done = calendar("show", "us-federal", "2025")
    assert done.returncode == 0, done.stderr
    for line in ("us-federal in 2025: closed on saturday, sunday and\n",
                 "    Thu 9 Jan 2025   mourning for James E. Carter  (executive order, by E.O. 11582)\n",
                 "    Fri 26 Dec 2025  the day after Christmas  (executive order of 18 December 2025)\n",
                 "Open on 247 days. All closings of the year are known.\n"):
        assert line in done.stdout, done.stdout
    assert "    Fri 18 Jun 2021  Juneteenth National Independence Day, kept for Sat 19 Jun 2021  (5 USC 6103(b), E.O. 11582)\n" \
        in calendar("show", "cbp-office", "2021").stdout
    assert "    Wed 30 Aug 2017  Hurricane Harvey  (CSMS 17-000522)  only at 2101, 5301, 5309, 5310, 5311\n" \
        in calendar("show", "cbp-office", "2017").stdout
    assert "not verified" in calendar("show", "us-federal", "2031").stdout
    told = json.loads(calendar("show", "uscit", "2024", json_=True).stdout)
    assert told["open_days"] == 366 - 104 - 11 and told["verified"] is True
    assert {"day": "2024-06-19", "because": "Juneteenth National Independence Day",
            "law": "5 USC 6103(a)"} in told["closed"]
    assert calendar("show", "us-federal", "2026").stdout.endswith(
        "Open on 250 days. Its holidays are known; a closing that was ordered after Mon 30 Nov 2026 is not in here.\n")


def test_what_is_counted_by_it(calendar):
    done = calendar("next", "cbp-office", "2025-12-25", "3 business days")
    assert done.stdout == ("Thu 25 Dec 2025 is closed: Christmas Day (5 USC 6103(a))\n"
                           "    open on or after it    Mon 29 Dec 2025\n"
                           "    open on or before it   Tue 23 Dec 2025\n"
                           "    3 business days        Wed 31 Dec 2025\n")
    assert json.loads(calendar("next", "us-federal", "2004-06-04", "10 business days", json_=True).stdout)["end"] == "2004-06-21"
    beyond = json.loads(calendar("next", "cbp-office", "2027-12-27", "4 business days", json_=True).stdout)
    assert (beyond["end"], beyond["verified"]) == (None, False)
    for place, end in (([], "2017-08-31"), (["--place", "5301"], "2017-09-06")):  # Labor Day is on the 4th
        told = json.loads(calendar("next", "cbp-office", "2017-08-29", "2 business days", *place, json_=True).stdout)
        assert told["end"] == end
    assert json.loads(calendar("next", "uscit", "2020-02-29", "5 years", json_=True).stdout)["end"] == "2025-02-28"


def test_a_day_is_open_and_arguable(calendar):
    assert calendar("next", "uscit", "2025-12-24").stdout == (
        "Wed 24 Dec 2025 is open, which is arguable: us-federal is closed (Christmas Eve)\n"
        "    open on or after it    Wed 24 Dec 2025\n"
        "    open on or before it   Wed 24 Dec 2025\n")
    for name, day, why in (("district-court", "2025-12-26", "the day after Christmas"), ("uscit", "2025-12-26", None),
                           ("uscit", "2020-07-03", "Independence Day"), ("us-federal", "2025-12-24", None)):
        assert json.loads(calendar("next", name, day, json_=True).stdout)["arguable"] == why


def test_each_says_what_it_was_made_from_and_which_orders_it_knows(calendar):
    done = calendar()
    assert ("uscit            verified until 2027-12-31  U.S. Court of International Trade\n"
            "    from: holidays by 5 USC 6103(a), Mondays in lieu by 5 USC 6103(b) and E.O. 11582; notices of the court\n"
            "    a closing that was ordered after Mon 30 Nov 2026 is not in it\n"
            "    whether it is closed on the days of us-federal is arguable, and shown so\n") in done.stdout, done.stdout


def test_one_that_ends_is_complained_about(run, calendar):
    more = calendar.conf.parent / "more"
    more.mkdir()
    calendar.conf.write_text(BASIC.replace(']', f', "{more}" ]'))
    (more / "closings.rules").write_text(
        'calendars = ( { name = "us-federal"; like = "us-federal"; verified_until = "2025-12-31"; } );')
    done = calendar()
    assert done.returncode == 1
    assert "us-federal       verified until 2025-12-31  \n    no longer verified: " \
        "add the closings since Wed 31 Dec 2025" in done.stdout, done.stdout
    (more / "closings.rules").write_text(
        'calendars = ( { name = "us-federal"; like = "us-federal"; verified_until = "2099-12-31"; },'
        ' { name = "district-court"; like = "district-court"; verified_until = "2099-12-31"; },'
        ' { name = "uscit"; like = "uscit"; verified_until = "2099-12-31"; } );')
    told = calendar("check", json_=True)
    assert told.returncode == 0, told.stdout
    assert {c["name"]: c["verified_until"] for c in json.loads(told.stdout)["calendars"]} == {
        "cbp-office": "2099-12-31", "us-federal": "2099-12-31", "uscit": "2099-12-31", "district-court": "2099-12-31"}


# Whole days on which an executive order closed the offices of the executive branch, and the numbers that are confirmed.
ORDERS = {"2001-12-24": None, "2003-12-26": None, "2004-06-11": "13343", "2007-01-02": "13421", "2007-12-24": None,
          "2008-12-26": "13482", "2012-12-24": None, "2014-12-26": None, "2018-12-05": "13852", "2018-12-24": None,
          "2019-12-24": None, "2020-12-24": None, "2024-12-24": None, "2025-01-09": None, "2025-12-24": None,
          "2025-12-26": None}
STORM = {"2017-08-30", "2017-08-31", "2017-09-01"}  # at five ports
NOTICES = {"2025-11-28", "2025-12-26"}  # legal holidays of the Court of International Trade, by its own notice
IN_LIEU = {"2020-07-04": "2020-07-03", "2021-07-04": "2021-07-05", "2021-12-25": "2021-12-24", "2022-01-01": "2021-12-31",
           "2022-06-19": "2022-06-20", "2022-12-25": "2022-12-26", "2023-01-01": "2023-01-02", "2023-11-11": "2023-11-10",
           "2026-07-04": "2026-07-03", "2027-06-19": "2027-06-18", "2027-12-25": "2027-12-24", "2028-01-01": "2027-12-31"}
YEARS = range(1998, 2036)  # of the list of 395 holidays


SEEN = {}


def closed_days(calendar, name):
    """{day: entries} of all years of the list, asked for once; what is closed at some ports alone is left out."""
    if name in SEEN:
        return SEEN[name]
    found = SEEN[name] = {}
    for year in YEARS:
        for d in json.loads(calendar("show", name, year, json_=True).stdout)["closed"]:
            if "places" not in d:
                found.setdefault(d["day"], []).append(d)
            else:
                assert d["day"] in STORM
    return found


def in_court(legal):
    """The day on which a court keeps a holiday: on Monday for Sunday, on no Friday for Saturday."""
    day = datetime.date.fromisoformat(legal)
    return str(day + datetime.timedelta(days=day.weekday() == 6))


def holidays(shared):
    with shared("data/us-holidays/us_federal_holidays_1998_2035.csv").open() as f:
        return list(csv.DictReader(f))


@pytest.mark.parametrize("name", ["us-federal", "cbp-office", "uscit", "district-court"])
def test_each_calendar_has_the_395_holidays_and_the_closings_and_no_other_day(calendar, shared, name):
    listed, court = holidays(shared), name in ("uscit", "district-court")
    assert len(listed) == 395
    kept = {in_court(h["legal_date"]) if court else h["observed_date"]: h for h in listed}
    extra = {"uscit": NOTICES, "district-court": set()}.get(name, set(ORDERS))
    found = closed_days(calendar, name)
    # A holiday on a weekend stands on its own day too, which is closed anyhow; one of 2036 is kept in 2035 by nobody.
    working = {d for d in found if datetime.date.fromisoformat(d).weekday() < 5}
    assert working == {d for d in kept if datetime.date.fromisoformat(d).weekday() < 5} | extra
    assert {d for d in found if d not in working} == {h["legal_date"] for h in listed} - working
    for day, holiday in kept.items():
        law = "5 USC 6103(a)" if day == holiday["legal_date"] else "5 USC 6103(b), E.O. 11582"
        [one] = [d for d in found[day] if d["because"] == holiday["name"]]
        assert (one.get("of", day), one["law"]) == (holiday["legal_date"], law), one


@pytest.mark.parametrize("name", ["us-federal", "cbp-office"])
def test_each_order_is_cited_by_its_number_where_that_is_confirmed(calendar, name):
    found = closed_days(calendar, name)
    for day, number in ORDERS.items():
        law = found[day][-1]["law"]
        assert law == f"Executive Order {number}" if number else law.startswith("executive order") and "Order" not in law


def test_days_in_lieu(calendar):
    federal, court = closed_days(calendar, "us-federal"), closed_days(calendar, "uscit")
    for legal, observed in IN_LIEU.items():
        [one] = [d for d in federal[observed] if d.get("of") == legal]
        assert one["law"] == "5 USC 6103(b), E.O. 11582"
        saturday = datetime.date.fromisoformat(legal).weekday() == 5
        assert any(d.get("of") == legal for d in court.get(observed, [])) is not saturday


@pytest.mark.parametrize("args, says", [
    (("show",), "name a calendar"),
    (("show", "us-fedral"), 'no calendar "us-fedral" is configured (us-federal?)'),
    (("show", "uscit", "25"), '"25" is no year from 1900 to 2199'),
    (("next", "uscit", "2025-02-30"), '"2025-02-30" is no day'),
    (("next", "uscit", "2025-02-03", "7 lunes"), '"7 lunes" is no term'),
    (("prev", "uscit"), '"prev" is none of check, show, next'),
    (("check", "uscit"), "check takes no argument"),
    (("show", "uscit", "2025", "1"), "too many arguments"),
])
def test_a_wrong_call(calendar, args, says):
    done = calendar(*args)
    assert done.returncode == 2 and says in done.stderr, done.stderr


def test_terms_end_where_dateutil_ends_them():
    """Both clamp to the end of a month, and 29 February to the 28th."""
    parser, relativedelta = pytest.importorskip("dateutil.parser"), pytest.importorskip("dateutil.relativedelta")
    done = subprocess.run([DATES, "print", "20261124", "20000"], stdout=subprocess.PIPE, text=True)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 20000
    for line in lines:
        start, term, end = line.split(",")
        count, unit = term.split()
        by = relativedelta.relativedelta(**{unit.rstrip("s") + "s": int(count)})
        assert (parser.isoparse(start) + by).date().isoformat() == end, line


RULES = """
ladders = ( { name = "l"; rungs = ( { at = "-30 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; owner = "officer"; amount = "penalty"; } );
rules = (
    { id = "sue"; subject = "case"; title = "Bring suit"; law = "19 U.S.C. 1621(1)"; remedy = "Refer it.";
      deadline = { after = "entered_on"; term = "5 years"; last_day = "court"; calendar = "court"; };
      met_on = "suit_on"; ladder = "l"; },
    { id = "refer"; subject = "case"; title = "Refer it"; law = "Handbook"; remedy = "Refer it.";
      deadline = { after = "entered_on"; term = "2 business days"; }; met_on = "suit_on"; ladder = "l"; } );
calendar = "office";
calendars = ( { name = "court"; verified_from = "2000-01-01"; verified_until = "2025-12-31";
                holidays = ( { name = "Christmas Day"; on = "December 25"; } ); },
              { name = "office"; like = "court"; } );
"""


def test_a_day_that_was_closed_by_order_moves_a_date_and_says_why(run, web, tmp_path):
    table = rows(2, **{"C-1": {"entered_on": "2020-12-24"}, "C-2": {"entered_on": "2025-12-23"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table)))
    source = 'map = { ' + " ".join(f'{c} = "{c}";' for c in table[0]) + " };"
    o.write(source, rules=RULES, dataset=DATASET)
    o.once("--today", "2025-12-10")
    duties = {(d["subject"], d["rule"]): d for d in o.ask("list", "--all")["duties"]}
    assert duties["C-1", "sue"]["last_day"] == "2025-12-24"
    assert duties["C-2", "refer"]["last_day"] == "2025-12-26"
    ordered = """calendars = ( { name = "court"; like = "court"; closings = (
        { on = "2025-12-24"; because = "Christmas Eve"; law = "order of 18 December"; },
        { on = "2025-12-26"; because = "the day after"; law = "order of 18 December"; } ); } );"""
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "closings.rules").write_text(ordered)
    o.write(source, rules=RULES, dataset=DATASET, top=f'rule_dirs = [ "{tmp_path}/late" ];')
    o.once("--today", "2025-12-18")
    duties = {(d["subject"], d["rule"]): d for d in o.ask("list", "--all")["duties"]}
    assert duties["C-1", "sue"]["last_day"] == "2025-12-29"  # Thursday, Friday, the weekend
    assert duties["C-1", "sue"]["act_by"] == "2025-12-23"
    assert duties["C-2", "refer"]["last_day"] == "2025-12-30"
    finding = next(f for f in o.ask("explain", "C-1")["findings"] if f["rule"] == "sue")
    move = finding["moves"][0]
    assert (move["cause"], move["last_day_before"], move["last_day"]) == ("moved", "2025-12-24", "2025-12-29")
    assert "Christmas Eve (order of 18 December)" in json.dumps(move["derivation"])
    assert "Fri 26 Dec 2025 is closed too: the day after (order of 18 December)." in " ".join(o.said().split())


def test_a_last_day_that_is_arguable_stays_and_shows_the_other_day(run, web, tmp_path):
    table = rows(3, **{"C-1": {"entered_on": "2020-12-24"}, "C-2": {"entered_on": "2020-12-23"}, "C-3": {"entered_on": "2020-11-28"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table)))
    rules = RULES[:RULES.index('calendar = "office"')].replace('"court"; };', '"uscit"; };').replace('id = "refer";', 'id = "refer"; on = false;')
    o.write('map = { ' + " ".join(f'{c} = "{c}";' for c in table[0]) + " };", rules=rules, dataset=DATASET,
            top=f'calendar = "cbp-office"; rule_dirs = [ "{TOP}/rules/calendar" ];')
    o.once("--today", "2025-12-10")
    found = {}
    for case in ("C-1", "C-2", "C-3"):
        finding = next(f for f in o.ask("explain", case)["findings"] if f["rule"] == "sue")
        found[case] = finding["last_day"], finding["moves"][0]["derivation"]
    last, derived = found["C-1"]
    assert (last, derived["otherwise"]) == ("2025-12-24", "2025-12-29")  # Christmas, the court's own Friday, the weekend
    [step] = [s for s in derived["steps"] if s["does"] == "alternative"]
    assert step == {"does": "alternative", "result": "2025-12-29", "authority": "executive order of 18 December 2025", "inputs": [],
                    "says": "On Wed 24 Dec 2025 the calendar us-federal is closed: Christmas Eve (executive order of 18 December "
                            "2025). Whether uscit is closed then too is arguable; if so, the last day is Mon 29 Dec 2025. The "
                            "earlier day counts here."}
    assert (found["C-2"][0], found["C-2"][1].get("otherwise")) == ("2025-12-23", None)
    last, derived = found["C-3"]
    assert (last, derived.get("otherwise")) == ("2025-12-01", None)
    assert "the day after Thanksgiving (notice of the court, November 2025): the last day runs on to Mon 1 Dec 2025, the next " \
        "day that is no Saturday, Sunday or legal holiday (USCIT Rule 6(a))." in json.dumps(derived)


def text_of(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split()) if mail["to"] == "ops@example.gov" else ""


def test_operators_are_told_sixty_days_before_a_calendar_ends(run, web, tmp_path):
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(rows(3))))
    source = 'map = { ' + " ".join(f'{c} = "{c}";' for c in rows(1)[0]) + " };"
    o.write(source, rules=RULES, dataset=DATASET)

    def told():
        return [m for m in map(text_of, o.mails()) if "The calendar " in m]

    o.once("--today", "2025-10-31")
    assert told() == []
    o.once("--today", "2025-11-01")
    [mail] = told()
    for says in ("The calendar court ends soon", "The calendar office ends soon",
                 "It is verified until Wed 31 Dec 2025."):
        assert says in mail, mail
    o.once("--today", "2025-11-02")
    assert told() == [mail]
    o.write(source, rules=RULES.replace("2025-12-31", "2026-12-31"), dataset=DATASET)
    o.once("--today", "2025-11-03")
    blind = [f for f in o.ask("list", "--status", "resolved")["duties"] if f["rule"] == "blind"]
    assert {f["subject"] for f in blind} == {"calendar court", "calendar office"}


def test_business_days_behind_those_that_are_known_are_asked_for(run, web, tmp_path):
    table = rows(1, **{"C-1": {"entered_on": "2025-12-30"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table)))
    o.write('map = { ' + " ".join(f'{c} = "{c}";' for c in table[0]) + " };", rules=RULES, dataset=DATASET)
    o.once("--today", "2025-12-30")
    duty = next(d for d in o.ask("list", "--all")["duties"] if d["rule"] == "refer")
    assert duty["answer"] == "unknown" and duty["last_day"] is None
    assert duty["ask"] == "the closed days of the calendar office after 2025-12-31"


def test_business_days_need_a_calendar(run, tmp_path):
    conf = tmp_path / "t.conf"
    conf.write_text(BASIC + DATASET + RULES[:RULES.index('calendar = "office"')].replace('calendar = "court";', ""))
    done = run("check", "-c", conf)
    assert done.returncode == 78 and 'rule "refer": business days need a calendar' in done.stderr, done.stderr
    conf.write_text(BASIC + DATASET + RULES.replace('"court"; };', '"cort"; };').replace('calendar = "office"', 'calendar = "offise"'))
    done = run("check", "-c", conf)
    for says in ('rule "sue": no calendar "cort" (court?)', 'the configuration: no calendar "offise" (office?)'):
        assert says in done.stderr, done.stderr
