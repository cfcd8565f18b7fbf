"""The network edge against servers that lie, break off, never end or say no. The program is tests/system/ask.c."""
import asyncio
import gzip
import hashlib
import json
import os
import pathlib
import socket
import ssl
import subprocess
import threading
import time
import zlib

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

TOP = pathlib.Path(__file__).resolve().parents[2]
ASK = TOP / os.environ.get("DUTYWATCH_BUILD", "build") / "tests/system/ask"
ENV = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}


def run_ask(*requests, seconds=60):
    """All that tests/system/ask.c says of the requests, asked at once."""
    done = subprocess.run([ASK, *(json.dumps(r) for r in requests)], capture_output=True, text=True, timeout=seconds,
                          env=ENV)
    assert done.returncode == 0 and not done.stderr, done.stderr
    said = json.loads(done.stdout)
    assert len(said["answers"]) == len(requests)
    return said


def ask_all(*requests):
    """What came of the requests, and the longest time the loop stood still."""
    said = run_ask(*requests)
    return said["answers"], said["stall_ms"]


def ask(url, **more):
    return ask_all({"url": url, **more})[0][0]


def fails(answer, kind, *words):
    """It failed so, and the sentence says so."""
    assert not answer["ok"] and answer["class"] == kind, answer
    for word in words:
        assert word in answer["error"], answer


class Raw:
    """raw.url: a server that hands each connection to `talk(socket)`; it ends with the test."""

    def __init__(self, talk):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.talk = talk
        self.seen = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with connection:
            try:
                connection.settimeout(20)
                self.talk(connection)
            except OSError:
                pass  # the client hung up, as it should

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def raw():
    """raw(b"HTTP/1.1 ...") answers each request so; raw(function) hands it the socket after the request's head."""
    servers = []

    def call(what):
        def talk(connection):
            head = b""
            while b"\r\n\r\n" not in head:
                got = connection.recv(65536)
                if not got:
                    return
                head += got
            server.seen.append(head.decode("latin-1"))
            if callable(what):
                what(connection)
            else:
                connection.sendall(what)

        server = Raw(talk)
        servers.append(server)
        return server

    yield call
    for server in servers:
        server.close()


# --- HTTP ---------------------------------------------------------------------------------------


def test_a_body_arrives_byte_for_byte(web):
    body = bytes(range(256)) * 5000
    a = ask(web.serve("/a.bin", body, headers={"ETag": '"v1"', "Last-Modified": "Mon, 03 Mar 2025 11:00:00 GMT",
                                               "Content-Type": "text/csv; charset=utf-8"}))
    assert a["ok"] and a["status"] == 200 and not a["unchanged"]
    assert a["bytes"] == a["body_size"] == len(body) and a["body_sha256"] == hashlib.sha256(body).hexdigest()
    assert (a["etag"], a["last_modified"]) == ('"v1"', "Mon, 03 Mar 2025 11:00:00 GMT")
    assert a["content_type"] == "text/csv; charset=utf-8"


def test_an_empty_body_is_an_answer(web):
    a = ask(web.serve("/empty", b""))
    assert a["ok"] and a["status"] == 200 and a["body_size"] == 0


@pytest.mark.parametrize("response", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nshort",
    b"HTTP/1.1 200 OK\r\nContent-Le",
    b"",
], ids=["content-length", "no last chunk", "inside a chunk", "inside the head", "nothing"])
def test_a_truncated_answer_is_tried_again(raw, response):
    fails(ask(raw(response).url), "retry", "127.0.0.1: ")


def test_truncated_gzip_is_no_body(raw):
    packed = gzip.compress(b"a,b\n" * 10000)[:-30]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    fails(ask(raw(head + packed).url), "retry", "127.0.0.1: the compressed body is truncated")


def test_a_body_longer_than_it_says_is_cut_where_it_said(raw):
    a = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst and more").url)
    assert a["ok"] and a["body"] == "first"


def test_an_endless_body_is_stopped(raw):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    a = ask(raw(endless).url, max_bytes=1_000_000)
    fails(a, "input", "max_bytes (1000000)")
    assert a["body_size"] <= 1_000_000


