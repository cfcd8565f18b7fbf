"""Every example of the manual pages, typed: blocks of configuration are loaded, commands are run.

An example that this file does not know fails it: say in EXAMPLES what it needs around it, or in NOT_RUN why it cannot
run here. So does an entry whose example is gone.
"""
import datetime
import json
import os
import re
import subprocess

import pytest

from conftest import PROGRAM, TOP, wait_until

PAGES = ("dutywatch.8", "dutywatch.conf.5", "dutywatch.rules.5", "dutywatch.test.5")


def plain(text):
    """roff -> what is read."""
    return text.replace("\\(aq", "'").replace("\\(dq", '"').replace("\\e", "\\").replace("\\&", "")


def examples():
    """{(page, section, first line): text} of every .Bd -literal block and every .Dl line."""
    found = {}
    for page in PAGES:
        section, block = "", None
        for line in (TOP / "daemon" / page).read_text().splitlines():
            if heading := re.match(r"\.S[hs] (.*)", line):
                section = heading[1]
            elif line.startswith(".Bd -literal"):
                block = []
            elif line == ".Ed" and block is not None:
                key, text, block = (page, section, plain(block[0])), "\n".join(map(plain, block)) + "\n", None
                assert key not in found, f"{key} stands twice"
                found[key] = text
            elif block is not None:
                block.append(line)
            elif line.startswith(".Dl "):
                found[(page, section, plain(line[4:]))] = plain(line[4:]) + "\n"
    return found


FOUND = examples()

# --- configuration ---

CHANNEL = 'channels = ( { name = "files"; type = "maildir"; path = "/var/lib/dutywatch/outbox"; } );\n'
ROUTE = 'routes = ( { channel = "files"; to = "me@example.org"; } );\n'
BASE = 'zone = "America/New_York";\noperators = { channel = "files"; to = "me@example.org"; };\n'
LADDER = 'ladders = ( { name = "l"; rungs = ( { at = "-30 days"; } ); } );\n'
COLUMNS = {"permits": "permit_no holder issued_on:date renewed_on:date", "cases":
           "case_no center office officer status kind culpability assessed:money collected:money balance:money "
           "continued_on:date ordered_on:date waiver_until:date due_on:date hearing_on:date entry_on:date opened_on:date "
           "suit_filed_on:date offset_on:date closed_on:date close_reason"}


def dataset(name, key, columns):
    typed = "".join(f'{c.partition(":")[0]} = "{c.partition(":")[2] or "text"}"; ' for c in columns.split() if "=" not in c)
    return f'{{ id = "{name}"; key = "{key}"; columns = {{ {typed} }}; }}'


def belongs(name, *columns):
    """A dataset that leads to cases."""
    typed = "".join(f'{c} = "date"; ' for c in columns)
    return (f'{{ id = "{name}"; key = "no"; columns = {{ no = "text"; {typed} '
            f'case_no = {{ type = "text"; refers = "cases"; }}; }}; }}')


CASES = dataset("cases", "case_no", COLUMNS["cases"])
OTHERS = ", ".join((belongs("case_entries", "entry_on"), belongs("waivers", "until", "revoked_on"), belongs("petitions"),
                    belongs("reviews", "reviewed_on", "quarter_end")))
DATASETS = f"datasets = ( {CASES}, {OTHERS} );\n"
SUBJECT = 'subjects = ( { name = "case"; from = "cases"; } );\n'
SOURCE = 'sources = ( { id = "extract"; dataset = "cases"; url = "file:///srv/data/x.csv"; } );\n'


def rule(kind, id="example"):
    return (f'{{ id = "{id}"; subject = "case"; ladder = "l"; title = "A title"; law = "A law"; remedy = "Do it."; '
            f'{kind} }}')


def rules(kind):
    return BASE + CHANNEL + ROUTE + DATASETS + SUBJECT + LADDER + f"rules = ( {rule(kind)} );\n"


def whole(text):
    return text


def after_datasets(text):
    return BASE + CHANNEL + ROUTE + f'datasets = ( {dataset("permits", "permit_no", COLUMNS["permits"])} );\n' + text


def after_cases(text):
    return BASE + CHANNEL + ROUTE + f"datasets = ( {CASES} );\n" + text


