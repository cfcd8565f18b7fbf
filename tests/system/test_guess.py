"""What is watched on a guess: its date goes on, and nobody says that its last day has passed."""
import email
import json
import re

CONF = """
operators = {{ channel = "files"; to = "ops@example.gov"; }};
mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run"; digest_at = "00:00"; baseline_back = "30 years";
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "boss@example.gov"; }} );
datasets = ( {{ id = "cases"; key = "no"; columns = {{ no = "text"; law = "text"; began_on = "date"; suit_on = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "file://{dir}/cases.csv"; }} );
ladders = ( {{ name = "l"; rungs = ( {{ at = "-30 days"; }} ); past_severity = "critical"; past_remind_every = "1 month"; }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
rules = ( {{ id = "sue"; subject = "case"; ladder = "l"; title = "Time to sue"; law = "Act 7"; remedy = "Sue."; met_on = "suit_on";
    guess = "CASE WHEN law IS NULL THEN 'it is one of Act 7' END"; deadline = {{ after = "began_on"; from = "the act"; term = "5 years"; }}; }} );
"""
SAYS = re.compile(r"last day (has )?passed|is lost|expired", re.I)


class Office:
    def __init__(self, run, folder):
        self.run, self.folder, self.conf = run, folder, folder / "g.conf"
        self.conf.write_text(CONF.format(dir=folder))

    def on(self, day, *rows):
        (self.folder / "cases.csv").write_text("no,law,began_on,suit_on\n" + "".join(f"{r}\n" for r in rows))
        done = self.run("once", "-c", self.conf, "--today", day)
        assert done.returncode in (0, 1), done.stderr

    def said(self, *args):
        return self.run(*args, "-c", self.conf).stdout

    def mails(self, after=0):
        paths = sorted((self.folder / "mail" / "new").iterdir(), key=lambda p: p.stat().st_mtime_ns)[after:]
        mails = [email.message_from_bytes(p.read_bytes()) for p in paths]
        return [(m["Subject"], "\n".join(p.get_payload(decode=True).decode() for p in m.walk() if p.get_content_type() == "text/plain"))
                for m in mails if m["To"] == "boss@example.gov"]


def test_the_last_day_may_have_passed_if_the_guess_is_right(run, tmp_path):
    office = Office(run, tmp_path)
    office.on("2025-02-10", "K,Act 7,2020-03-02,", "G,,2020-03-02,")
    office.on("2025-03-02", "K,Act 7,2020-03-02,", "G,,2020-03-02,")
    before = len(office.mails())
    for day in ("2025-03-03", "2025-03-04", "2025-04-05"):
        office.on(day, "K,Act 7,2020-03-02,", "G,,2020-03-02,")
    about = [(s, t) for s, t in office.mails(before) if re.search(r"\bG\b", t)]
    said = " ".join(" ".join(t.split()) for _, t in about)
    assert "the last day may have passed, if it is one of Act 7" in said
    for subject, text in about:  # of the cases of a message that of G says nothing else
        block = re.split(r"\n(?=\d+\. )", text)
        assert not any(SAYS.search(" ".join(b.split())) for b in block if re.match(r"\d+\. G", b)), text
    assert "may have passed" in office.said("list", "--past") and [d["subject"] for d in json.loads(
        office.said("list", "--lost", "--json"))["duties"]] == ["K"]
    assert {d["subject"] for d in json.loads(office.said("list", "--past", "--json"))["duties"]} == {"K", "G"}
    office.on("2025-04-07", "K,Act 7,2020-03-02,", "G,Act 7,2020-03-02,")  # it is no guess any more: the truth is told
    assert {d["subject"] for d in json.loads(office.said("list", "--lost", "--json"))["duties"]} == {"K", "G"}


def test_a_first_load_of_guesses_says_so_and_what_is_done_in_time_is_met(run, tmp_path):
    office = Office(run, tmp_path)
    office.on("2025-06-02", "G,,2020-03-02,", "M,,2020-03-02,2025-02-03", "U,,,")
    (subject, text), *_ = [m for m in office.mails() if "G" in m[1]]
    assert "may have passed" in " ".join(text.split()) and not SAYS.search(" ".join((subject + " " + text).split())), (subject, text)
    answers = {d["subject"]: d["answer"] for d in json.loads(office.said("list", "--all", "--json"))["duties"] if d["rule"] == "sue"}
    assert answers["G"] == "pending" and answers["U"] == "unknown" and answers.get("M", "met") == "met"


def test_a_guess_follows_its_data(run, tmp_path):
    office = Office(run, tmp_path)
    office.on("2025-02-10", "G,,2020-03-02,")
    office.on("2025-02-11", "G,,2020-02-17,")
    assert json.loads(office.said("explain", "G", "--json"))["findings"][0]["last_day"] == "2025-02-17"
    office.on("2025-02-12", "G,,2020-04-07,")
    assert json.loads(office.said("list", "--all", "--json"))["duties"][0]["last_day"] == "2025-04-07"
    assert "whether it is one of Act 7" in office.said("list", "--all")
