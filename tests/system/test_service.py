"""The service: its unit, the verbs beside a running daemon, and (FULL=1, as root) a booted Debian that runs it.

The Debian root is made once by debootstrap and kept in $DUTYWATCH_ROOT, preset /var/tmp/dutywatch-debian-root. Each
run boots a copy of it (an overlay), so that it stays as it is.
"""
import datetime
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest

from conftest import PROGRAM, TOP, wait_until

UNIT = TOP / "systemd/dutywatch.service"
ROOT = pathlib.Path(os.environ.get("DUTYWATCH_ROOT", "/var/tmp/dutywatch-debian-root"))
RUNNING = "systemd,systemd-sysv,dbus,tzdata,procps".split(",")

CONFIGURATION = """
zone = "America/New_York"; mode = "live"; STATE
operators = {{ channel = "files"; to = "operators@example.org"; }};
channels = ( {{ name = "files"; }} );
routes = ( {{ channel = "files"; to = "team@example.org"; }} );
datasets = ( {{ id = "cases"; key = "case_no";
                columns = {{ case_no = "text"; opened_on = "date"; answered_on = "date"; }}; }} );
sources = ( {{ id = "cases"; url = "{url}"; {more} }} );
ladders = ( {{ name = "month"; rungs = ( {{ at = "-14 days"; }} ); }} );
subjects = ( {{ name = "case"; from = "cases"; }} );
rules = ( {{ id = "answer"; subject = "case"; title = "Answer within 30 days"; law = "Handbook, section 4";
             remedy = "Send the answer."; deadline = {{ after = "opened_on"; term = "30 days"; }};
             met_on = "answered_on"; ladder = "month"; }} );
"""
OPENED = datetime.date.today() - datetime.timedelta(days=20)
CASES = f"case_no,opened_on,answered_on\nA-1,{OPENED},\nA-2,{OPENED},{OPENED}\n"


def configuration(url, more="", state=""):
    return CONFIGURATION.format(url=url, more=more).replace("STATE", state)


# --- the unit as a file ---


def test_unit_is_good(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze")
    unit = tmp_path / "dutywatch.service"
    unit.write_text(UNIT.read_text().replace("/usr/bin/dutywatch", PROGRAM))
    verify = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert (verify.returncode, verify.stderr) == (0, ""), verify.stderr


def test_unit_is_exposed_little():
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze")
    text = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager", UNIT], capture_output=True,
                          text=True, check=True).stdout
    score = re.search(r"exposure level for dutywatch.service: ([\d.]+)", text)
    assert float(score[1]) < 1.5, text


def test_user_is_made(tmp_path):
    if not shutil.which("systemd-sysusers"):
        pytest.skip("no systemd-sysusers")
    (tmp_path / "etc").mkdir()
    subprocess.run(["systemd-sysusers", f"--root={tmp_path}", TOP / "systemd/dutywatch.sysusers"], check=True,
                   capture_output=True)
    assert re.search(r"^dutywatch:x:\d+:\d+:dutywatch:/var/lib/dutywatch:\S+nologin$",
                     (tmp_path / "etc/passwd").read_text(), re.M)


# --- verbs beside a daemon ---


@pytest.fixture
def watched(tmp_path, start, run):
    """A daemon on one file source; .conf is its configuration, .verb() runs a verb beside it."""

    class Watched:
        conf = tmp_path / "dutywatch.conf"
        mail = tmp_path / "state/outbox/new"

        def write(self, more=""):
            self.conf.write_text(configuration(f"file://{tmp_path}/cases.csv", more,
                                               f'state_dir = "{tmp_path}/state"; run_dir = "{tmp_path}/run";'))

        def verb(self, *args, **options):
            return run(*args, "-c", self.conf, **options)

        def start(self, **options):
            self.daemon = start("run", "-c", self.conf, **options)
            wait_until(lambda: (tmp_path / "run/control").exists() and self.verb("list").stdout.startswith("LAST"))

    (tmp_path / "cases.csv").write_text(CASES)
    w = Watched()
    w.write()
    return w