def front(text):
    entries = belongs("case_entries", "entry_on").replace(" entry_on =", ' entry_no = "text"; loss_of_duty = "money"; entry_on =')
    parties = belongs("parties").replace('no = "text";', 'no = "text"; name = "text";')
    waivers = belongs("waivers", "signed_on", "until_on")[:-1] + (
        'ledger = { document = "no"; signed = "signed_on"; until = "until_on"; }; }')
    return (BASE + CHANNEL + ROUTE + f"datasets = ( {CASES}, {entries}, {parties}, {waivers} );\n" + SUBJECT + LADDER
            + f"rules = ( {rule(text)} );\n")


def over_entries(text):
    links = belongs("case_entries").replace('no = "text";', 'no = "text"; entry_no = { type = "text"; refers = "entries"; };')
    entries = dataset("entries", "entry_no", "entry_no center")
    return conditions(text).replace(DATASETS, f"datasets = ( {CASES}, {links}, {entries} );\n")


def of_petitions(text):
    two = text.replace("subjects = (", f"{DATASETS}subjects = ( {{ name = \"case\"; from = \"cases\"; unit = \"center\"; owner = \"officer\"; }},")
    return BASE + CHANNEL + ROUTE + two + LADDER + "rules = ( " + rule('wrong = "0";').replace('"case"', '"petition"') + " );\n"


def beside_channel(text):
    return BASE + CHANNEL + ROUTE + text


def ledger(text):
    return BASE + CHANNEL + ROUTE + text.replace("datasets = (", f"datasets = ( {CASES}, ")


def code_table(text):
    columns = 'no = "text"; country = { codes = "countries"; };'
    return BASE + CHANNEL + ROUTE + f'datasets = ( {{ id = "cases"; key = "no"; columns = {{ {columns} }}; }} );\n' + text


def taken(text):
    importers = dataset("importers", "importer_no", "importer_no")
    return (BASE + CHANNEL + ROUTE + f"datasets = ( {CASES}, {importers} );\n"
            'sources = ( { id = "extract"; url = "file:///srv/data/x.csv"; ' + text + " } );\n")


def routes(text):
    return (BASE.replace('"files"', '"mail"') + 'channels = ( { name = "mail"; type = "mail"; from = "me@example.org"; '
            'server = "smtp://mail.example.org:25"; }, { name = "files"; } );\n' + text)


def calendars(text):
    return f'rule_dirs = [ "{TOP}/rules/calendar" ];\ncalendar = "office";\n' + BASE + CHANNEL + ROUTE + text


def adapted(text):
    suit = rule('deadline = { after = "entry_on"; term = "5 years"; };', "suit")
    survey = rule('deadline = { after = "entry_on"; term = "5 years"; };', "survey")
    ladders = LADDER.replace("ladders = (", 'ladders = ( { name = "early"; rungs = ( { at = "-60 days"; } ); },')
    return BASE + CHANNEL + ROUTE + DATASETS + SUBJECT + ladders + f"rules = ( {suit}, {survey} );\n" + text


def adapted_below(text):
    """What rules stand on; the statuses and the meetings have columns of their own."""
    return (adapted("").replace("datasets = (", 'datasets = ( { id = "meetings"; key = "no"; columns = { no = "text"; }; },') + 'codes = ( { name = "statuses"; values = ( { value = "open"; }, { value = "closed"; } ); } );\n'
            + text)


def conditions(text):
    """Each line, as a condition."""
    each = ", ".join(rule(f'applies = ( "({line}) IS NOT NULL" ); deadline = {{ after = "entry_on"; term = "1 year"; }};',
                          f"line-{n}") for n, line in enumerate(text.splitlines()))
    return BASE + CHANNEL + ROUTE + DATASETS + SUBJECT + LADDER + f"rules = ( {each} );\n"


def audits(text):
    watching = rule('deadline = { after = "entry_on"; term = "1 year"; };', "review-monthly")
    return BASE + CHANNEL + ROUTE + DATASETS + SUBJECT + LADDER + f"rules = ( {watching} );\n" + text


def form(text):
    """Each line says what can be written; the names are of no option."""
    name, a_list, texts, include = text.splitlines()
    assert include.startswith("@include")
    return (BASE + name + "\n" + CHANNEL + ROUTE + a_list.replace("list", "contacts").replace(
        "{ ... }, { ... }", '{ name = "a"; to = "a@example.org"; }, { name = "b"; to = "b@example.org"; }') + "\n"
        + texts.replace("texts", "trial_to").replace("one", "a@example.org").replace("two", "b@example.org") + "\n" + include + "\n")


