"""Domains that are not customs: a housing court, written from the manual alone, and road fines, whose configuration was
revised after the program's sources had been read.

What the program says is held against what this file computes from the same data, by case and period. The
configurations are in domains/; the data is where DUTYWATCH_SHARED says, else the tests are skipped and say so.
"""
import csv
import datetime
import itertools
import json
import os
import pathlib

import pytest

FULL = os.environ.get("FULL") == "1"
DOMAINS = pathlib.Path(__file__).with_name("domains")


class Office:
    def __init__(self, run, conf, day):
        self.call = lambda *args: run(*args, "-c", conf)
        assert self.call("check").returncode == 0, self.call("check").stderr
        dry = self.call("once", "--dry-run", "--today", day)
        assert "Dry run" in dry.stdout and not dry.stderr, dry.stderr
        assert self.call("once", "--today", day).returncode == 1
        self.duties = json.loads(self.call("list", "--all", "--json").stdout)["duties"]

    def of(self, rule):
        """{(case, period): state} of what is not done: past, ahead, unknown, undated, or quiet."""
        found = {}
        for d in self.duties:
            if d["rule"] == rule and d["status"] != "RESOLVED":  # done late is on record
                state = ("quiet" if d["because"] else "unknown" if d["answer"] == "unknown" else
                         "undated" if not d["last_day"] else "past" if d["past_since"] else "ahead")
                found[d["subject"], d["period"] or ""] = state
        return found

    def says(self, rule, case):
        """{period: answer} of each duty of the case, also of those that are done."""
        done = self.call("why-not", case, rule, "--json")
        assert done.returncode == 0, done.stderr
        return {p["period"]: p["answer"] for p in json.loads(done.stdout)["periods"]}

    def agrees(self, rule, expected):
        """expected: {(case, period): state}, state as in of(), or met; every one of the met, or each seventh, is asked for."""
        assert self.of(rule) == {k: s for k, s in expected.items() if s != "met"}, rule
        met = sorted(k for k, s in expected.items() if s == "met")
        for case, period in met if FULL else met[::7]:
            assert self.says(rule, case).get(period) == "met", (rule, case, period)

    def coverage(self):
        return {r["id"]: r for r in json.loads(self.call("coverage", "--json").stdout)["rules"]}


@pytest.fixture
def office(run, tmp_path, shared):
    def build(name, needs, day):
        data = shared(needs).parents[1]
        conf = tmp_path / f"{name}.conf"
        text = (DOMAINS / f"{name}.conf").read_text()
        conf.write_text(text.replace("@DIR@", str(tmp_path)).replace("@DATA@", str(data)))
        return Office(run, conf, day)

    return build


def day(text):
    return datetime.date.fromisoformat(text[:10]) if text else None


def state(met, last, today):
    """Of a deadline without a reason to be quiet."""
    return "unknown" if last is None else "met" if met else "past" if last < today else "ahead"