def test_a_lying_content_length_does_not_help(raw):
    a = ask(raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n7d0\r\n" + b"x" * 2000 +
                b"\r\n0\r\n\r\n").url, max_bytes=1000)
    fails(a, "input", "max_bytes (1000)")


def test_what_is_announced_too_large_is_not_read(raw):
    a = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000).url, max_bytes=1000)
    fails(a, "input", "5000", "max_bytes (1000)")
    assert a["body_size"] == 0


def test_gzip_is_unpacked(raw):
    body = b"id,due\n" * 1000
    packed = gzip.compress(body)
    server = raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
    a = ask(server.url)
    assert a["ok"] and a["body_sha256"] == hashlib.sha256(body).hexdigest()
    assert "Accept-Encoding: gzip" in server.seen[0]


def test_a_bomb_is_stopped_at_max_bytes(raw):
    packed = gzip.compress(b"\0" * 50_000_000)
    a = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) +
                packed).url, max_bytes=1_000_000)
    fails(a, "input", "max_bytes")
    assert a["body_size"] <= 1_000_000


def test_what_was_not_asked_for_is_not_unpacked(raw):
    packed = zlib.compress(b"id\n")
    a = ask(raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed).url)
    fails(a, "input", "packed as br")


def test_damaged_gzip_is_bad_input(raw):
    fails(ask(raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!").url), "input",
          "damaged")


def test_a_redirect_loop_ends(web):
    web.serve("/a", status=302, headers={"Location": "/b"})
    fails(ask(web.serve("/b", status=302, headers={"Location": "/a"})), "setup", "redirects more than 5 times")
    assert len(web.requests) == 6


def test_five_redirects_are_followed(web):
    for n in range(5):
        web.serve(f"/{n}", b"moved", status=(301, 302, 303, 307, 308)[n], headers={"Location": f"/{n + 1}"})
    web.serve("/5", b"here")
    a = ask(web.url + "/0", headers=["X-Key: s3cret"], etag='"e"')
    assert a["ok"] and a["body"] == "here" and a["bytes"] == 4
    assert web.requests[-1][2]["X-Key"] == "s3cret" and web.requests[-1][2]["If-None-Match"] == '"e"'


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "smtp://127.0.0.1/", "gopher://x/"])
def test_a_redirect_leads_to_no_other_protocol(web, to):
    a = ask(web.serve("/a", status=302, headers={"Location": to}))
    fails(a, "setup", "redirects to a place that is no http url")
    assert a["body_size"] == 0


def test_secrets_stay_with_their_server(web, raw):
    other = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    web.serve("/a", status=302, headers={"Location": other.url + "/b"})
    common = {"url": web.url + "/a", "headers": ["X-Api-Key: s3cret", "Accept: text/csv"], "etag": '"e"'}
    answers, _ = ask_all({**common, "bearer": "s3cret"}, {**common, "user": "u", "password": "s3cret"})
    assert all(a["ok"] for a in answers)
    sent = [r[2]["Authorization"] for r in web.requests]
    assert sorted(s.split()[0] for s in sent) == ["Basic", "Bearer"] and "Bearer s3cret" in sent
    assert len(other.seen) == 2
    for head in other.seen:
        assert "s3cret" not in head and "Authorization" not in head
        assert "Accept: text/csv" in head and 'If-None-Match: "e"' in head


def test_post_follows_no_redirect(web):
    a = ask(web.serve("/a", b"go away", status=307, headers={"Location": "/b"}), kind="post", body="{}")
    assert a["ok"] and a["status"] == 307 and a["reply"] == "go away" and len(web.requests) == 1


@pytest.mark.parametrize("field", ["etag", "last_modified"])
def test_unchanged(web, field):
    a = ask(web.serve("/a", status=304), **{field: '"v1"' if field == "etag" else "Mon, 03 Mar 2025 11:00:00 GMT"})
    assert a["ok"] and a["status"] == 304 and a["unchanged"] and a["body_size"] == 0
    name = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}[field]
    assert web.requests[0][2][name]