EXAMPLES = {
    ("dutywatch.conf.5", "A FIRST CONFIGURATION", 'zone = "America/New_York";'): whole,
    ("dutywatch.conf.5", "FORM", 'name = "a text";              # a comment, also after // or between /* and */'): form,
    ("dutywatch.conf.5", "LEDGERS", 'datasets = ( { id = "waivers"; key = "waiver_no"; columns = {'): ledger,
    ("dutywatch.conf.5", "CODES", 'codes = ( { name = "countries"; values = ('): code_table,
    ("dutywatch.conf.5", "SEVERAL DATASETS", 'take = ( { dataset = "cases"; },'): taken,
    ("dutywatch.conf.5", "CHANGES TO A SNAPSHOT", "sources = ("): after_cases,
    ("dutywatch.conf.5", "ROUTES", "routes = ("): routes,
    ("dutywatch.rules.5", "A FIRST RULE IN TEN MINUTES",
     'subjects = ( { name = "permit"; from = "permits"; owner = "holder"; } );'): after_datasets,
    ("dutywatch.rules.5", "CALENDARS", "calendars = ( {"): calendars,
    ("dutywatch.rules.5", "DEADLINES", 'deadline = { front = ( "case_entries", "parties" );'): front,
    ("dutywatch.rules.5", "CADENCES",
     'every = { period = "quarter"; since = "2024-10-01"; grace = "10 days"; };'): rules,
    ("dutywatch.rules.5", "INTEGRITY", '''wrong = "status = 'closed' AND balance > 0";  fix_within = "30 days";'''): rules,
    ("dutywatch.rules.5", "PACKS", 'packs = ( { name = "office"; version = "1.0"; shipped = true; } );'): beside_channel,
    ("dutywatch.rules.5", "AUDITS", 'audits = ( { id = "OIG-24-49"; title = "Oversight of penalty cases"; of = ('): audits,
    ("dutywatch.rules.5", "CHANGING RULES OF A PACK",
     'adapt = ( { id = "suit"; ladder = "early"; deadline = { term = "4 years"; }; },'): adapted,
    ("dutywatch.rules.5", "CHANGING RULES OF A PACK",
     'adapt_codes = ( { name = "statuses"; values = ( { value = "open"; from = "PND"; } ); } );'): adapted_below,
    ("dutywatch.rules.5", "EXPRESSIONS",
     "status = 'open' AND culpability IN ('negligence', 'gross negligence')"): conditions,
    ("dutywatch.rules.5", "Other datasets", "first('case_entries', 'entry_on')"): conditions,
    ("dutywatch.rules.5", "Other datasets", "most_of('case_entries.entries', 'center')"): over_entries,
    ("dutywatch.rules.5", "Other datasets", 'subjects = ( { name = "petition"; from = "petitions";'): of_petitions,
    ("dutywatch.rules.5", "Other datasets",
     "(SELECT max(until) FROM waivers WHERE waivers.case_no = cases.case_no)"): conditions,
    ("dutywatch.rules.5", "EXAMPLES",
     'subjects = ( { name = "case"; from = "cases"; unit = "center"; office = "office";'): after_cases,
    ("dutywatch.rules.5", "EXAMPLES", 'deadline = { due = "due_on"; last_day = "filing"; };'): rules,
    ("dutywatch.rules.5", "EXAMPLES",
     'deadline = { before = "hearing_on"; term = "30 days"; last_day = "safe"; };'): rules,
    ("dutywatch.rules.5", "An event log", "datasets = ("): beside_channel,
}


def name_of(key):
    return f"{key[0]}: {key[1]}: {key[2][:30]}"


@pytest.mark.parametrize("key", EXAMPLES, ids=name_of)
def test_configuration(run, tmp_path, key):
    conf = tmp_path / "dutywatch.conf"
    (tmp_path / "more.conf").write_text("")
    conf.write_text(EXAMPLES[key](FOUND[key]))
    done = run("check", "-c", conf)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + conf.read_text()
    off = [line for line in done.stdout.splitlines() if "is off" in line]
    assert not off or "source" not in conf.read_text(), off


def example(page, section, first=""):
    [text] = [t for k, t in FOUND.items() if k[:2] == (page, section) and k[2].startswith(first)]
    return text


# --- what the pages show ---