def read(file):
    with open(file, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


# --- road fines ---

FINES = "data/traffic-fines/roadtraffic100traces.csv"
FINES_DAY = "2013-05-01"


@pytest.fixture
def fines(shared):
    """{fine: [(event, day, row)]} in the order of the file."""
    cases = {}
    for row in read(shared(FINES)):
        cases.setdefault(row["case:concept:name"], []).append(
            (row["concept:name"], day(row["time:timestamp"]), row))
    return cases


def first(events, *names):
    return min((d for n, d, _ in events if n in names), default=None)


def plus(start, days):
    return start and start + datetime.timedelta(days)


def test_fines_deadlines(office, fines):
    o, today = office("fines", FINES, FINES_DAY), day(FINES_DAY)
    sent, penalty, paid = {}, {}, {}
    for case, events in fines.items():
        done, notified = first(events, "Send Fine"), first(events, "Insert Fine Notification")
        last, pay = plus(first(events, "Create Fine"), 90), first(events, "Payment")
        sent[case, ""] = "quiet" if not done and pay and pay <= last else state(done, last, today)
        if notified:
            penalty[case, ""] = state(first(events, "Add penalty"), plus(notified, 60), today)
        paid[case, ""] = state(pay, plus(notified, 60), today)
    for rule, expected in (("send", sent), ("penalty", penalty), ("pay", paid)):
        o.agrees(rule, expected)
    assert len(set(sent.values())) >= 2 and set(penalty.values()) == {"met"}
    assert o.says("penalty", next(c for c in fines if (c, "") not in penalty)) == {}


def following(events, name):
    """For each event of this name: its day, and what came behind it."""
    for i, (n, d, _) in enumerate(events):
        if n == name:
            yield d, events[i + 1:]


def test_fines_lifecycles(office, fines):
    o, today = office("fines", FINES, FINES_DAY), day(FINES_DAY)
    sent, again, idle = {}, {}, {}
    for case, events in fines.items():
        for d, rest in following(events, "Create Fine"):
            sent[case, str(d)] = state(first(rest, "Send Fine", "Payment"), plus(d, 90), today)
        for d, rest in following(events, "Add penalty"):
            again[case, str(d)] = bool(first(rest, "Payment"))
        for d, rest in following(events, "Send Fine"):
            idle[case, str(d)] = state(bool(rest), plus(d, 180), today)
    o.agrees("sent-or-paid", sent)
    o.agrees("idle", idle)
    assert {k for k, s in o.of("not-paid-again").items() if s == "past"} == {k for k, v in again.items() if v}


def test_fines_integrity_and_standard(office, fines):
    o = office("fines", FINES, FINES_DAY)
    late, early, sums, years = set(), {}, set(), {}
    for case, events in fines.items():
        made, sent = first(events, "Create Fine"), first(events, "Send Fine")
        notified, collected = first(events, "Insert Fine Notification"), first(events, "Send for Credit Collection")
        if sent:
            years.setdefault(made.year, []).append((sent - made).days <= 90)
            late |= {case} if (sent - made).days > 90 else set()
        early[case, ""] = ("unknown" if not notified or not collected else
                           "past" if (collected - notified).days < 180 else "met")
        payments = [row for n, _, row in events if n == "Payment"]
        if payments:
            total = max(float(row["totalPaymentAmount"]) for _, _, row in events if row["totalPaymentAmount"])
            if round(100 * total) != round(100 * sum(float(row["paymentAmount"]) for row in payments)):
                sums.add(case)
    assert {case for case, _ in o.of("sent-late")} == late
    assert o.of("early-collection") == {k: s for k, s in early.items() if s != "met"}
    assert {case for case, _ in o.of("payments-add-up")} == sums
    below = {str(y) for y, all in years.items() if len(all) >= 5 and sum(all) / len(all) < 0.9}
    assert {period for _, period in o.of("share-sent")} == below and below


def test_fines_are_explained_and_covered(office, fines):
    o = office("fines", FINES, FINES_DAY)
    unsent = next(d for d in o.duties if d["rule"] == "send" and d["status"] == "OPEN")
    text = o.call("explain", unsent["subject"], "--rule", "send").stdout
    made = first(fines[unsent["subject"]], "Create Fine")
    assert f"{made.day} {made:%b %Y}: the day of the fine" in text and "90 days after that is" in text
    for rule, r in o.coverage().items():
        assert r["state"] == "on"
        assert r["watched"] == len(o.of(rule)), rule
        assert r["unknown"] == list(o.of(rule).values()).count("unknown"), rule
    assert json.loads(o.call("status", "--json").stdout)["sources"][0]["last_read"]["rejects"] == 0


# --- housing court ---

COURT = "data/nyc-samples/oca_index.csv"
COURT_DAY = "2018-12-31"


def next_workday(d):
    while d.weekday() > 4:
        d += datetime.timedelta(1)
    return d


@pytest.fixture
def court(shared):
    """{file: rows}, and the cases by their number."""
    tables = {name: read(shared(COURT).with_name(f"oca_{name}.csv"))
              for name in ("index", "events", "appearances", "motions")}
    return tables, {row["indexnumberid"]: row for row in tables["index"]}


def test_court_deadlines_along_refers(office, court):
    o, today = office("court", COURT, COURT_DAY), day(COURT_DAY)
    tables, cases = court
    dispose, appear, decide = {}, {}, {}
    for number, case in cases.items():
        filed, disposed = day(case["fileddate"]), day(case["disposeddate"])
        dispose[number, ""] = state(disposed, next_workday(filed.replace(year=filed.year + 1)), today)
        heard = min((row["appearancedatetime"] for row in tables["appearances"] if row["indexnumberid"] == number),
                    default=None)
        last = next_workday(plus(filed, 90))
        appear[number, ""] = "met" if heard else "quiet" if disposed else state(None, last, today)
    for row in tables["motions"]:
        disposed = day(cases.get(row["indexnumberid"], {}).get("disposeddate"))
        decided = day(row["motiondecisiondate"])
        last = plus(day(row["fileddate"]), 60)
        decide[f"{row['indexnumberid']}/{row['sequence']}", ""] = (
            "met" if decided else "quiet" if disposed else state(None, last, today))
    o.agrees("dispose", dispose)
    o.agrees("appear", appear)
    o.agrees("decide", decide)


def test_court_integrity_along_refers(office, court):
    o, (tables, cases) = office("court", COURT, COURT_DAY), court
    orphans, before = {}, {}
    for row in tables["motions"]:
        key = f"{row['indexnumberid']}/{row['sequence']}", ""
        case, decided = cases.get(row["indexnumberid"]), row["motiondecisiondate"]
        if not case:
            orphans[key] = "ahead"
        if decided and decided < row["fileddate"] or case and row["fileddate"] < case["fileddate"]:
            before[key] = "past"
        elif not case or not decided:
            before[key] = "unknown"
    assert o.of("no-case") == orphans and orphans
    assert o.of("before-filing") == before


def test_court_lifecycle_of_papers(office, court):
    o, (tables, cases) = office("court", COURT, COURT_DAY), court
    papers = sorted(((row["indexnumberid"], day(row["fileddate"]), row["eventname"]) for row in tables["events"]
                     if row["indexnumberid"] in cases), key=lambda p: p[:2])
    expected = {}
    for number, group in itertools.groupby(papers, key=lambda p: p[0]):
        events = [(name, d, None) for _, d, name in group]
        for petition in ("Petition by Attorney", "Petition by Self Represented Landlord"):
            for d, rest in following(events, petition):
                answered = first(rest, "Answer Filed (Self Represented)")
                expected[number, str(d)] = state(answered, plus(d, 60), day(COURT_DAY))
    o.agrees("answer", expected)


def test_court_cadence(office, court):
    """Each case of a court meets the earliest half-year not met yet, in which or in whose grace it was disposed of."""
    o, (tables, _) = office("court", COURT, COURT_DAY), court
    today, expected = day(COURT_DAY), {}
    halves = [(datetime.date(y, m, 1), datetime.date(y, m + 5, 30 if m == 1 else 31))
              for y in (2016, 2017, 2018) for m in (1, 7)]
    for name in {row["court"] for row in tables["index"]}:
        met = set()
        for d in sorted(day(r["disposeddate"]) for r in tables["index"] if r["court"] == name and r["disposeddate"]):
            fits = [begin for begin, end in halves if begin <= d <= plus(end, 30) and begin not in met]
            met |= set(fits[:1])
        for begin, end in halves:
            expected[name, f"{begin.year}-H{1 if begin.month == 1 else 2}"] = (
                "met" if begin in met else state(None, plus(end, 30), today))
    o.agrees("half", expected)
    assert {"met", "past", "ahead"} == set(expected.values())


def test_court_standard(office, court):
    o, (tables, _) = office("court", COURT, COURT_DAY), court
    groups = {}
    for row in tables["index"]:
        quick = row["disposeddate"] and (day(row["disposeddate"]) - day(row["fileddate"])).days <= 180
        groups.setdefault((row["court"], row["fileddate"][:4]), []).append(bool(quick))
    below = {k for k, all in groups.items() if len(all) >= 5 and k[1] < "2018" and sum(all) / len(all) < 0.75}
    assert set(o.of("quick")) == below and below
