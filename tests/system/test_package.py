"""The Debian package: what is in it, and (FULL=1, as root) a booted Debian that installs, upgrades and purges it.

The Debian root has systemd and nothing that the package needs beside it: apt must bring that. It is made once by
debootstrap and kept in $DUTYWATCH_PACKAGE_ROOT, preset /var/tmp/dutywatch-package-root.
"""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import TOP, wait_until
from test_service import CASES, Machine, configuration, mails, make_root, needs_full

ROOT = pathlib.Path(os.environ.get("DUTYWATCH_PACKAGE_ROOT", "/var/tmp/dutywatch-package-root"))
BUILD = os.environ.get("DUTYWATCH_BUILD", "build")
VERSION = re.search(r"^VERSION\s*:= (\S+)", (TOP / "Makefile").read_text(), re.M)[1]


def make_deb(tree, *args, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    made = subprocess.run(["make", "-s", "deb", *args], cwd=tree, capture_output=True, text=True,
                          env={**clean, **environment})
    assert made.returncode == 0, made.stdout + made.stderr
    return pathlib.Path(made.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def deb(tmp_path_factory):
    """deb("1.2.3"): the package with that version, "" for its own; a copy, so that the next one may be made."""
    if not shutil.which("dpkg-shlibdeps"):
        pytest.skip("no dpkg-shlibdeps")
    if "san-" in BUILD:
        pytest.skip("the sanitizers' libraries are in no package")
    folder = tmp_path_factory.mktemp("deb")

    def make(version=""):
        built = make_deb(TOP, f"O={BUILD}", *([f"DEB_VERSION={version}"] if version else []))
        return pathlib.Path(shutil.copy(built, folder))

    return make


def told(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout


def test_what_is_in_it(deb):
    file = deb()
    names = {line.split()[5][1:] for line in told("dpkg-deb", "-c", file).splitlines() if not line.endswith("/")}
    assert {n for n in names if not n.startswith("/usr/share/dutywatch/")} == {
        "/etc/dutywatch/dutywatch.conf", "/lib/systemd/system/dutywatch.service", "/usr/bin/dutywatch",
        "/usr/lib/sysusers.d/dutywatch.conf", "/usr/share/bash-completion/completions/dutywatch",
        "/usr/share/man/man5/dutywatch.conf.5.gz", "/usr/share/man/man5/dutywatch.rules.5.gz",
        "/usr/share/man/man5/dutywatch.test.5.gz",
        "/usr/share/man/man8/dutywatch.8.gz", *(f"/usr/share/doc/dutywatch/{n}" for n in
                                               ("README.md", "changelog.gz", "copyright"))}
    owners = {line.split()[1] for line in told("dpkg-deb", "-c", file).splitlines()}
    assert owners == {"root/root"}
    fields = dict(re.findall(r"^(\S+): (.*)$", told("dpkg-deb", "-f", file), re.M))
    assert {"libc6", "libconfig9", "libcurl4", "libsqlite3-0", "libsystemd0", "libjansson4", "tzdata", "systemd"} <= {
        d.split()[0] for d in fields["Depends"].split(", ")}
    assert fields["Architecture"] == told("dpkg", "--print-architecture").strip()
    assert file.name == f"dutywatch_{fields['Version']}_{fields['Architecture']}.deb"


def test_versions_grow(tmp_path):
    """On the way to a version, at its tag, and without git."""
    tree = tmp_path / "tree"
    script = tree / "systemd/debian/version"
    script.parent.mkdir(parents=True)
    shutil.copy(TOP / "systemd/debian/version", script)
    git = ["git", "-C", str(tree), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    assert told(script, "0.1.0") == "0.1.0\n"
    told("git", "init", "-q", tree)
    seen = []
    for i in range(11):
        (tree / "file").write_text(str(i))
        told(*git, "add", "file")
        told(*git, "commit", "-q", "-m", "x")
        seen.append(told(script, "0.1.0").strip())
    told(*git, "tag", "v0.1.0")
    seen.append(told(script, "0.1.0").strip())
    seen.append(told(script, "0.2.0").strip())
    for before, after in zip(seen, seen[1:]):
        subprocess.run(["dpkg", "--compare-versions", before, "lt", after], check=True)
    assert seen[-2] == "0.1.0"


def test_lintian_has_nothing_to_say(deb):
    if not shutil.which("lintian"):
        pytest.skip("no lintian")
    said = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", "--tag-display-limit=0", deb()],
                          capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, "")


def test_the_same_tree_gives_the_same_bytes(tmp_path, deb):
    """From two clones in other folders, compiled anew."""
    if os.environ.get("FULL") != "1":
        pytest.skip("only with FULL=1")
    made = []
    for name in ("one", "another-folder"):
        told("git", "clone", "-q", TOP, tmp_path / name)
        made.append(make_deb(tmp_path / name, SOURCE_DATE_EPOCH="1700000000"))
    assert made[0].name == made[1].name
    assert made[0].read_bytes() == made[1].read_bytes()


# --- a booted Debian ---


class Bare(Machine):
    """Nothing of ours in it."""

    lower = ROOT

    def prepare(self):
        apt = self.root / "etc/apt/apt.conf.d"
        for file in pathlib.Path("/etc/apt/apt.conf.d").glob("*"):
            if "docker" not in file.name:
                shutil.copy(file, apt)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")

    def apt(self, *args):
        proxies = [f"{k}={v}" for k, v in os.environ.items() if k.lower().endswith("_proxy")]
        done = self("env", "DEBIAN_FRONTEND=noninteractive", *proxies, "apt-get", "-q", "-y", "--no-install-recommends",
                    *args, seconds=600)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        return done.stdout

    def install(self, deb):
        shutil.copy(deb, self.root / "root")
        return self.apt("install", f"/root/{deb.name}")

    def version(self):
        return self("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", "dutywatch").stdout


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    needs_full()
    make_root(ROOT, "systemd,systemd-sysv,dbus,procps".split(","))
    m = Bare(tmp_path_factory.mktemp("bare"))
    try:
        m.up()
        m.apt("update")
        yield m
    finally:
        m.down()


def active(machine):
    return machine("systemctl", "is-active", "dutywatch").stdout.strip()


def test_booted_from_install_to_purge(bare, deb):
    """One life of the package, on one machine."""
    own = deb()
    # installed alone, with what it needs; it runs, enabled, and watches nothing
    assert "libconfig9" in bare.install(own)
    assert active(bare) == "active" and bare.shows("StatusText").startswith("trial")
    assert bare("systemctl", "is-enabled", "dutywatch").stdout == "enabled\n"
    assert bare("dutywatch", "check").returncode == 0

    # it pulls and sends
    bare.write("/srv/data/cases.csv", CASES)
    bare.write("/etc/dutywatch/dutywatch.conf", configuration("file:///srv/data/cases.csv"))
    assert bare("systemctl", "reload", "dutywatch").returncode == 0, bare.journal("-u", "dutywatch")
    wait_until(lambda: mails(bare))
    pid = bare.shows("MainPID")
    bare.write("/etc/dutywatch/dutywatch.conf", configuration("file:///srv/data/cases.csv", 'every = "1 eon";'))
    assert bare("systemctl", "reload", "dutywatch").returncode != 0 and bare.shows("MainPID") == pid
    edited = configuration("file:///srv/data/cases.csv", 'every = "1 hour";')
    bare.write("/etc/dutywatch/dutywatch.conf", edited)
    assert bare("systemctl", "reload", "dutywatch").returncode == 0
    sent = mails(bare)
    listed = bare("dutywatch", "list").stdout

    # a higher version takes its place with the state and the edited configuration
    bare.install(deb("0.1.0+1"))
    assert bare.version() == "ii 0.1.0+1" and active(bare) == "active" and bare.shows("MainPID") != pid
    assert (bare.root / "etc/dutywatch/dutywatch.conf").read_text() == edited
    wait_until(lambda: bare("dutywatch", "list").stdout == listed)
    assert bare("dutywatch", "verify").returncode == 0
    news = [m.read_bytes() for m in mails(bare) if m not in sent]
    assert all(b"configuration" in m for m in news), "that it was refused above, and nothing twice"

    # whoever disabled it finds it so after the next one
    bare("systemctl", "disable", "--now", "dutywatch", check=True)
    bare.install(deb("0.1.0+2"))
    assert active(bare) == "inactive" and bare("systemctl", "is-enabled", "dutywatch").stdout == "disabled\n"
    bare("systemctl", "enable", "--now", "dutywatch", check=True)

    # removed: the record and the configuration stay; installed again, it goes on
    sent = mails(bare)
    bare.apt("remove", "dutywatch")
    assert active(bare) != "active" and not (bare.root / "usr/bin/dutywatch").exists()
    assert (bare.root / "var/lib/dutywatch/state.db").exists()
    assert (bare.root / "etc/dutywatch/dutywatch.conf").read_text() == edited
    bare.install(deb("0.1.0+3"))
    assert active(bare) == "active"
    wait_until(lambda: bare("dutywatch", "list").stdout == listed)
    assert mails(bare) == sent, "nothing is told twice"

    # purged: nothing is left but the user
    bare.apt("purge", "dutywatch")
    for path in ("etc/dutywatch", "var/lib/dutywatch", "run/dutywatch", "usr/share/doc/dutywatch",
                 "etc/systemd/system/multi-user.target.wants/dutywatch.service",
                 "var/lib/systemd/deb-systemd-helper-enabled/dutywatch.service.dsh-also"):
        assert not (bare.root / path).exists() and not (bare.root / path).is_symlink(), path
    assert bare("id", "dutywatch").returncode == 0
    assert bare("systemctl", "list-unit-files", "dutywatch.service").stdout.strip().endswith("0 unit files listed.")