def test_the_first_tests_pass(run, tmp_path):
    """dutywatch.test.5, on the first configuration of dutywatch.conf.5."""
    (tmp_path / "dutywatch.conf").write_text(example("dutywatch.conf.5", "A FIRST CONFIGURATION"))
    (tmp_path / "renew.test").write_text(example("dutywatch.test.5", "DESCRIPTION"))
    done = run("test", tmp_path)
    assert done.returncode == 0 and "2 passed, 0 failed" in done.stdout, done.stdout + done.stderr


def test_the_errors_are_said_so(run, tmp_path):
    said = example("dutywatch.8", "Before anything runs", "dutywatch.conf:41")
    head = BASE + 'rule_dirs = [ "." ];\n' + CHANNEL + ROUTE + f"datasets = ( {CASES} );\n" + SUBJECT + LADDER
    lines = head.splitlines()
    lines += [""] * (39 - len(lines)) + ['sources = ( { id = "cases"; url = "file:///srv/x.csv";', '    every = "1s";', "", "",
                                         "    max_byte = 1000; } );"]
    (tmp_path / "dutywatch.conf").write_text("\n".join(lines) + "\n")
    broken = rule('deadline = { after = "entry_on"; term = "1 year"; };\napplies = ( "statuss = 1" );', "answer")
    (tmp_path / "limits.rules").write_text("\n" * 10 + f"rules = ( {broken} );\n")
    done = run("check", "-c", "dutywatch.conf", cwd=tmp_path)
    found = [line.removeprefix("./") for line in done.stderr.splitlines()]
    for line in said.splitlines():
        assert line in found, done.stderr


def shape(line):
    """What stays of a line when numbers and the width of columns are others."""
    return re.sub(r"\s+", " ", re.sub(r"[\d][\d,.:-]*", "0", line)).strip()


def test_status_is_read_so(run, tmp_path):
    """The same kinds of sources: one with records that cannot be read, one that is held."""
    conf, data = tmp_path / "dutywatch.conf", tmp_path / "data"
    data.mkdir()
    cases = dataset("cases", "case_no", "case_no").replace(
        'case_no = "text"; ', 'case_no = "text"; entered_on = "date"; status = { values = [ "open", "closed" ]; }; ')
    conf.write_text(f"""zone = "UTC"; mode = "trial"; state_dir = "{tmp_path}/state"; run_dir = "{tmp_path}/run";
        operators = {{ channel = "files"; to = "me@example.org"; }};
        channels = ( {{ name = "files"; type = "maildir"; path = "{tmp_path}/mail"; }} );
        {ROUTE} datasets = ( {cases}, {dataset("waivers", "no", "no")} );

        sources = ( {{ id = "cases"; url = "file://{data}/cases.csv"; dates = [ "yyyy-mm-dd" ];
                       map = {{ entered_on = "Entry Date"; status = "Status"; }}; }},
                    {{ id = "waivers"; url = "file://{data}/waivers.csv"; }} );
        {SUBJECT} {LADDER} rules = ( {rule('deadline = { after = "entered_on"; term = "1 year"; };')} );""")
    rows = [f"{n},2025-01-01,open" for n in range(2, 9)] + ["9,31/02/2025,open", "10,2025-01-01,Opne"]
    rows += [f"{n},2025-01-01,open" for n in range(11, 400)]
    (data / "cases.csv").write_text("\n".join(["case_no,Entry Date,Status", *rows]) + "\n")
    (data / "waivers.csv").write_text("\n".join(["no", *map(str, range(100))]) + "\n")
    run("once", "-c", conf, "--today", "2025-03-30")
    (data / "waivers.csv").write_text("\n".join(["no", *map(str, range(74))]) + "\n")
    run("once", "-c", conf, "--today", "2025-03-31")

    def kind(line):  # what is wrong stands in its own order; the name and the daemon are others here
        return shape(re.sub(r"^(?:WRONG: |       (?=\S))", "", line))

    said = {kind(line) for line in run("status", "-c", conf).stdout.splitlines()}
    for line in example("dutywatch.8", "READING STATUS").splitlines():
        assert line.startswith("dutywatch: ") or kind(line) in said, (line, said)


