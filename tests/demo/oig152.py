"""The 152 penalty cases of OIG-22-34 and OIG-24-49, made up: $858.1 million, all behind the limitation as it would be
without a waiver.

From the reports: 144 were closed, settled, in litigation or at Treasury offset, 8 ($1.5 million) had expired and were
then closed. How the 144 are split, which of them a waiver kept alive, and every name, number and day is our assumption.
"""
import csv
import datetime
import random

DAY = datetime.timedelta(1)
CENTERS = ["APP", "AFT", "AA", "BM", "CPMM", "ELEC", "IMM", "MACH", "PNGM", "PHC"]
OFFICES = {"2704": "Los Angeles", "2809": "San Francisco", "3801": "Detroit", "3901": "Chicago", "1704": "Atlanta",
           "5301": "Houston", "1001": "New York", "5201": "Miami", "2304": "Laredo", "0901": "Buffalo"}
TOTAL, LOST = 85_810_000_000, 150_000_000  # cents
SPLIT = [("closed", 58), ("settled", 41), ("in litigation", 27), ("treasury offset", 18)]  # 144
REPORT, AUDIT = datetime.date(2022, 3, 31), datetime.date(2024, 9, 3)


def years(day, n):
    return day.replace(year=day.year + n, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + n)


def shares(chance, total, count, least):
    """So many amounts that add up to the total, none below `least`."""
    cuts = sorted(chance.randrange(total - least * count) for _ in range(count - 1))
    return [b - a + least for a, b in zip([0] + cuts, cuts + [total - least * count])]


class Case:
    def __init__(self, chance, number, ending):
        port = chance.choice(sorted(OFFICES))
        self.ending, self.office = ending, OFFICES[port]
        self.entry = datetime.date(2009, 1, 5) + DAY * chance.randrange(2600)  # + 5 years: before 2021-03
        self.number = f"{self.entry.year + 1}-{port}-{number:06}-01"
        self.center = chance.choice(CENTERS)
        self.opened = self.entry + DAY * chance.randrange(200, 700)
        self.limit = years(self.entry, 5)
        self.waiver = None  # (signed, until)
        self.ended = None

    def end(self, chance, waived, close):
        """Ends in time: under a waiver after the limit as it would be without it, else before that."""
        if waived:
            until = years(self.limit, 2)
            self.waiver = (self.limit - DAY * chance.randrange(20, 300), until)
            self.ended = until - DAY * chance.randrange(31, 600)
        else:
            self.ended = self.limit - DAY * chance.randrange(31, 400)
        if close:  # within the last thirty days
            self.ended = (self.waiver[1] if waived else self.limit) - DAY * chance.randrange(0, 30)
        self.last = self.waiver[1] if waived else self.limit


def population(seed=152):
    chance = random.Random(seed)
    endings = [name for name, count in SPLIT for _ in range(count)]
    chance.shuffle(endings)
    cases = []
    for i, ending in enumerate(endings):
        case = Case(chance, 1001 + i, ending)
        case.end(chance, waived=i % 5 < 2, close=i % 6 == 0)
        cases.append(case)
    for i in range(8):
        case = Case(chance, 2001 + i, "closed")
        case.last = case.limit
        case.ended = case.limit + DAY * chance.randrange(5, 300)
        case.lost = True
        cases.append(case)
    lost = [c for c in cases if is_lost(c)]
    for group, total in ((lost, LOST), ([c for c in cases if not is_lost(c)], TOTAL - LOST)):
        for case, amount in zip(group, shares(chance, total, len(group), 1_000_000)):
            case.amount = amount
    return cases


def is_lost(case):
    return getattr(case, "lost", False)


def write(path, head, rows):
    with path.open("w", newline="", encoding="utf-8") as f:
        csv.writer(f).writerows([head, *rows])


HEAD = ["Case Number", "Center", "FP&F Office", "Statute", "Culpability", "Entry Date", "Opened", "Status", "Status Date",
        "Close Reason", "Assessed"]


def row(case, as_open):
    status = ("open", "", "") if as_open else (case.ending, case.ended.isoformat(),
                                               "pursuit would cost more than recovery" if is_lost(case) else "")
    return [case.number, case.center, case.office, "1592", "negligence", case.entry.isoformat(), case.opened.isoformat(),
            *status, f"${case.amount // 100:,}.{case.amount % 100:02}"]


def write_all(folder, cases):
    """What is known at the second audit: every case with how it ended, and the waivers."""
    write(folder / "cases.csv", HEAD, [row(c, False) for c in cases])
    write(folder / "waivers.csv", ["Waiver", "Case Number", "Signed", "Until"],
          [[f"W-{c.number}", c.number, c.waiver[0], c.waiver[1]] for c in cases if c.waiver])


def write_open(folder, cases, day):
    """An extract of the cases that are open on a day, with the waivers that are there."""
    there = [c for c in cases if c.opened <= day < c.ended]
    others = [[f"2005-2704-{i:06}-01", "APP", "Miami", "1592", "negligence", "2004-03-01", "2005-01-03", "settled",
               "2008-06-30", "", "$1.00"] for i in range(300)]  # so that nobody doubts so small an extract
    write(folder / "cases.csv", HEAD, [row(c, True) for c in there] + others)
    write(folder / "waivers.csv", ["Waiver", "Case Number", "Signed", "Until"],
          [[f"W-{c.number}", c.number, c.waiver[0], c.waiver[1]] for c in cases if c.waiver and c.waiver[0] <= day])


def write_2022(folder, cases):
    """What the first audit saw: 152 cases that look open, and no waivers."""
    write(folder / "cases.csv", HEAD, [row(c, True) for c in cases])


CONF = """name = "OIG 152"; zone = "America/New_York"; mode = "live"; baseline_back = "20 years"; calendar = "cbp-office";
state_dir = "@DIR@/state"; run_dir = "@DIR@/run";
rule_dirs = [ "@RULES@/calendar", "@RULES@/customs" ];
operators = { channel = "files"; to = "ops@cbp.example"; };
channels = ( { name = "files"; type = "maildir"; path = "@DIR@/mail"; } );
contacts = ( @CONTACTS@ );
routes = ( { channel = "files"; to = "{office}"; cadence = "daily"; }, { channel = "files"; to = "hq@cbp.example"; cadence = "daily"; } );
sources = (
    { id = "cases"; url = "file://@DIR@/cases.csv"; gone = "ask";
      map = { case_no = "Case Number"; center = "Center"; fpf_office = "FP&F Office"; statute = "Statute";
              culpability = "Culpability"; violation_on = "Entry Date"; opened_on = "Opened"; status = "Status";
              status_on = "Status Date"; close_reason = "Close Reason"; assessed = "Assessed"; }; }@WAIVERS@
);
"""
WAIVERS = """,
    { id = "waivers"; url = "file://@DIR@/waivers.csv";
      map = { waiver_no = "Waiver"; case_no = "Case Number"; signed_on = "Signed"; until_on = "Until"; }; }"""


def configure(folder, rules, waivers=True):
    contacts = ", ".join(f'{{ name = "{o}"; to = "{o.lower().replace(" ", ".")}@cbp.example"; }}'
                         for o in sorted(OFFICES.values()))
    text = CONF.replace("@WAIVERS@", WAIVERS if waivers else "").replace("@CONTACTS@", contacts)
    path = folder / "dutywatch.conf"
    path.write_text(text.replace("@DIR@", str(folder)).replace("@RULES@", str(rules)))
    return path
