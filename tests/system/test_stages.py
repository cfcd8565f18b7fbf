"""What an office has on day one, with entries, and with everything: coverage, findings and first digests, word for word.

tests/system/golden/stage-*.txt is what a reader sees. After a change that is meant, GOLDEN=write writes them anew: read the
difference before it is committed.
"""
import csv
import email
import email.policy
import io
import os
import pathlib
import re

import pytest

from test_pack import CASES_CSV, CASES_ONLY, ENTRIES, EXAMPLES, ask, here

GOLDEN = pathlib.Path(__file__).parent / "golden"
DAY = "2026-11-24"

# Each row says only what is not empty; the header is that of the example.
ROWS = {
    "cases": [
        # a year and more is gone, nobody has asked for a waiver; and one who was asked said no
        {"Case Number": "2022-5201-000117-01", "Case Type": "penalty", "Case Status": "open", "Statute": "1592", "Culpability": "negligence",
         "Center": "AFT", "FP&F Office": "Miami", "Officer": "rivera@cbp.example", "Importer Name": "Gulf Apparel", "Violation Date": "12/20/2021",
         "Open Date": "05/02/2022", "Assessed Amount": "412,000.00", "Loss of Duty": "103,000.00"},
        # settled in time, sent to the Treasury later
        {"Case Number": "2021-1704-000085-01", "Case Type": "penalty", "Case Status": "settled", "Status Date": "03/02/2025", "Statute": "1592",
         "Culpability": "negligence", "Center": "BM", "FP&F Office": "Atlanta", "Officer": "brooks@cbp.example", "Violation Date": "10/05/2020",
         "Open Date": "02/01/2021", "Settled": "03/02/2025", "Treasury Offset": "01/12/2026", "Assessed Amount": "64,000.00"},
        {"Case Number": "2023-2704-000401-01", "Case Type": "penalty", "Case Status": "open", "Statute": "1592", "Culpability": "fraud",
         "Center": "AFT", "FP&F Office": "Los Angeles", "Officer": "nguyen@cbp.example", "Assessed Amount": "900,000.00"},
        # kept alive by a waiver
        {"Case Number": "2020-3001-000222-01", "Case Type": "penalty", "Case Status": "open", "Statute": "1592", "Culpability": "negligence",
         "Center": "MACH", "FP&F Office": "Seattle", "Officer": "olsen@cbp.example", "Violation Date": "11/02/2020", "Open Date": "01/11/2021",
         "Assessed Amount": "250,000.00"},
        # lost, and nobody has said whether it is a loss
        {"Case Number": "2021-2002-000310-01", "Case Type": "penalty", "Case Status": "open", "Statute": "1592", "Culpability": "gross negligence",
         "Center": "BM", "FP&F Office": "New Orleans", "Officer": "hebert@cbp.example", "Violation Date": "10/15/2021", "Open Date": "03/01/2022",
         "Assessed Amount": "37,500.00"},
        # a notice without a petition
        {"Case Number": "2024-5301-000500-01", "Case Type": "penalty", "Case Status": "open", "Statute": "1592", "Culpability": "negligence",
         "Center": "MACH", "FP&F Office": "Houston", "Officer": "ortiz@cbp.example", "Violation Date": "04/08/2024", "Open Date": "06/03/2024",
         "Prepenalty Issued": "06/01/2026", "Prepenalty Mailed": "06/02/2026", "Prepenalty Response": "06/20/2026", "Penalty Issued": "09/10/2026",
         "Penalty Mailed": "09/10/2026", "Petition Due": "12/01/2026", "Assessed Amount": "88,000.00", "Center Official": "M. Chen",
         "Center Official Date": "09/01/2026"},
        # another penalty, of no Center
        {"Case Number": "2023-0901-000610-01", "Case Type": "penalty", "Case Status": "open", "Statute": "1595a", "FP&F Office": "Buffalo",
         "Officer": "kowal@cbp.example", "Violation Date": "02/14/2023", "Discovery Date": "02/20/2023", "Open Date": "03/06/2023",
         "Assessed Amount": "12,000.00"},
    ],
    "case_entries": [{"Case Number": "2022-5201-000117-01", "Entry Number": "200-1000017-0", "Loss of Duty": "40,000.00"},
                     {"Case Number": "2022-5201-000117-01", "Entry Number": "200-1000018-8", "Loss of Duty": "63,000.00"}],
    "parties": [{"Case Number": "2022-5201-000117-01", "Party Name": "Gulf Apparel", "Party Role": "importer"}],
    "waivers": [{"Waiver Number": "W-1", "Case Number": "2020-3001-000222-01", "Signed": "09/15/2025", "Received": "09/18/2025",
                 "Valid Until": "11/02/2027", "Scan": "W-1.pdf"}],
    "waiver_requests": [{"Request": "R-1", "Case Number": "2022-5201-000117-01", "Requested": "06/02/2026", "Answered": "07/01/2026", "Answer": "refused"},
                        {"Request": "R-2", "Case Number": "2024-5301-000500-01", "Requested": "09/01/2026"}],
    "entries": [{"Entry Summary Number": "200-1000017-0", "Entry Type Code": "01", "Entry Date": "12/20/2021", "Center ID": "AFT"},
                {"Entry Summary Number": "200-1000018-8", "Entry Type Code": "01", "Entry Date": "03/01/2022", "Center ID": "AFT"}],
    "people": [{"email": name + "@cbp.example", "name": name.title(), "role": role, "office": office}
               for name, role, office in (("rivera", "import specialist", "Miami"), ("brooks", "FP&F officer", "Atlanta"), ("nguyen", "FP&F officer", "Los Angeles"),
                                          ("olsen", "import specialist", "Seattle"), ("ortiz", "FP&F officer", "Houston"), ("kowal", "import specialist", "Buffalo"))],
    "offices": [{"office": office, "name": office, "chief": office.lower().replace(" ", ".") + "@cbp.example"} for office in ("Miami", "Houston")],
    "centers": [{"center": "AFT", "name": "Apparel", "director": "aft@cbp.example"}, {"center": "BM", "name": "Base Metals", "director": "bm@cbp.example"}],
    "committees": [{"committee": "CEAR BM", "level": "Center", "center": "BM", "formed_on": "2026-08-01", "chair": "bm@cbp.example"}],
    "meetings": [{"meeting_no": "BM-2026-08", "committee": "CEAR BM", "planned_on": "2026-08-12", "held_on": "2026-08-12", "recorded_on": "2026-08-14", "quorum": "yes"},
                 {"meeting_no": "BM-2026-10", "committee": "CEAR BM", "planned_on": "2026-10-14", "held_on": "2026-10-14", "recorded_on": "2026-10-15", "quorum": "yes"}],
    "reviews": [{"review_no": f"{office}-{month}", "office": office, "month": month, "reviewed_on": month + "-20", "reviewer": "hq@cbp.example",
                 "cases_reviewed": "12", "sent_hq_on": month + "-25"}
                for office in ("Miami", "Houston") for month in [f"{y}-{m:02}" for y in (2024, 2025, 2026) for m in range(1, 13)][9:34]
                if (office, month) != ("Houston", "2026-09")],
    "targets": [{"target_no": "T-1", "measure": "notice", "value": "120", "approved_by": "HQ", "approved_on": "2026-01-05", "valid_from": "2026-01-01"}],
}
OWN = {"people": "email,name,role,office,center,left_on,trained_on,procedure", "offices": "office,name,chief,opened_on",
       "centers": "center,name,director", "committees": "committee,level,center,formed_on,required_roles,chair",
       "meetings": "meeting_no,committee,planned_on,held_on,recorded_on,minutes,roles_present,quorum,cancelled_because",
       "reviews": "review_no,office,month,reviewed_on,reviewer,cases_reviewed,waivers_requested,sent_hq_on",
       "targets": "target_no,measure,center,value,approved_by,approved_on,valid_from,valid_until"}