def test_each_cause_of_the_health_answer_is_in_the_manual_and_provoked():
    """The page, the header, the code and the tests know the same ones."""
    page = (TOP / "daemon/dutywatch.8").read_text()
    listed = re.findall(r"^\.It ([a-z-]+)$", re.search(r'^\.\\" causes\n(.*?)^\.El', page, re.M | re.S)[1], re.M)
    header = re.findall(r"^ \*     ([a-z-]+)  ", (TOP / "daemon/watch/health.h").read_text(), re.M)
    code = re.findall(r'\badd\(why, "([a-z-]+)"', (TOP / "daemon/watch/health.c").read_text())
    tests = (TOP / "tests/system/test_health.py").read_text()
    assert listed == header and set(listed) == set(code)
    assert [cause for cause in listed if f'"{cause}"' not in tests] == []


def test_explain_is_read_so(run, tmp_path):
    """Each name that stands at the left of the page stands so in what the program says."""
    conf = tmp_path / "first.conf"
    text = (TOP / "etc/examples/first.conf").read_text().replace("/tmp/first", str(tmp_path))
    conf.write_text(text.replace('owner = "holder"; amount', 'owner = "holder"; unit = "holder"; amount'))
    (tmp_path / "permits.csv").write_text("permit_no,holder,fee,issued_on,renewed_on\nP-1,a@example.org,5.00,2024-12-03,\n")
    run("once", "-c", conf, "--today", "2026-11-24")
    said = run("explain", "1", "-c", conf).stdout
    for line in example("dutywatch.8", "READING EXPLAIN").splitlines()[1:]:
        if name := re.match(r"    ([a-z][a-z0-9 -]*?)  ", line) or re.match(r"    (as received) |    ([A-Z].*:)$", line):
            word = next(filter(None, name.groups()))
            assert re.search(rf"^    {re.escape(word)}(?: |$)", said, re.M), (word, said)
    assert re.search(r"^Finding 1: P-1, rule renew, OPEN$", said, re.M)
    assert re.search(r"^  \.1  2026-11-24  baseline: ", said, re.M) and re.search(r"^    \.1 told to .* through files: message "
                                                                               r"[0-9a-f]{12}, ", said, re.M)


# --- commands ---

NOT_RUN = {
    "dutywatch status --audit OIG-22-34": "needs the rules for customs; test_audit.py asks for it",
    "amount * 30 / (30 + days)": "a formula; tests/unit/watch_line.c counts by it",
    "systemctl stop dutywatch && dutywatch restore /srv/backup/dutywatch-2026-11-24":
        "needs systemd; test_backup.py restores, test_service.py has the unit",
    "systemctl enable --now dutywatch": "needs systemd; test_service.py has the unit",
    "systemctl status dutywatch": "needs systemd",
    "journalctl -u dutywatch DUTYWATCH_SOURCE=cases": "needs the journal; test_daemon.py reads the fields",
    "usermod -aG dutywatch maria": "changes the users of this machine",
    """ssh watch.example.org dutywatch status >/dev/null || mail -s "dutywatch needs a look" ops@example.org""":
        "needs another machine",
    '{ "method": "dutywatch.List", "parameters": { "within": "30 days" } }': "test_daemon.py speaks on the socket",
    "[Service]": "a unit file; test_service.py has credentials",
    "case,activity,timestamp,office": "data; test_the_event_log pulls it",
}

COMMAND_LINES = [(key, line) for key, text in FOUND.items() if key not in EXAMPLES and key[0] == "dutywatch.8"
                 for line in text.splitlines() if re.match(r"(dutywatch|systemctl|journalctl|usermod|ssh) ", line)]
SHOWN = {("dutywatch.8", "Before anything runs", example("dutywatch.8", "Before anything runs", "dutywatch.conf:41").splitlines()[0]),
         ("dutywatch.8", "READING STATUS", example("dutywatch.8", "READING STATUS").splitlines()[0]),
         ("dutywatch.8", "READING EXPLAIN", example("dutywatch.8", "READING EXPLAIN").splitlines()[0]),
         ("dutywatch.test.5", "DESCRIPTION", 'config = "dutywatch.conf";')}


def test_every_example_is_known():
    lines = {line for _, line in COMMAND_LINES}
    for key in FOUND:
        assert key in EXAMPLES or key in SHOWN or key[2] in NOT_RUN or key[2] in lines, f"what of {key}?"
    gone = (set(EXAMPLES) | SHOWN) - set(FOUND)
    assert not gone and set(NOT_RUN) <= {k[2] for k in FOUND} | lines, gone
    assert not set(EXAMPLES) & SHOWN and all(line in lines for line in ANSWERS)


