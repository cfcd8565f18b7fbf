"""Files of New York and of an Italian police, each column mapped with its type: what is known of them comes out."""
import csv
import re
import sqlite3

import pytest

CONF = """
zone = "America/New_York"; mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "ops@example.gov"; }} );
datasets = ( {{ id = "rows"; key = "key"; columns = {{ key = "text"; {columns} }}; }} );
sources = ( {{ id = "rows"; url = "file://{file}"; {more}
    map = {{ key = {{ from = [ {key} ]; join = "/"; }}; {map} }}; }} );
"""

US = 'dates = [ "mm/dd/yyyy" ];'
DAYS = 'dates = [ "yyyymmdd" ];'

# file: key, types of columns other than text, options of the source, rows, rejects
FILES = {
    "hpd_violations": (["ViolationID"], {
        "ViolationID": "integer", "BuildingID": "integer", "RegistrationID": "integer", "BoroID": "integer",
        "InspectionDate": "date", "ApprovedDate": "date", "OriginalCertifyByDate": "date", "OriginalCorrectByDate": "date",
        "NewCertifyByDate": "date", "NewCorrectByDate": "date", "CertifiedDate": "date", "NOVID": "integer",
        "NOVIssuedDate": "date", "CurrentStatusDate": "date", "RentImpairing": "boolean"}, US, 100, 0),
    "hpd_litigations": (["LitigationID"], {"CaseOpenDate": "date", "OpenJudgement": "boolean", "FindingDate": "date",
                                           "Penalty": "money"}, US, 10, 0),
    "dob_complaints": (["Complaint Number"], {"Date Entered": "date", "Disposition Date": "date", "Inspection Date": "date",
                                              "DOBRunDate": "datetime"},
                       'dates = [ "mm/dd/yyyy", "mm/dd/yyyy hh:MM:SS AM" ];', 100, 0),
    "dob_violations": (["ISN_DOB_BIS_VIOL"], {"ISSUE_DATE": "date", "DISPOSITION_DATE": "date"}, DAYS, 100, 0),
    # no column is a key: three orders stand there twice, in every column
    "dob_vacate_orders": (["Last Disposition Date (date of issuance of vacate)", "ZIP Code",
                           "Complaint  Category Description", "Last Disposition Code Description"],
                          {"Last Disposition Date (date of issuance of vacate)": "date", "Last Disposition Year": "integer"},
                          'dates = [ "m/d/yyyy" ];', 97, 3),
    "ecb_violations": (["ECB_VIOLATION_NUMBER"], {
        "ISSUE_DATE": "date", "SERVED_DATE": "date", "HEARING_DATE": "date", "HEARING_TIME": "integer",
        "PENALITY_IMPOSED": "money", "AMOUNT_PAID": "money", "BALANCE_DUE": "money", "AGGRAVATED_LEVEL": "text"}, DAYS, 5, 0),
    "oath_hearings": (["Ticket Number"], {
        "Violation Date": "date", "Hearing Date": "date", "Decision Date": "date", "Date Judgment Docketed": "date",
        "Balance Due": "money", "Total Violation Amount": "money", "Penalty Imposed": "money", "Paid Amount": "money",
        **{f"Charge #{i}: Infraction Amount": "money" for i in range(1, 11)}}, US, 100, 0),
    "mci_applications": (["docket_no", "mci_item"], {
        "last_reg": "integer", "rc_count": "integer", "filing_date": "date", "closing_date": "date", "claim_cost": "money",
        "allow_cost": "money", "wk_beg_dt": "date"}, 'dates = [ "m/d/yy" ]; empty = [ "N/A" ];', 100, 0),
    "oca_index": (["indexnumberid"], {"fileddate": "date", "disposeddate": "date", "specialtydesignationtypes": "list",
                                      "primaryclaimtotal": "money", "dateofjurydemand": "date"}, "", 100, 0),
    "oca_events": (["indexnumberid", "eventname", "fileddate", "filingpartiesroles"],
                   {"fileddate": "date", "filingpartiesroles": "list"}, "", 100, 0),
    "oca_appearances": (["indexnumberid", "appearanceid"], {"appearancedatetime": "datetime", "motionsequence": "integer"},
                        "", 100, 0),
    "oca_motions": (["indexnumberid", "sequence"], {"fileddate": "date", "motiondecisiondate": "date",
                                                    "sequence": "integer", "filingpartiesroles": "list"}, "", 100, 0),
    "traffic-fines": (["case:concept:name", "concept:name", "time:timestamp"], {
        "amount": "money", "expense": "money", "paymentAmount": "money", "totalPaymentAmount": "money", "points": "real",
        "time:timestamp": "datetime"}, "", 390, 0),
}

