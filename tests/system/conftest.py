"""What the system tests share: the real program, a web server and a mail server on loopback that misbehave on order.

The runner sets DUTYWATCH (the program), DUTYWATCH_SHARED (real data, may be missing) and FULL.
"""
import http.server
import os
import pathlib
import socket
import subprocess
import threading
import time

import pytest
from aiosmtpd.controller import Controller

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("DUTYWATCH", str(TOP / "build" / "dutywatch"))
SHARED = pathlib.Path(os.environ.get("DUTYWATCH_SHARED", TOP.parent / "shared"))


def wait_until(condition, seconds=20, every=0.02):
    """Polls until condition() is true and returns its value; fails the test after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(every)
    pytest.fail(f"not true within {seconds} seconds: {getattr(condition, '__doc__', None) or condition}")


@pytest.fixture
def shared():
    """shared("data/x"): the path of real input; skips the test where it is not there."""

    def find(name):
        if not (SHARED / name).exists():
            pytest.skip(f"{SHARED / name} is not there")
        return SHARED / name

    return find


@pytest.fixture
def run():
    """run("once", "--today", "2025-03-03"): the program to its end; a CompletedProcess with text."""

    def call(*args, seconds=60, **options):
        return subprocess.run([PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=seconds, **options)

    return call


@pytest.fixture
def start(tmp_path):
    """start("run", ...): the program in the background, its output in .log; killed at the end of the test."""
    started = []

    def call(*args, **options):
        log = tmp_path / f"program-{len(started)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen([PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                       **options)
        process.log = log
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


class Web(http.server.ThreadingHTTPServer):
    """web.serve("/a.csv", b"...", status=200, headers={...}) answers so from now on; web.requests is what came in.

    A callable instead of bytes gets the request handler and writes what it likes (truncated, endless, nothing).
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), WebHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers, self.requests = {}, []

    def serve(self, path, body=b"", status=200, headers=None):
        self.answers[path] = (body, status, headers or {})
        return self.url + path

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is part of the tests


class WebHandler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers), sent))
        body, status, headers = self.server.answers.get(self.path, (b"not here\n", 404, {}))
        if callable(body):
            body(self)
            return
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


@pytest.fixture
def web():
    server = Web()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Mailbox:
    """mail.messages: (from, [to], bytes) as accepted. mail.answers: replies for the next messages, then "250 OK".

    mail.at["MAIL"], mail.at["ann@example.gov"]: the reply to MAIL, to RCPT of that address, until it is taken out.
    """

    def __init__(self):
        self.messages, self.answers, self.at = [], [], {}

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.at.get("MAIL", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address not in self.at:
            envelope.rcpt_tos.append(address)
        return self.at.get(address, "250 OK")

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            self.messages.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return answer


@pytest.fixture
def mail():
    box = Mailbox()
    with socket.socket() as probe:  # a free port; aiosmtpd cannot be asked for one
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()