TODAY = datetime.date.today()

# What the commands speak of: 14 cases with open findings, a calendar, a channel for mail that nobody answers.
WORLD = """zone = "UTC"; mode = "trial"; trial_to = "me@example.org"; state_dir = "@/state"; run_dir = "@/run";
rule_dirs = [ "%s/rules/calendar" ];
operators = { channel = "files"; to = "me@example.org"; };
channels = ( { name = "files"; type = "maildir"; path = "@/mail"; },
             { name = "mail"; type = "mail"; server = "smtp://127.0.0.1:9"; from = "me@example.org"; } );
routes = ( { channel = "files"; to = [ "maria@example.org" ]; } );
datasets = ( { id = "cases"; key = "case_no"; guard = { max_shrink = "20%%"; max_rejects = "10%%"; }; columns = {
    case_no = "text"; center = "text"; office = "text"; entered_on = "date"; }; } );
sources = ( { id = "cases"; url = "file://@/cases.csv"; every = "1 day"; } );
subjects = ( { name = "case"; from = "cases"; unit = "center"; office = "office"; } );
ladders = ( { name = "l"; rungs = ( { at = "-90 days"; } ); } );
rules = ( { id = "review"; subject = "case"; ladder = "l"; title = "Review"; law = "A law"; remedy = "Look.";
            deadline = { after = "entered_on"; term = "60 days"; }; } );
""" % TOP
NAMES = ["A-570-900", "C-1"] + [f"C-{n}" for n in range(2, 14)]

# Exit codes other than 0, and what must be said.
ANSWERS = {
    "dutywatch status": (0, "findings 14 open"),
    "dutywatch list --within '90 days' --limit 20": (1, "14 of 14 duties"),
    "dutywatch list --within 30 --sort amount --json | jq '.duties[].name'": (1, ""),
    "dutywatch once --dry-run --today 2025-03-31": (0, "Dry run"),
    "dutywatch once -c ./dutywatch.conf --dry-run": (1, "Dry run"),
    "dutywatch explain A-570-900": (0, "A-570-900, rule review, OPEN"),
    "dutywatch why-not A-570-900 review": (0, "told"),
    "dutywatch coverage --count": (0, "14 duties of 14 cases: 14 ahead"),
    "dutywatch ack 12 --until 2026-12-15 --reason 'waiver is at the importer'": (0, "Finding 12 is acknowledged"),
    "dutywatch golive --unit Machinery": (0, "Live:"),
    "dutywatch preview --to maria@example.org --all": (0, "maria@example.org"),
    "dutywatch test rules/": (0, "1 passed, 0 failed"),
    "dutywatch verify /srv/backup/dutywatch-2026-11-24": (0, "a backup"),
}


