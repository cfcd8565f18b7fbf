"""A front: many dates as one duty, from the rows to the messages."""
import email
import json

CONF = """
operators = {{ channel = "files"; to = "ops@example.gov"; }};
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = (
    {{ id = "cases"; key = "no"; columns = {{ no = "text"; suit_on = "date"; offset_on = "date"; opened_on = "date"; }}; }},
    {{ id = "entries"; key = "id"; guard = {{ min_rows = 0; max_shrink = "100%"; }}; columns = {{ id = "text"; case_no = {{ type = "text"; refers = "cases"; }};
       entry_no = "text"; entry_on = "date"; loss = "money"; }}; }},
    {{ id = "parties"; key = "id"; columns = {{ id = "text"; case_no = {{ type = "text"; refers = "cases"; }};
       name = "text"; }}; }},
    {{ id = "waivers"; key = "no"; guard = {{ min_rows = 0; }}; columns = {{ no = "text"; case_no = {{ type = "text"; refers = "cases"; }};
       signed_on = "date"; until_on = "date"; covers = "list"; who = "list"; }};
       ledger = {{ signed = "signed_on"; until = "until_on"; covers = "covers"; party = "who"; law = "19 USC 1621"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }}, {{ id = "entries"; url = "file://{dir}/entries.csv"; }},
    {{ id = "parties"; url = "file://{dir}/parties.csv"; }}, {{ id = "waivers"; url = "file://{dir}/waivers.csv"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-90 days"; }}, {{ at = "-30 days"; severity = "warning"; }} ); }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
rules = ( {{ id = "sol"; subject = "case"; ladder = "l"; title = "Limitation"; law = "19 U.S.C. 1621(1)"; remedy = "Sue.";
    met_on = "suit_on";
    quiet = ( {{ when = "offset_on IS NOT NULL"; on = "offset_on"; because = "at Treasury offset"; }} );
    deadline = {{ front = ( {front} ); {more} after = "entry_on"; from = "the date of entry"; item = "entry_no";
        worth = "loss"; term = "5 years"; last_day = "court"; extended_by = "waivers"; otherwise = "opened_on"; }}; }} );
"""
TWO = ('"entries", "parties"', 'party = "name";')