def test_stop_is_clean(watched):
    watched.start()
    assert watched.verb("list").returncode == 1
    watched.daemon.send_signal(signal.SIGTERM)
    assert watched.daemon.wait(10) == 0
    assert "A-1" in watched.verb("list").stdout, "without a daemon the files are read"
    refused = watched.verb("pull")
    assert refused.returncode == 3 and "no dutywatch runs" in refused.stderr


def test_reload_gives_the_verdict(watched):
    watched.start()
    assert watched.verb("reload").returncode == 0
    watched.write('evry = "1 minute";')
    refused = watched.verb("reload")
    assert refused.returncode == 78
    assert f'{watched.conf}:8: source "cases": unknown key "evry" (every?)' in refused.stderr
    assert "the old one stays" in refused.stderr
    assert "A-1" in watched.verb("list").stdout, "verbs ask the daemon, whatever became of the file"
    watched.conf.write_text("zone = ;\n")
    broken = watched.verb("reload")
    assert broken.returncode == 78 and "the rest of this file was not read" in broken.stderr
    watched.write()
    assert watched.verb("reload").returncode == 0


def test_only_the_service_needs_its_credentials(watched, tmp_path):
    """What LoadCredential gives is there for the daemon alone; whoever asks it needs none."""
    secrets = tmp_path / "credentials"
    secrets.mkdir()
    (secrets / "cases-token").write_text("secret\n")
    (secrets / "cases-token").chmod(0o400)
    watched.write('credential = "cases-token";')
    watched.start(env={**os.environ, "CREDENTIALS_DIRECTORY": str(secrets)})
    for verb in ("status", "list", "reload", "check"):
        result = watched.verb(verb)
        assert result.returncode in (0, 1), (verb, result.stderr)
    assert "comes from systemd and cannot be tried here" in watched.verb("check").stderr
    (secrets / "cases-token").chmod(0o644)
    refused = watched.verb("reload")
    assert refused.returncode == 78 and "lets others read it" in refused.stderr


# --- a booted Debian ---


