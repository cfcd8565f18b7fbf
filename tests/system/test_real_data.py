"""Real input gives the figures that are known of it, through `once` and `list --json`."""
import csv
import json

import pytest

BASIC = """
zone = "America/New_York"; mode = "live"; state_dir = "{dir}/state"; run_dir = "{dir}/run";
operators = {{ channel = "files"; to = "ops@example.gov"; }};
channels = ( {{ name = "files"; type = "maildir"; path = "{dir}/mail"; }} );
routes = ( {{ channel = "files"; to = "reviews@example.gov"; }} );
ladders = ( {{ name = "review"; rungs = ( {{ at = "-180 days"; }}, {{ at = "-30 days"; }} ); }} );
"""

ORDERS = BASIC + """
datasets = ( {{ id = "orders"; key = "case_no"; columns = {{
    case_no = {{ type = "text"; required = true; }}; ordered_on = {{ type = "date"; required = true; }};
    continued_on = "date"; kind = {{ type = "text"; values = [ "A", "C" ]; }}; product = "text"; country = "text";
    active = {{ type = "boolean"; required = true; }}; }}; }} );
sources = ( {{ id = "orders"; url = "file://{file}"; dates = [ "yyyy/m/d" ]; map = {{
    case_no = "DOCNo"; ordered_on = "Orderdate"; continued_on = "Continueddate"; kind = "ADCVD"; product = "Product";
    country = [ "Country", "Column2" ]; }}; }} );
subjects = ( {{ name = "order"; from = "orders"; unit = "country"; applies = "active"; }} );
rules = ( {{ id = "five-year-review"; subject = "order"; title = "Five-year review"; law = "19 U.S.C. 1675(c)";
    remedy = "Begin the review."; ladder = "review";
    deadline = {{ after = "coalesce(continued_on, ordered_on)"; from = "the last continuation, else the order";
                 term = "5 years"; }}; }} );
"""

RECALLS = BASIC + """
datasets = ( {{ id = "recalls"; key = "product"; columns = {{
    product = {{ type = "text"; required = true; }}; class = {{ type = "text"; required = true;
    values = [ "Class I", "Class II", "Class III" ]; }}; kind = "text"; firm = "text"; reported_on = "date"; }}; }} );
sources = ( {{ id = "recalls"; url = "file://{file}"; format = "ndjson"; dates = [ "mm/dd/yyyy" ]; map = {{
    product = "product-description"; class = "classification"; kind = "product-type"; firm = "recalling-firm";
    reported_on = "report-date"; }}; }} );
subjects = ( {{ name = "recall"; from = "recalls"; unit = "class"; office = "kind"; label = "substr(product, 1, 60)"; }} );
rules = ( {{ id = "follow-up"; subject = "recall"; title = "Follow up on the recall"; law = "an example, no law";
    remedy = "Ask the firm."; ladder = "review"; deadline = {{ after = "reported_on"; term = "1 year"; }}; }} );
"""

CONTRADICTIONS = ORDERS.replace('country = [ "Country", "Column2" ];', 'country = "Country"; late = "Column2";').replace(
    'country = "text";', 'country = "text"; late = "text";').replace('applies = "active"; ', '').split("rules = (")[0] + """
rules = (
    {{ id = "order-first"; subject = "order"; title = "Continued before it was ordered"; law = "an example, no law";
       remedy = "Look up both days."; ladder = "review"; wrong = "coalesce(continued_on < ordered_on, 0)"; }},
    {{ id = "has-kind"; subject = "order"; title = "No type of order"; law = "an example, no law";
       remedy = "Enter A or C."; ladder = "review"; wrong = "kind IS NULL"; fix_within = "30 days"; }},
    {{ id = "shifted"; subject = "order"; title = "The country stands one column late"; law = "an example, no law";
       remedy = "Mend the row."; ladder = "review"; wrong = "country IS NULL AND late IS NOT NULL"; }} );
"""