# of each file: a query and what is known of it
KNOWN = {
    "hpd_violations": [
        ("SELECT violationstatus, count(*) FROM rows GROUP BY 1", [("Close", 73), ("Open", 27)]),
        ("SELECT sum(certifieddate <= originalcertifybydate), sum(certifieddate > originalcertifybydate),"
         " sum(certifieddate IS NULL) FROM rows", [(30, 3, 67)]),
        ("SELECT class, julianday(originalcorrectbydate) - julianday(novissueddate),"
         " julianday(originalcertifybydate) - julianday(novissueddate), count(*) FROM rows GROUP BY 1, 2, 3",
         [("A", 95, 109, 23), ("A", 108, 122, 3), ("B", 35, 49, 58), ("B", 42, 56, 2), ("B", 48, 62, 5), ("C", -2, 9, 1),
          ("C", 8, 13, 8)])],
    "dob_complaints": [("SELECT status, count(*), count(disposition_date) FROM rows GROUP BY 1",
                        [("ACTIVE", 56, 24), ("CLOSED", 44, 44)])],
    "dob_violations": [("SELECT count(*) FROM rows WHERE disposition_date IS NULL", [(25,)])],
    "ecb_violations": [("SELECT issue_date, served_date FROM rows WHERE served_date > date(issue_date, '5 years')",
                        [("1991-06-25", "1999-06-25")])],
    "mci_applications": [("SELECT count(*) FROM rows WHERE closing_date IS NULL", [(8,)]),
                         ("SELECT count(*) FROM rows WHERE closing_date < filing_date", [(0,)])],
    "oca_index": [("SELECT status, count(*) FROM rows GROUP BY 1", [("Disposed", 86), ("Post Disposition", 14)]),
                  ("SELECT count(*) FROM rows WHERE disposeddate < fileddate", [(0,)]),
                  ("SELECT count(*) FROM rows WHERE specialtydesignationtypes LIKE '%HPD%'"
                   " AND json_array_length(specialtydesignationtypes) = 0", [(0,)])],
    "oca_motions": [("SELECT sum(motiondecisiondate IS NULL), sum(motiondecisiondate = fileddate),"
                     " sum(motiondecisiondate < fileddate) FROM rows", [(3, 11, 0)])],
    "traffic-fines": [
        ("SELECT count(DISTINCT case_concept_name) FROM rows", [(100,)]),
        ("SELECT count(*) FROM rows AS a JOIN rows AS b USING (case_concept_name) WHERE a.concept_name = 'Create Fine'"
         " AND b.concept_name = 'Send Fine' AND date(b.time_timestamp / 1000000 + 60 * b._offset_time_timestamp, 'unixepoch')"
         " <= date(a.time_timestamp / 1000000 + 60 * a._offset_time_timestamp, 'unixepoch', '90 days')", [(43,)])],
}


def slug(header):
    name = re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_")
    return name if name[:1].isalpha() else "c_" + name


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_read_with_its_type(name, run, tmp_path, shared):
    key, types, more, rows, rejects = FILES[name]
    file = shared("data/traffic-fines/roadtraffic100traces.csv" if name == "traffic-fines" else f"data/nyc-samples/{name}.csv")
    with open(file, encoding="utf-8-sig", newline="") as f:
        header = [h for h in next(csv.reader(f)) if h]
    assert not set(types) - set(header)
    conf = tmp_path / "real.conf"
    conf.write_text(CONF.format(
        dir=tmp_path, file=file, more=more, key=", ".join(f'"{k}"' for k in key),
        columns=" ".join(f'{slug(h)} = "{types.get(h, "text")}";' for h in header),
        map=" ".join(f'{slug(h)} = "{h}";' for h in header)))
    done = run("once", "-c", conf, "--today", "2026-01-01")
    assert done.returncode in (0, 1), done.stderr
    data = sqlite3.connect(tmp_path / "state" / "data.db")
    assert data.execute("SELECT state, records, rejects FROM pull").fetchall() == [("INGESTED", rows + rejects, rejects)]
    assert data.execute("SELECT count(*) FROM rows").fetchone() == (rows,)
    for header_name, kind in types.items():  # no type was missed: what is there was read
        stored = {"real": "real", "date": "text", "list": "text", "text": "text"}.get(kind, "integer")
        assert not data.execute(f"SELECT 1 FROM rows WHERE typeof({slug(header_name)}) NOT IN ('null', '{stored}')").fetchall()
    for query, known in KNOWN.get(name, []):
        assert data.execute(query).fetchall() == known, query
