"""What send/ makes of a message, read back by Python's own libraries. The program is tests/system/render.c."""
import base64
import email
import email.policy
import hashlib
import hmac
import html.parser
import json
import mailbox
import os
import pathlib
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
RENDER = TOP / os.environ.get("DUTYWATCH_BUILD", "build") / "tests/system/render"
VOID = {"meta", "br", "hr"}


def content(**more):
    duty = {"title": "Limitation of action: negligence", "law": "19 U.S.C. 1621(1)", "remedy": "Ask for a waiver.",
            "change": "25 days left", "because": None, "as_of": "2025-02-10", "act_by": "2025-03-28",
            "last_day": "2025-03-31", "amount": 85810000, "steps": ["violation on Mon 30 Mar 2020", "5 years"],
            "clears": "suit filed", "ref": "12.3"}
    case = {"name": "2021-0417 Zöllner & Söhne €", "unit": "Electronics", "office": "FP&F <LA>", "owner": "J. Doe",
            "amount": 85810000, "headline": "Refer to counsel", "act_by": "2025-03-28", "last_day": "2025-03-31",
            "days_left": 25, "duties": [duty]}
    return {"key": hashlib.sha256(b"x").hexdigest(), "kind": "now", "digest": None, "day": "2025-03-03",
            "made_at": "2025-03-03T11:00:00Z", "subject": "Zöllner: act by Fri 28 Mar 2025 – $858,100.00",
            "lead": ["One case needs you."], "sections": [{"title": "Act now", "note": None, "cases": [case] * 30}],
            "more": 0, "money": [{"within_days": 30, "count": 30, "amount": 85810000}],
            "not_alarmed": [{"because": "at Treasury offset", "count": 2, "amount": None}], "foot": ["Reply to answer."],
            **more}


def render(what, *args):
    done = subprocess.run([RENDER, *args], input=json.dumps(what).encode(), capture_output=True, timeout=30)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


class Checker(html.parser.HTMLParser):
    """Every element closed in order; collects the text and the attributes."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.attributes, self.tags = [], "", [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_mail_is_read_back():
    what = content()
    raw = render(what, "mail", "fpf@example.gov", "Second Reader <two@example.gov>")
    assert raw == render(what, "mail", "fpf@example.gov", "Second Reader <two@example.gov>")
    assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert not parsed.defects and parsed["Subject"] == what["subject"]
    assert [str(a) for a in parsed["To"].addresses] == ["fpf@example.gov", "Second Reader <two@example.gov>"]
    assert parsed["From"].addresses[0].addr_spec == "dutywatch@example.gov"
    assert parsed["Message-ID"] == f"<{what['key']}@example.gov>" and parsed["X-Dutywatch-Key"] == what["key"]
    assert parsed["Date"].datetime.isoformat() == "2025-03-03T11:06:40+00:00"
    assert parsed["Auto-Submitted"] == "auto-generated" and parsed["MIME-Version"] == "1.0"
    assert parsed.get_content_type() == "multipart/alternative"
    plain, rich = parsed.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    text = plain.get_content().replace("\r\n", "\n")
    assert "1. 2021-0417 Zöllner & Söhne €, $858,100.00\n" in text and "30. 2021" in text
    assert max(map(len, text.split("\n"))) <= 72
    page = Checker()
    page.feed(rich.get_content())
    assert not page.open and "Zöllner & Söhne €" in page.text and "FP&F <LA>" in page.text
    assert not page.tags & {"img", "script", "link", "style", "a", "iframe"}
    assert not any("http" in (value or "") or "url(" in (value or "") for _, value in page.attributes)


@pytest.mark.parametrize("evil", ["x\r\nBcc: e@example.com", "x\n\nbody", "</td><script>alert(1)</script>", "a\u202eb", "\x1b[2J",
                                  '"><img src=x onerror=y>'], ids=repr)
def test_data_stays_data(evil):
    what = content(subject=evil, lead=[evil], foot=[evil])
    case = what["sections"][0]["cases"][0]
    case.update({k: evil for k in ("name", "unit", "office", "owner", "headline", "act_by", "last_day")})
    case["duties"][0].update({k: evil for k in ("title", "law", "remedy", "change", "because", "clears", "ref", "as_of")})
    parsed = email.message_from_bytes(render(what, "mail", "a@example.gov"), policy=email.policy.default)
    assert "Bcc" not in parsed and len(list(parsed.iter_parts())) == 2
    assert "\n" not in parsed["Subject"]
    plain, rich = (p.get_content() for p in parsed.iter_parts())
    page = Checker()
    page.feed(rich)
    assert not page.tags & {"script", "img"}
    for text in (plain, rich):
        assert "\x1b" not in text
    assert "\u202e" not in plain


def test_a_maildir_is_read_back(tmp_path):
    what = content()
    for _ in range(2):
        render(what, "maildir", tmp_path / "box")
    box = mailbox.Maildir(tmp_path / "box", create=False)
    assert len(box) == 1
    key, message = next(box.iteritems())
    assert key == what["key"] + ".dutywatch" and message["X-Dutywatch-Key"] == what["key"]
    message.set_subdir("cur")
    message.set_flags("S")
    box[key] = message
    render(what, "maildir", tmp_path / "box")
    assert len(list(mailbox.Maildir(tmp_path / "box", create=False))) == 1


def test_a_webhook_is_verified():
    key = os.urandom(24)
    what = content()
    said = json.loads(render(what, "webhook", "whsec_" + base64.b64encode(key).decode()))
    headers = dict(line.split(": ", 1) for line in said["headers"])
    event = json.loads(said["body"])
    assert event.pop("data") == what
    assert event == {"specversion": "1.0", "id": what["key"], "source": "https://watch.example.gov/",
                     "type": "dutywatch.now", "time": what["made_at"], "datacontenttype": "application/json"}
    assert headers["webhook-id"] == what["key"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{said['body']}".encode()
    want = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == "v1," + want