@pytest.mark.parametrize("value,seconds", [("120", 120), ("0", 0), ("soon", 0), (None, 0)])
def test_retry_after_in_seconds(web, value, seconds):
    a = ask(web.serve("/a", b"busy", status=503, headers={"Retry-After": value} if value else {}))
    assert a["ok"] and a["status"] == 503 and a["retry_after"] == seconds


def test_retry_after_as_a_date(web):
    when = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 300))
    a = ask(web.serve("/a", status=429, headers={"Retry-After": when}))
    assert a["status"] == 429 and 290 <= a["retry_after"] <= 300


def test_an_error_page_is_no_payload(web):
    a = ask(web.serve("/a", b"<html>not here</html>", status=404))
    assert a["ok"] and a["status"] == 404 and a["body_size"] == 0 and a["reply"] == "<html>not here</html>"


def test_an_endless_error_page_is_still_a_status(raw):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 500 Oh\r\nRetry-After: 7\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    a = ask(raw(endless).url, max_bytes=1000)
    assert a["ok"] and a["status"] == 500 and a["retry_after"] == 7


@pytest.mark.parametrize("size", [1023, 1024, 65536, 65537, 1_000_000])
def test_a_long_error_page_ends_in_an_ellipsis(web, size):
    """ERROR_PAGE_MAX: no more of it is read; REPLY_MAX, with its NUL"""
    a = ask(web.serve("/a", b"x" * size, status=500))
    assert a["ok"] and a["status"] == 500 and a["reply"] == "x" * size if size < 1024 else a["reply"] == "x" * 1020 + "…"
    assert a["bytes"] == size if size <= 65536 else 65536 < a["bytes"] < 200_000


def test_a_slow_server_is_given_up(raw):
    a = ask(raw(lambda c: time.sleep(10)).url, timeout_ms=300)
    fails(a, "retry", "127.0.0.1: no complete answer in time")