def cases_only(folder):
    (folder / "cases.csv").write_text(CASES_CSV)
    return here(CASES_ONLY, folder)


def with_entries(folder):
    (folder / "case_entries.csv").write_text("Case,Entry,Loss\n2022-5201-000117-01,E-1,1000.00\n2022-5201-000117-01,E-2,2000.00\n")
    (folder / "entries.csv").write_text("Entry,Entry Date,Center\nE-1,2021-12-20,AFT\nE-2,2022-03-01,AFT\n")
    return cases_only(folder).rstrip().removesuffix(" );") + here(ENTRIES, folder)


def columns(source):
    """The names that the map of a source of the example reads."""
    text = source.split("map = {", 1)[1]
    names = re.findall(r'= "([^"]+)"[;,]', text) + [c for group in re.findall(r"from = \[ ([^\]]*) \]", text) for c in re.findall(r'"([^"]+)"', group)]
    return [name for name in dict.fromkeys(names) if name != "/"]


def everything(folder):
    text = here((EXAMPLES / "dutywatch.conf").read_text(), folder).replace("/srv/extracts", str(folder))
    for source in re.split(r"\n    \{ id = ", text)[1:]:
        name = re.match(r'"(\w+)"', source)[1]
        out = io.StringIO()
        writer = csv.DictWriter(out, OWN[name].split(",") if name in OWN else columns(source), restval="")
        writer.writeheader()
        writer.writerows(ROWS[name])
        (folder / f"{name}.csv").write_text(out.getvalue())
    text = text.replace('mode = "trial"', 'mode = "live"').replace('type = "maildir";', f'type = "maildir"; path = "{folder}/mail";')
    return f'state_dir = "{folder}/state"; run_dir = "{folder}/run";\n' + text