class Office:
    def __init__(self, run, folder, front=TWO):
        self.run, self.folder, self.conf = run, folder, folder / "f.conf"
        self.conf.write_text(CONF.format(dir=folder, front=front[0], more=front[1]))
        self.cases(["C-1,,,"])
        self.entries(["1,C-1,E-1,2020-03-02,100.00", "2,C-1,E-2,2020-06-10,200.00", "3,C-1,E-3,2020-06-11,300.00",
                      "4,C-1,E-4,2021-06-11,400.00", "5,C-1,E-5,,500.00"])
        self.put("parties", "id,case_no,name", ["1,C-1,Acme", "2,C-1,Bolt"])
        self.waivers([])

    def put(self, name, head, rows):
        (self.folder / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n")

    def cases(self, rows):
        self.put("cases", "no,suit_on,offset_on,opened_on", rows)

    def entries(self, rows):
        self.put("entries", "id,case_no,entry_no,entry_on,loss", rows)

    def waivers(self, rows):
        self.put("waivers", "no,case_no,signed_on,until_on,covers,who", rows)

    def on(self, day):
        done = self.run("once", "-c", self.conf, "--today", day)
        assert done.returncode in (0, 1), done.stderr

    def finding(self, case="C-1"):
        return json.loads(self.run("explain", case, "-c", self.conf, "--json").stdout)["findings"][0]

    def last(self):
        """The latest change and the front as it was then."""
        move = self.finding()["moves"][0]
        return move["cause"], move["derivation"]["front"]

    def told(self):
        """The subjects of the messages to the boss, in the order in which they were sent."""
        paths = sorted((self.folder / "mail" / "new").iterdir(), key=lambda p: p.stat().st_mtime_ns)
        mails = [email.message_from_bytes(p.read_bytes()) for p in paths]
        return [" ".join(m["Subject"].split()) for m in mails if m["To"] == "boss@example.gov"]


def test_the_nearest_date_is_watched_and_what_passes_is_told(run, tmp_path):
    office = Office(run, tmp_path)
    office.waivers(["W-1,C-1,2025-01-01,2027-01-01,E-1;E-2,Acme"])
    office.on("2025-02-10")
    found, (cause, front) = office.finding(), office.last()
    assert (found["last_day"], cause) == ("2025-03-03", "baseline")
    assert (front["item"], front["party"], front["items"], front["parties"], front["undated"]) == ("E-1", "Bolt", 5, 2, 1)
    assert [(m["first"], m["items"], m["worth"]) for m in front["months"]] == [
        ("2025-03-01", 1, 10000), ("2025-06-01", 2, 50000), ("2026-06-01", 1, 40000)]
    says = " ".join(s["says"] for s in found["moves"][0]["derivation"]["steps"])
    assert "Each of 5 entries has a last day of its own, for each of 2 parties. 1 has no day to count from" in says
    assert "The nearest that has not passed is that of E-1, for Bolt." in says and "W-1 does not count: it is not of Bolt." in says
    start = next(s for s in found["moves"][0]["derivation"]["steps"] if s["does"] == "start")["inputs"][0]
    assert (start["dataset"], start["key"], start["field"], start["line"]) == ("entries", "1", "entry_on", 2)

    office.on("2025-03-04")  # for Acme the waiver holds
    cause, front = office.last()
    assert (cause, front["passed"], front["passed_in_part"], front["lost_on"]) == ("breached", 0, 1, "2025-03-04")
    assert office.finding()["last_day"] == "2025-06-10" and office.finding()["past_since"] == "2025-03-04"
    assert "passed for some parties of 1 of 5 entries" in office.told()[-1]

    office.on("2025-06-12")  # E-2 for Bolt, E-3 for both
    cause, front = office.last()
    assert (cause, front["passed"], front["passed_worth"], front["passed_in_part"]) == ("advanced", 1, 30000, 2)
    assert (front["item"], office.finding()["last_day"]) == ("E-4", "2026-06-11")
    assert "for 1 of 5 entries ($300.00), and for some parties of 2 more" in office.told()[-1]


def test_a_waiver_moves_what_it_covers_and_takes_back_what_it_saves(run, tmp_path):
    office = Office(run, tmp_path, ('"entries"', ""))
    office.on("2025-03-04")
    assert office.last()[1]["passed"] == 1 and office.finding()["past_since"] == "2025-03-04"
    office.waivers(["W-1,C-1,2025-01-01,2027-01-01,E-1,"])  # signed in time, recorded late
    office.on("2025-03-05")
    cause, front = office.last()
    assert (cause, front["passed"], front["lost_on"], front["item"]) == ("moved", 0, None, "E-2")
    assert office.finding()["past_since"] is None


def test_suit_in_time_for_a_part_is_late_for_the_rest(run, tmp_path):
    office = Office(run, tmp_path, ('"entries"', ""))
    office.on("2025-03-01")
    office.cases(["C-1,2025-03-20,,"])
    office.on("2025-03-21")
    cause, front = office.last()
    assert (cause, front["passed"], front["passed_worth"], front["reckoned"]) == ("met late", 1, 10000, "2025-03-20")
    assert "passed for 1 of 5 entries ($100.00)" in office.told()[-1]

    (tmp_path / "b").mkdir()
    other = Office(run, tmp_path / "b", ('"entries"', ""))
    other.on("2025-03-01")
    other.cases(["C-1,2025-03-03,,"])
    other.on("2025-03-21")  # recorded late, filed on the last day of the first entry
    assert other.last()[0] == "met" and other.last()[1]["passed"] == 0


def test_a_reason_to_be_quiet_stops_the_counting(run, tmp_path):
    office = Office(run, tmp_path, ('"entries"', ""))
    office.cases(["C-1,,2025-04-01,"])
    office.on("2025-07-01")
    cause, front = office.last()
    assert (front["passed"], front["reckoned"], front["item"]) == (1, "2025-04-01", "E-2")
    assert office.finding()["past_since"] == "2025-03-04"


def test_without_rows_or_days_the_case_has_one_date(run, tmp_path):
    office = Office(run, tmp_path)
    office.cases(["C-1,,,2020-01-01"])
    office.entries([])
    office.on("2024-12-01")
    assert (office.finding()["last_day"], office.last()[1]) == ("2025-01-01", None)
    start = office.finding()["moves"][0]["derivation"]["steps"][0]["inputs"][0]
    assert (start["field"], start["dataset"], start["key"]) == ("opened_on", "cases", "C-1")


def test_five_thousand_entries_and_three_parties_are_one_duty(run, tmp_path):
    office = Office(run, tmp_path)
    office.put("parties", "id,case_no,name", ["1,C-1,Acme", "2,C-1,Bolt", "3,C-1,Crank"])
    office.entries([f"{i},C-1,E-{i},{2019 + i % 6}-{1 + i % 12:02}-{1 + i % 28:02},1.00" for i in range(5000)])
    office.waivers([f"W-{i},C-1,2023-12-01,2030-01-{1 + i:02},{';'.join(f'E-{k}' for k in range(i, 5000, 20))},Acme;Crank"
                    for i in range(20)])
    office.on("2025-02-10")
    front = office.last()[1]
    assert front["items"] == 5000 and front["parties"] == 3
    assert front["passed"] + sum(m["items"] for m in front["months"]) == 5000
    assert front["passed_worth"] == front["passed"] * 100


def test_mistakes_are_named(run, tmp_path):
    def errors(front, more=""):
        conf = tmp_path / "bad.conf"
        conf.write_text(CONF.format(dir=tmp_path, front=front, more=more))
        done = run("check", "-c", conf)
        assert done.returncode == 78, done.stdout
        return done.stderr

    assert 'no such dataset: lines' in errors('"lines"') or '"lines"' in errors('"lines"')
    assert "a front is of one or two datasets, not 3" in errors('"entries", "parties", "waivers"')
    assert "deadline: item and worth need a front, or each" in errors("")
    assert "deadline: otherwise and also need a front" in errors("")
    assert "front and each exclude each other" in errors('"entries"', 'each = ( "entries" );')
    assert "each is of one or two datasets, not 3" in errors("", 'each = ( "entries", "parties", "waivers" );')
    assert "no such column: nom" in errors('"entries", "parties"', 'party = "nom";')
    assert "party: reads more than a row of parties and what belongs to it" in errors(
        '"entries", "parties"', 'party = "(SELECT max(no) FROM cases)";')
    assert "earliest_of and latest_of exclude it" in errors(
        '"entries"', 'earliest_of = ( { after = "opened_on"; term = "1 year"; } );')


def test_a_row_without_a_day_counts_from_that_of_the_case(run, tmp_path):
    office = Office(run, tmp_path)
    office.cases(["C-1,,,2020-02-03"])
    office.on("2025-01-15")
    finding = office.finding()
    assert finding["last_day"] == "2025-02-03"
    steps = finding["moves"][0]["derivation"]["steps"]
    said = " ".join(step["says"] for step in steps)
    assert "1 has no day: that of the case counts" in said and "that of E-5" in said
    start = next(step for step in steps if step["does"] == "start")
    assert start["inputs"][0]["field"] == "opened_on" and start["inputs"][0]["dataset"] == "cases"


def test_the_day_of_the_case_is_one_more_where_it_is_the_first(run, tmp_path):
    office = Office(run, tmp_path, ('"entries"', 'also = "opened_on";'))
    office.entries(["1,C-1,E-1,2020-03-02,100.00"])
    for opened, last, item in (("2020-02-27", "2025-02-27", "the case itself"), ("2020-03-02", "2025-03-03", "E-1"),
                               ("2020-01-06", "2025-01-06", "the case itself"), ("2020-03-03", "2025-03-03", "E-1")):
        office.cases([f"C-1,,,{opened}"])
        office.on("2025-01-02")
        assert office.finding()["last_day"] == last, opened
        assert office.last()[1]["item"] == item, opened