class World:
    """A folder with the configuration, a daemon on it, and the command dutywatch that knows both."""

    def __init__(self, folder):
        self.folder, self.conf = folder, folder / "dutywatch.conf"
        self.conf.write_text(WORLD.replace("@/", f"{folder}/"))
        self.fill(NAMES)
        (folder / "rules").mkdir()
        (folder / "rules/a.test").write_text(
            'tests = ( { name = "a"; day = "2026-01-01"; rows = { cases = [ "case_no,entered_on", "C-1,2025-11-05" ]; };\n'
            '  expect = ( { rule = "review"; subject = "C-1"; last_day = "2026-01-04"; } ); } );\n')
        command = folder / "bin/dutywatch"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\ncase "$*" in *" -c "*) exec {PROGRAM} "$@" ;; esac\n'
                           f'exec {PROGRAM} "$@" -c {self.conf}\n')
        command.chmod(0o755)
        self.daemon = None

    def fill(self, names):
        entered = TODAY - datetime.timedelta(days=50)
        (self.folder / "cases.csv").write_text("case_no,center,office,entered_on\n" + "".join(
            f"{name},Machinery,Miami,{entered}\n" for name in names))

    def type(self, line):
        return subprocess.run(["bash", "-c", line], cwd=self.folder, capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, env={**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}"})

    def start(self):
        self.daemon = subprocess.Popen([PROGRAM, "run", "-c", self.conf], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: self.type("dutywatch list --json").returncode == 1)
        wait_until(lambda: " SENT " in self.type("dutywatch queue --all").stdout)

    def stop(self):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait(10)
            self.daemon = None

    def spoil(self):
        """A cell cannot be read; its mark."""
        entered = (self.folder / "cases.csv").read_text().splitlines()[1].split(",")[3]
        self.fill(NAMES)
        with (self.folder / "cases.csv").open("a") as f:
            f.write(f"C-14,Machinery,Miami,{entered}x\n")
        self.type("dutywatch pull cases")
        wait_until(lambda: self.type("dutywatch release cases") and  # what hold() left
                   json.loads(self.type("dutywatch rejects --json").stdout)["rejects"])
        return json.loads(self.type("dutywatch rejects --json").stdout)["rejects"][0]["mark"]

    def hold(self):
        """The payload of the source is held."""
        self.fill(NAMES[:3] + [f"X-{os.urandom(4).hex()}"])
        self.type("dutywatch pull cases")
        wait_until(lambda: json.loads(self.type("dutywatch status --json").stdout)["sources"][0]["state"] == "held")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    w = World(tmp_path_factory.mktemp("world"))
    w.start()
    yield w
    w.stop()


@pytest.fixture
def alone(tmp_path):
    """Without a daemon, and with what once found."""
    w = World(tmp_path)
    w.type("dutywatch once --today 2025-03-30")
    return w


def ready(world, line):
    """The line, with names and days that are of this world; what it needs is made."""
    if "--until" in line:
        line = re.sub(r"\d{4}-\d\d-\d\d", str(TODAY + datetime.timedelta(days=10)), line)
    if "--show" in line:
        key = json.loads(world.type("dutywatch queue --all --json").stdout)["messages"][0]["key"]
        line = re.sub(r"[0-9a-f]{12}", key[:12], line)
    if "/srv/backup" in line:
        (world.folder / "backup").mkdir(exist_ok=True)
        line = line.replace("/srv/backup", str(world.folder / "backup"))
    if " verify " in line:
        world.type(f"dutywatch backup {line.split()[-1]}")
    if re.search(r"release|discard", line):
        world.hold()
    if " rejects " in line:
        line = re.sub(r"[0-9a-f]{12}", world.spoil(), line)
    return line.partition(" | jq")[0]


@pytest.mark.parametrize("line", dict.fromkeys(line for _, line in COMMAND_LINES if line not in NOT_RUN))
def test_command(request, line):
    offline = " once " in line or " run " in line
    world = request.getfixturevalue("alone" if offline else "world")
    typed = ready(world, line)
    if " run " in line:
        world.start()
        assert world.daemon.poll() is None
        world.stop()
        return
    done = world.type(typed)
    code, said = ANSWERS.get(line, (0, ""))
    assert done.returncode == code and done.stderr == "", (typed, done.returncode, done.stdout + done.stderr)
    assert said in done.stdout, done.stdout
    if "jq" in line:
        assert {d["name"] for d in json.loads(done.stdout)["duties"]} >= {"C-1", "C-2"}


def test_the_event_log(run, tmp_path):
    """dutywatch.rules.5 says what comes of its few lines."""
    conf = tmp_path / "dutywatch.conf"
    conf.write_text(f"""state_dir = "{tmp_path}/state"; run_dir = "{tmp_path}/run"; mode = "live";\n"""
                    + beside_channel(example("dutywatch.rules.5", "An event log", "datasets")).replace(
                        "/srv/extracts", str(tmp_path)).replace("/var/lib/dutywatch/outbox", f"{tmp_path}/mail"))
    (tmp_path / "log.csv").write_text(example("dutywatch.rules.5", "An event log", "case,"))
    assert run("check", "-c", conf).stdout.count("warning: no test for decide, assign") == 1
    run("once", "-c", conf, "--today", "2026-03-30")
    listed = {(d["rule"], d["subject"]): d for d in json.loads(run("list", "--all", "--json", "-c", conf).stdout)["duties"]}
    assert set(listed) == {("decide", "A-2"), ("assign", "A-2"), ("differs", "cases: office")}
    assert listed["decide", "A-2"]["last_day"] == "2026-04-03"
    assert listed["assign", "A-2"]["past_since"] and listed["assign", "A-2"]["last_day"] == "2026-02-07"
    assert listed["decide", "A-2"]["office"] == "North"
    told = {r["id"]: r["tally"] for r in json.loads(run("coverage", "--count", "--json", "-c", conf).stdout)["rules"]}
    assert (told["decide"]["met"], told["assign"]["met"], told["decide"]["duties"]) == (1, 1, 2)