def mails(folder):
    """(to, subject, text) of each mail, by reader."""
    read = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in (folder / "mail" / "new").iterdir()]
    return sorted((m["to"], m["subject"], m.get_body(("plain",)).get_content()) for m in read)


def seen(run, conf, folder):
    """What a person sees: what is on, what stands open, and each mail."""
    coverage = ask(run, conf, "coverage")
    lines = ["COVERAGE"]
    for state in ("on", "off for want of data", "does not work", "off by choice"):
        ids = sorted(r["id"] for r in coverage["rules"] if r["state"] == state)
        lines += ["", f"{state}: {len(ids)}", *(f"  {i}" for i in ids if state != "off by choice")]
    lines += ["", "OPEN", ""]
    for d in sorted(ask(run, conf, "list", "--status", "open")["duties"], key=lambda d: (d["rule"], d["subject"], d["period"] or "")):
        lines.append("  ".join(x for x in (d["rule"], d["subject"], d["period"], d["last_day"], d["because"]) if x))
    for to, subject, text in mails(folder):
        lines += ["", f"TO {to}", subject, "", re.sub(r"[0-9a-f]{12,}", "KEY", text.replace("\r", "").rstrip())]
    return "\n".join(lines).replace(str(folder), "DIR") + "\n"


@pytest.mark.parametrize("stage", [cases_only, with_entries, everything])
def test_what_an_office_sees_first(run, tmp_path, stage):
    conf = tmp_path / "customs.conf"
    conf.write_text(stage(tmp_path))
    done = run("check", "-c", conf)
    assert done.returncode == 0, done.stderr
    done = run("once", "-c", conf, "--today", DAY)
    assert done.returncode == 1, done.stderr
    said, golden = seen(run, conf, tmp_path), GOLDEN / f"stage-{stage.__name__.replace('_', '-')}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(said)
    assert said == golden.read_text(), said