class Machine:
    """A Debian booted in a container from a copy of `lower`, with dutywatch installed by make install."""

    lower = ROOT

    def __init__(self, base):
        self.base, self.root = base, base / "root"
        self.boot_log = base / "boot.log"

    def prepare(self):
        build = os.environ.get("DUTYWATCH_BUILD", "build")
        subprocess.run(["make", "install", f"O={build}", f"DESTDIR={self.root}"], cwd=TOP, check=True,
                       capture_output=True)

    def up(self):
        for name in ("root", "upper", "work"):
            (self.base / name).mkdir()
        mounted = subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                                  f"lowerdir={self.lower},upperdir={self.base}/upper,workdir={self.base}/work",
                                  self.root])
        if mounted.returncode:
            subprocess.run(["cp", "-a", f"{self.lower}/.", self.root], check=True)
        self.prepare()
        os.makedirs("/run/systemd/nspawn", exist_ok=True)
        with self.boot_log.open("wb") as log:
            self.nspawn = subprocess.Popen(
                ["systemd-nspawn", "--register=no", "--keep-unit", "--quiet", "-b", "-D", self.root,
                 "--console=read-only"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.leader = wait_until(self.find_leader, 60)
        wait_until(lambda: self("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"), 90, 0.5)

    def find_leader(self):
        assert self.nspawn.poll() is None, self.boot_log.read_text(errors="replace")
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        return next((c for c in children if pathlib.Path(f"/proc/{c}/comm").read_text() == "systemd\n"), None)

    def __call__(self, *command, check=False, seconds=120):
        """Runs a command inside."""
        result = subprocess.run(["nsenter", "-t", self.leader, *"-m -u -i -n -p -C -r -w".split(), *map(str, command)],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)
        assert not check or result.returncode == 0, (command, result.stdout, result.stderr)
        return result

    def shows(self, name):
        return self("systemctl", "show", "-P", name, "dutywatch", check=True).stdout.strip()

    def journal(self, *match):
        return self("journalctl", "--no-pager", "-o", "cat", *match, check=True).stdout

    def write(self, path, text, mode=0o644):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def down(self):
        if getattr(self, "leader", None):
            self("systemctl", "poweroff", "--no-block")
        try:
            self.nspawn.wait(30)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()
            self.nspawn.wait()
        finally:
            subprocess.run(["umount", self.root], capture_output=True)


def runtime_packages():
    """The Debian packages of the libraries that the program is linked with."""
    listed = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout
    packages = set()
    for path in re.findall(r"=> (/\S+)", listed):
        for name in (os.path.realpath(path), path):
            owner = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
            packages.update(re.findall(r"^([a-z0-9.+-]+)(?::\w+)?: ", owner.stdout, re.M)[:1])
            if owner.returncode == 0:
                break
    return sorted(packages)


def mirror():
    """Where this machine itself gets Debian from, and which one it is."""
    suite = re.search(r"^VERSION_CODENAME=(\w+)", pathlib.Path("/etc/os-release").read_text(), re.M)[1]
    apt = pathlib.Path("/etc/apt")
    for file in (apt / "sources.list", *apt.glob("sources.list.d/*")):
        text = file.read_text() if file.is_file() else ""
        found = re.search(rf"^deb (?:\[.*?\] )?(\S+) {suite} ", text, re.M)
        found = found or re.search(rf"^URIs: (\S+)\nSuites: {suite}\b", text, re.M)
        if found:
            return suite, found[1]
    return suite, "http://deb.debian.org/debian"


def make_root(root, packages):
    known = root / "root/packages"
    if known.exists() and known.read_text().split() == packages:
        return
    part = pathlib.Path(f"{root}.part")
    for old in (part, root):
        shutil.rmtree(old, ignore_errors=True)
    suite, url = mirror()
    made = subprocess.run(["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", suite, part, url],
                          capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"debootstrap: {made.stdout.splitlines()[-1:]}")
    (part / "root/packages").write_text(" ".join(packages))
    part.rename(root)


def needs_full():
    if os.environ.get("FULL") != "1":
        pytest.skip("only with FULL=1")
    if os.geteuid() != 0:
        pytest.skip("needs root")
    if "san-" in os.environ.get("DUTYWATCH_BUILD", ""):
        pytest.skip("the sanitizers' libraries are not in the Debian root")
    for tool in ("debootstrap", "systemd-nspawn", "nsenter"):
        if not shutil.which(tool):
            pytest.skip(f"no {tool}")


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    needs_full()
    make_root(ROOT, RUNNING + runtime_packages())
    m = Machine(tmp_path_factory.mktemp("machine"))
    try:
        m.up()
        yield m
    finally:
        m.down()


@pytest.fixture
def service(machine):
    """The service, started on one file source without anything of the test before."""
    machine("systemctl", "stop", "dutywatch")
    machine("rm", "-rf", "/var/lib/dutywatch", "/etc/systemd/system/dutywatch.service.d", check=True)
    machine("systemctl", "daemon-reload", check=True)
    machine("systemctl", "reset-failed", "dutywatch")
    machine.write("/srv/data/cases.csv", CASES)
    machine.write("/etc/dutywatch/dutywatch.conf", configuration("file:///srv/data/cases.csv"))
    machine("systemctl", "start", "dutywatch", check=True)
    wait_until(lambda: "delivered" in machine.journal("-u", "dutywatch", "-b") and mails(machine))
    return machine


def mails(machine):
    return sorted((machine.root / "var/lib/dutywatch/outbox/new").glob("*"))


def drop_in(machine, text):
    machine.write("/etc/systemd/system/dutywatch.service.d/test.conf", f"[Service]\n{text}\n")
    machine("systemctl", "daemon-reload", check=True)


def test_booted_as_shipped(machine):
    """Installed and started with nothing edited."""
    assert machine("systemctl", "start", "dutywatch").returncode == 0, machine.journal("-u", "dutywatch")
    assert machine.shows("ActiveState") == "active"
    assert machine.shows("StatusText").startswith("trial")
    assert machine("id", "-un", machine("stat", "-c", "%u", "/var/lib/dutywatch").stdout.strip()).stdout == "dutywatch\n"
    assert machine("stat", "-c", "%a %U %G", "/var/lib/dutywatch").stdout == "750 dutywatch dutywatch\n"
    assert machine("stat", "-c", "%a %G", "/run/dutywatch/control").stdout == "660 dutywatch\n"
    status = machine("cat", f"/proc/{machine.shows('MainPID')}/status", check=True).stdout
    assert re.search(r"^CapEff:\s0+$", status, re.M) and re.search(r"^NoNewPrivs:\s1$", status, re.M)
    assert re.search(r"^Seccomp:\s2$", status, re.M)


def test_booted_watches(service):
    assert "2 new" in service.journal("DUTYWATCH_SOURCE=cases", "-b")
    assert b"Answer within 30 days" in mails(service)[0].read_bytes()
    status = service("dutywatch", "status")
    assert status.returncode == 0 and "1 open" in status.stdout, status
    stranger = service("setpriv", "--reuid=nobody", "--clear-groups", "dutywatch", "status")
    assert stranger.returncode == 3 and "group dutywatch" in stranger.stderr, stranger


def test_booted_reload(service):
    before = service.shows("MainPID")
    service.write("/etc/dutywatch/dutywatch.conf", configuration("file:///srv/data/cases.csv", 'every = "1 hour";'))
    assert service("systemctl", "reload", "dutywatch").returncode == 0
    service.write("/etc/dutywatch/dutywatch.conf", configuration("file:///srv/data/cases.csv", 'every = "1 eon";'))
    assert service("systemctl", "reload", "dutywatch").returncode != 0
    assert 'every = "1 eon"' in service.journal("-u", "dutywatch", "-b")
    assert service.shows("ActiveState") == "active" and service.shows("MainPID") == before
    assert "2 open" in service("dutywatch", "status").stdout, "the case, and that the configuration was refused"


def test_booted_credential_and_network(service, web):
    """The secret of LoadCredential is sent, and nobody but the service needs it."""
    url = web.serve("/cases.csv", CASES.encode())
    service.write("/etc/dutywatch/secrets/cases-token", "s3cret\n", 0o600)
    drop_in(service, "LoadCredential=cases-token:/etc/dutywatch/secrets/cases-token")
    service.write("/etc/dutywatch/dutywatch.conf",
                  configuration(url.replace("127.0.0.1", "localhost"), 'credential = "cases-token";'))
    assert service("systemctl", "restart", "dutywatch").returncode == 0
    service("dutywatch", "pull", "cases", check=True)
    wait_until(lambda: web.requests)
    assert web.requests[0][2]["Authorization"] == "Bearer s3cret"
    assert service("systemctl", "reload", "dutywatch").returncode == 0, service.journal("-u", "dutywatch", "-b")
    wait_until(lambda: service("dutywatch", "status").returncode == 0)
    assert "s3cret" not in service.journal("-b")


def test_booted_survives(service):
    """Killed, it comes back with what it knew, and tells nothing twice."""
    told = mails(service)
    service("kill", "-9", service.shows("MainPID"), check=True)
    wait_until(lambda: service.shows("NRestarts") == "1" and service.shows("ActiveState") == "active", 40, 0.5)
    assert "1 open" in service("dutywatch", "status").stdout
    time.sleep(1)
    assert mails(service) == told


def test_booted_watchdog(service):
    """The loop answers it; a loop that hangs does not, and systemd starts the service again."""
    drop_in(service, "WatchdogSec=2s\nRestartSec=1s")
    service("systemctl", "restart", "dutywatch", check=True)
    pid = service.shows("MainPID")
    time.sleep(5)
    assert service.shows("MainPID") == pid and service.shows("NRestarts") == "0"
    service("kill", "-STOP", pid, check=True)
    wait_until(lambda: service.shows("NRestarts") == "1" and service.shows("ActiveState") == "active", 40, 0.5)
    assert "Watchdog timeout" in service.journal("-u", "dutywatch", "-b")


def test_booted_stop(service):
    service("systemctl", "stop", "dutywatch", check=True)
    assert (service.shows("Result"), service.shows("ExecMainStatus")) == ("success", "0")
    assert "1 open" in service("dutywatch", "status").stdout, "root reads the files"


def test_booted_bad_configuration_is_not_tried_again(service):
    service("systemctl", "stop", "dutywatch", check=True)
    service.write("/etc/dutywatch/dutywatch.conf", "zone = 5;\n")
    assert service("systemctl", "start", "dutywatch").returncode != 0
    assert service.shows("ExecMainStatus") == "78"
    time.sleep(12)
    assert service.shows("NRestarts") == "0" and service.shows("ActiveState") == "failed"