def test_a_trickle_is_given_up(raw):
    def trickle(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    start = time.monotonic()
    fails(ask(raw(trickle).url, timeout_ms=500), "retry", "in time")
    assert time.monotonic() - start < 5


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    fails(ask(f"http://127.0.0.1:{port}/"), "retry", "127.0.0.1: no connection")


def test_credentials_are_never_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    a = ask(f"http://me:s3cret@127.0.0.1:{port}/x?token=s3cret", user="me", password="s3cret", bearer="s3cret")
    assert not a["ok"] and "s3cret" not in a["error"]


@pytest.mark.parametrize("more", [
    {"url": "ftp://127.0.0.1/a"}, {"url": "dict://127.0.0.1/a"}, {"url": "not a url"}, {"url": "http://"},
    {"url": "http://127.0.0.1/", "kind": "mail", "body": "x", "mail_to": ["a@b"]},
    {"url": "file:///etc/passwd", "kind": "post"},
    {"url": "http://127.0.0.1/", "headers": ["A: b\r\nEvil: c"]},
    {"url": "http://127.0.0.1/", "etag": "a\r\nEvil: c"},
    {"url": "smtp://127.0.0.1/", "kind": "mail", "body": "x", "mail_to": ["a@b>\r\nRCPT TO:<c@d"]},
    {"url": "smtp://127.0.0.1/", "kind": "mail", "body": "x", "mail_from": "a b", "mail_to": ["c@d"]},
    {"url": "smtp://127.0.0.1/", "kind": "mail", "body": "x"},
], ids=str)
def test_what_makes_no_sense_is_not_even_started(more):
    a = ask_all(more)[0][0]
    assert a["started"] is False
    fails(a, "input" if "RCPT" in str(more) else "setup")  # a recipient is the message's own


def test_a_receiver_that_fails_ends_the_transfer(web):
    fails(ask(web.serve("/a", b"x" * 100000), refuse=True), "retry", "disk full")


def test_twenty_at_once(web):
    for n in range(20):
        web.serve(f"/{n}", b"%d" % n * 1000)
    answers, _ = ask_all(*({"url": f"{web.url}/{n}"} for n in range(20)))
    assert [a["body"] for a in answers] == [str(n) * 1000 for n in range(20)]


# --- TLS ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(certificate, key) for 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    return str(folder / "cert.pem"), str(folder / "key.pem")


@pytest.fixture
def tls(web, certificate):
    """The web server, behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    web.url = web.url.replace("http:", "https:")
    return web


def test_an_unknown_certificate_is_refused(tls):
    a = ask(tls.serve("/a", b"x"))
    fails(a, "setup", "127.0.0.1: the certificate is not trusted", "ca_file")
    assert not tls.requests


def test_ca_file_makes_it_known(tls, certificate):
    a = ask(tls.serve("/a", b"safe"), ca_file=certificate[0])
    assert a["ok"] and a["body"] == "safe"


def test_a_certificate_for_another_name_is_refused(tls, certificate):
    tls.serve("/a", b"x")
    fails(ask(tls.url.replace("127.0.0.1", "localhost") + "/a", ca_file=certificate[0]), "setup", "localhost")


def test_a_missing_ca_file_is_said(tls):
    fails(ask(tls.serve("/a", b"x"), ca_file="/nowhere/ca.pem"), "setup", "check ca_file")


def test_https_never_leads_to_http(tls, certificate, raw):
    plain = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    a = ask(tls.serve("/a", status=302, headers={"Location": plain.url}), ca_file=certificate[0])
    fails(a, "setup", "redirects from https to http")
    assert not plain.seen


def test_plain_http_on_a_tls_port_is_tried_again(web):
    fails(ask(web.url.replace("http:", "https:")), "retry", "TLS")


def test_after_the_last_transfer_the_process_is_small_and_sleeps(tls, certificate, raw, post_office):
    """No connection, name or certificate is kept, and no timer of libcurl."""

    def patient(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        connection.recv(1)

    box = post_office()
    url = tls.serve("/a", b"x" * 1000)
    requests = [{"url": url, "ca_file": certificate[0], "idle_ms": 400}] * 10 + [mail(box)] * 3
    requests += [{"url": raw(patient).url}] * 10
    said = run_ask(*requests)
    assert all(a["ok"] for a in said["answers"]), said
    assert said["wakes"] <= 3
    assert said["descriptors"] <= 8, "3 standard ones and those of the loop"
    if not os.environ.get("SAN"):
        assert said["anon_kb"] < 4000, said["anon_kb"]


# --- files --------------------------------------------------------------------------------------


def test_a_file_that_is_no_newer_is_unchanged(tmp_path):
    path = tmp_path / "a b.csv"
    path.write_bytes(b"id\n1\n")
    os.utime(path, (1741000000, 1741000000))
    url = f"file://{tmp_path}/a%20b.csv"
    a = ask(url)
    assert a["ok"] and a["status"] == 200 and a["body"] == "id\n1\n"
    assert a["last_modified"] == "Mon, 03 Mar 2025 11:06:40 GMT"
    again = ask(url, last_modified=a["last_modified"])
    assert again["ok"] and again["status"] == 304 and again["unchanged"] and again["body_size"] == 0
    os.utime(path, (1741000001, 1741000001))
    assert ask(url, last_modified=a["last_modified"])["body"] == "id\n1\n"


def test_a_file_just_written_is_read_again(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    assert ask(f"file://{tmp_path}/a")["last_modified"] == ""


def test_an_empty_file(tmp_path):
    (tmp_path / "a").touch()
    a = ask(f"file://{tmp_path}/a")
    assert a["ok"] and a["status"] == 200 and a["bytes"] == 0


def test_files_that_cannot_be_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    fails(ask(f"file://{tmp_path}/missing"), "retry", "missing: No such file")
    fails(ask(f"file://{tmp_path}"), "setup", "not a regular file")
    fails(ask(f"file://{tmp_path}/pipe"), "setup", "not a regular file")
    fails(ask("file:///dev/zero"), "setup", "not a regular file")


def test_a_large_file_is_stopped(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 2000)
    fails(ask(f"file://{tmp_path}/a", max_bytes=1000), "input", "max_bytes (1000)")


# --- mail ---------------------------------------------------------------------------------------

MESSAGE = "From: a@example.gov\r\nSubject: x\r\n\r\nline\r\n.\r\n..two\r\n.end\r\n"


class Box:
    """box.say: what to answer at a step ("RCPT", "DATA", ...) instead of "250 OK"; box.wait: seconds before the answer
    to DATA."""

    def __init__(self):
        self.messages, self.say, self.wait, self.logins = [], {}, 0, []

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "MAIL" in self.say:
            return self.say["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.say:
            return self.say[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.wait)
        answer = self.say.get("DATA", "250 2.0.0 Ok: queued as 4X1")
        if answer.startswith("2"):
            self.messages.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content, session.ssl))
        return answer

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((mechanism, data.login, data.password))
        return AuthResult(success=data.password == b"s3cret", handled=False)


@pytest.fixture
def post_office():
    """post_office(**options of aiosmtpd): a Box with a url."""
    controllers = []

    def call(scheme="smtp", **options):
        box = Box()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if options.pop("logins", False):
            options.update(authenticator=box.authenticate, auth_require_tls=False)
        controller = Controller(box, hostname="127.0.0.1", port=port, **options)
        controller.start()
        controllers.append(controller)
        box.url = f"{scheme}://127.0.0.1:{port}"
        return box

    yield call
    for controller in controllers:
        controller.stop()


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def mail(box, **more):
    return {"kind": "mail", "url": box.url, "mail_from": "dutywatch@example.gov", "mail_to": ["a@example.gov"],
            "body": MESSAGE, **more}


def send(box, **more):
    return ask_all(mail(box, **more))[0][0]


def test_a_mail_arrives_byte_for_byte(post_office):
    box = post_office()
    a = send(box, mail_to=["a@example.gov", "b@example.gov"])
    assert a["ok"] and a["status"] == 250 and a["reply"] == "250 2.0.0 Ok: queued as 4X1"
    assert box.messages == [("dutywatch@example.gov", ["a@example.gov", "b@example.gov"], MESSAGE.encode(), None)]


@pytest.mark.parametrize("body", [".\r\n", "..\r\n.\r\n", ".first\r\n", "no end", "\r\n", "a\r\n.\r\nQUIT\r\n"], ids=repr)
def test_dots_and_ends(post_office, body):
    box = post_office()
    assert send(box, body=body)["ok"]
    want = body if body.endswith("\r\n") else body + "\r\n"
    assert box.messages[0][2] == want.encode()


def test_a_big_mail(post_office):
    box = post_office()
    a = send(box, body=".0123456789" * 6 + "\r\n", body_times=100_000, timeout_ms=30000)
    assert a["ok"], a
    assert box.messages[0][2] == (".0123456789" * 6 + "\r\n").encode() * 100_000


def test_an_empty_sender(post_office):
    box = post_office()
    assert send(box, mail_from="")["ok"] and box.messages[0][0] == "<>"


@pytest.mark.parametrize("say,status", [
    ({"a@example.gov": "550 5.1.1 no such user"}, 550),
    ({"a@example.gov": "451 4.7.1 greylisted"}, 451),
    ({"MAIL": "452 4.3.1 no space"}, 452),
    ({"DATA": "554 5.7.1 looks like spam"}, 554),
    ({"DATA": "421 4.3.2 closing"}, 421),
])
def test_a_refused_mail_is_an_answer(post_office, say, status):
    box = post_office()
    box.say = say
    a = send(box)
    assert a["ok"] and a["status"] == status and a["reply"] == list(say.values())[0] and not box.messages


def test_one_bad_recipient_stops_the_mail(post_office):
    box = post_office()
    box.say = {"b@example.gov": "550 no"}
    a = send(box, mail_to=["a@example.gov", "b@example.gov"])
    assert a["ok"] and a["status"] == 550 and not box.messages


def test_a_login(post_office):
    box = post_office(logins=True)
    a = send(box, user="me", password="s3cret")
    assert a["ok"] and len(box.messages) == 1 and box.logins[0][1:] == (b"me", b"s3cret")


def test_a_refused_login_needs_an_operator(post_office):
    box = post_office(logins=True)
    a = send(box, user="me", password="wr0ng")
    fails(a, "setup", "the user name or password was refused", "535")
    assert "wr0ng" not in a["error"] and not box.messages


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wanted_login_is_not_the_mails_fault(post_office):
    box = post_office(logins=True, auth_required=True)
    fails(send(box), "setup", "wants a login", "530")


def test_starttls_is_used_when_offered(post_office, server_tls, certificate):
    box = post_office(tls_context=server_tls)
    assert send(box, ca_file=certificate[0])["ok"] and box.messages[0][3]
    fails(send(box), "setup", "the certificate is not trusted")
    assert len(box.messages) == 1


def test_starttls_can_be_required(post_office, server_tls, certificate):
    fails(send(post_office(), require_tls=True), "setup", "offers no STARTTLS")
    box = post_office(tls_context=server_tls, require_starttls=True)
    assert send(box, require_tls=True, ca_file=certificate[0])["ok"] and box.messages[0][3]


def test_smtps_with_a_big_mail(post_office, server_tls, certificate):
    box = post_office("smtps", ssl_context=server_tls)
    a = send(box, ca_file=certificate[0], body="0123456789" * 7 + "\r\n", body_times=50_000, timeout_ms=30000)
    assert a["ok"] and len(box.messages[0][2]) == 72 * 50_000


def test_a_server_that_thinks_stops_nobody(post_office, web):
    """libcurl alone would wait for the answer to DATA and look at nothing else."""
    box = post_office()
    box.wait = 1.5
    answers, stall = ask_all(mail(box), {"url": web.serve("/a", b"meanwhile")})
    assert all(a["ok"] for a in answers) and len(box.messages) == 1
    assert stall < 500, f"the loop stood still for {stall} ms"


@pytest.fixture
def script():
    """script([(b"greeting", ...)]): says one line at once, then one for each line that comes; None hangs up."""
    servers = []

    def call(*lines):
        def talk(connection):
            reader = connection.makefile("rb")
            for line in lines:
                if line is None:
                    return
                connection.sendall(line)
                if not reader.readline():
                    return
            time.sleep(5)

        server = Raw(talk)
        server.url = server.url.replace("http:", "smtp:")
        servers.append(server)
        return server

    yield call
    for server in servers:
        server.close()


@pytest.mark.parametrize("lines,words", [
    ((b"554 go away\r\n", b"250 x\r\n"), ["554 go away"]),
    ((b"421 too busy\r\n", None), ["421 too busy"]),
    ((b"220 hi\r\n", b"250 me\r\n", b"250 ok\r\n", None), ["closed after RCPT TO"]),
    ((b"220 hi\r\n", b"250 me\r\n", b"hello?\r\n"), ["no answer of SMTP after MAIL FROM"]),
    ((b"220 hi\r\n", b"250 me\r\n", b"250 ok\r\n", b"354 what\r\n"), ["makes no sense after RCPT TO"]),
    ((b"220 hi\r\n", b"250 me\r\n"), ["no answer in time after MAIL FROM"]),
    ((None,), []),
    ((), []),
], ids=str)
def test_a_broken_mail_server_is_tried_again(script, lines, words):
    fails(send(script(*lines), timeout_ms=700), "retry", "127.0.0.1: ", *words)


def test_replies_of_several_lines(script):
    server = script(b"220-hello\r\n220 hi\r\n", b"250-me\r\n250 SIZE\r\n", b"250-a\r\n250-b\r\n250 c\r\n",
                    b"550-no\r\n550 5.1.1 such user\r\n")
    a = send(server, timeout_ms=3000)
    assert a["ok"] and a["status"] == 550 and a["reply"] == "550 5.1.1 such user"


def test_an_endless_reply_is_no_harm(script):
    server = script(b"220 hi\r\n", b"250 me\r\n", b"250 " + b"x" * 1_000_000 + b"\r\n", b"550 no\r\n")
    a = send(server, timeout_ms=5000)
    assert a["ok"] and a["status"] == 550