@pytest.fixture
def judged(run, tmp_path):
    def judge(template, file, day):
        conf = tmp_path / "real.conf"
        conf.write_text(template.format(dir=tmp_path, file=file))
        done = run("once", "-c", conf, "--today", day)
        assert done.returncode in (0, 1), done.stderr
        done = run("list", "-c", conf, "--json")
        return json.loads(done.stdout), lambda *args: run(*args, "-c", conf)

    return judge


def test_orders_past_and_due_within_the_known_days(judged, shared):
    """108 past, and 2, 14, 24, 62 within 30, 90, 180, 365 days of 2020-09-03."""
    listed, call = judged(ORDERS, shared("data/adcvd-orders/usitc_adcvd_orders_2020-09.csv"), "2020-09-03")
    counts = listed["counts"]
    assert counts["total"] == 474
    assert counts["past"] == 108
    assert [counts[f"within_{n}"] for n in (30, 90, 180, 365)] == [2, 14, 24, 62]
    assert counts["unknown"] == 0
    status = json.loads(call("status", "--json").stdout)
    assert status["findings"]["watched"] == 474
    assert status["sources"][0]["state"] == "good"


def test_orders_are_read_without_a_reject(judged, shared):
    listed, call = judged(ORDERS, shared("data/adcvd-orders/usitc_adcvd_orders_2020-09.csv"), "2020-09-03")
    units = [d["unit"] for d in listed["duties"]]
    assert None not in units, "the three shifted rows have their country one column late"
    assert all(u == u.strip() and "\u00a0" not in u for u in units)
    explained = json.loads(call("explain", "--json", "A-122-867").stdout)
    assert explained["watched"][0]["unit"] == "Canada" or explained["findings"]


def test_an_order_is_explained_back_to_its_line(judged, shared):
    file = shared("data/adcvd-orders/usitc_adcvd_orders_2020-09.csv")
    listed, call = judged(ORDERS, file, "2020-09-03")
    past = [d for d in listed["duties"] if d["finding"]][0]
    move = json.loads(call("explain", "--json", str(past["finding"])).stdout)["findings"][0]["moves"][0]
    line = file.read_text(encoding="utf-8-sig").splitlines()[move["inputs"]["line"] - 1]
    assert past["subject"] in line
    assert move["inputs"]["raw"] == line
    assert move["pull"]["payload_line"] == line


def test_orders_that_contradict_themselves(judged, shared):
    """C-122-854 continued before it was ordered; A-523-813 and A-580-903 without a type; three shifted rows."""
    file = shared("data/adcvd-orders/usitc_adcvd_orders_2020-09.csv")
    listed, call = judged(CONTRADICTIONS, file, "2020-09-03")
    found = {}
    for d in listed["duties"]:
        found.setdefault(d["rule"], set()).add(d["subject"])
    assert found.pop("order-first") == {"C-122-854"}
    assert found.pop("has-kind") == {"A-523-813", "A-580-903"}
    with file.open(encoding="utf-8-sig", newline="") as f:
        shifted = {r["DOCNo"].strip() for r in csv.DictReader(f)
                   if not r["Country"].strip("\u00a0 ") and r["Column2"].strip("\u00a0 ")}
    assert len(shifted) == 3 and found.pop("shifted") == shifted
    assert not found
    assert "It was first seen on Thu 3 Sep 2020" in call("explain", "C-122-854").stdout


def test_recalls_by_class_and_kind(judged, shared):
    """72 records: classes I 7, II 46, III 19; Biologics 42, Food 16, Devices 9, Drugs 5."""
    file = shared("data/fda-recalls/fda_enforcement_report_2012-06-13.ndjson")
    listed, _ = judged(RECALLS, file, "2012-07-01")
    duties = listed["duties"]
    assert len(duties) == 72
    assert [sum(d["unit"] == f"Class {c}" for d in duties) for c in ("I", "II", "III")] == [7, 46, 19]
    assert [sum(d["office"] == k for d in duties) for k in ("Biologics", "Food", "Devices", "Drugs")] == [42, 16, 9, 5]
    assert {d["last_day"] for d in duties} == {"2013-06-13"}
