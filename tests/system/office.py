"""A small office for the system tests: cases with one rule, one maildir, one catch-all."""
import csv
import email
import email.policy
import io
import json

RULE = """
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; severity = "notice"; }, { at = "-30 days"; } ); } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; owner = "officer"; amount = "penalty"; } );
rules = ( { id = "sue"; subject = "case"; title = "Bring suit"; law = "19 U.S.C. 1621(1)"; remedy = "Refer it.";
    deadline = { after = "entered_on"; term = "5 years"; }; met_on = "suit_on"; ladder = "l"; } );
"""

DATASET = """
datasets = ( { id = "cases"; key = "case_no"; columns = {
    case_no = { type = "text"; required = true; }; center = "text"; officer = "text"; penalty = "money";
    entered_on = { type = "date"; required = true; }; suit_on = "date";
    status = { type = "text"; values = [ "open", "closed" ]; }; }; } );
"""

HEADER = ["case_no", "center", "officer", "penalty", "entered_on", "suit_on", "status"]


def rows(n=20, **changes):
    """n cases entered in 2020, C-1 first; changes={"C-3": {"suit_on": "2025-01-02"}}."""
    out = []
    for i in range(1, n + 1):
        row = dict(case_no=f"C-{i}", center="BM", officer="ann@example.gov", penalty="1,000.00",
                   entered_on=f"2020-{(i - 1) % 12 + 1:02}-15", suit_on="", status="open")
        row.update(changes.get(row["case_no"], {}))
        out.append(row)
    return out


def payload(table):
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER)
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode()


class Office:
    """write() the configuration, once() the program, look at what came of it."""

    def __init__(self, run, folder, url):
        self.run, self.folder, self.url = run, folder, url
        self.conf = folder / "dutywatch.conf"
        self.state = folder / "state"

    def write(self, source="", top="", rules=RULE, dataset=DATASET, url=None):
        self.conf.write_text(f"""
zone = "UTC"; mode = "live"; state_dir = "{self.state}"; run_dir = "{self.folder}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{self.folder}/mail"; from = "dutywatch@example.gov"; }} );
routes = ( {{ channel = "files"; to = "{{owner}}"; go_on = true; }}, {{ channel = "files"; to = "boss@example.gov"; }} );
sources = ( {{ id = "cases"; url = "{url or self.url}"; timeout = "5 seconds"; connect_timeout = "5 seconds"; {source} }} );
{dataset}{rules}{top}
""")
        return self

    def once(self, *args, code=(0, 1)):
        done = self.run("once", "-c", self.conf, *args)
        assert done.returncode in code, done.stderr + done.stdout
        return done

    def ask(self, verb, *args):
        done = self.run(verb, "-c", self.conf, "--json", *args)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def source(self):
        return self.ask("status")["sources"][0]

    def duties(self):
        return {d["subject"]: (d["status"], d["last_day"], d["answer"]) for d in self.ask("list", "--all")["duties"]
                if d["rule"] == "sue"}

    def mails(self):
        folder = self.folder / "mail" / "new"
        found = []
        for path in sorted(folder.glob("*")) if folder.exists() else []:
            with path.open("rb") as f:
                found.append(email.message_from_binary_file(f, policy=email.policy.default))
        return found

    def said(self):
        return "\n".join(m["subject"] + "\n" + m.get_body(("plain",)).get_content() for m in self.mails())
