"""What a stranger does (FULL=1, as root): in a Debian with only git, make and ca-certificates added, `make demo` and
`make check` pass with nothing else done by hand.

The root is made once by debootstrap and kept in $DUTYWATCH_CLEAN_ROOT, preset /var/tmp/dutywatch-clean-root; each run
works in an overlay of it, with a fresh clone of what is committed here.
"""
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

from conftest import SHARED, TOP, wait_until
from test_service import mirror

ROOT = pathlib.Path(os.environ.get("DUTYWATCH_CLEAN_ROOT", "/var/tmp/dutywatch-clean-root"))


def make_root():
    if (ROOT / "root/made").exists():
        return
    part = pathlib.Path(f"{ROOT}.part")
    for old in (part, ROOT):
        shutil.rmtree(old, ignore_errors=True)
    suite, url = mirror()
    made = subprocess.run(["debootstrap", "--variant=minbase", "--include=git,make,ca-certificates", suite, part, url],
                          capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"debootstrap: {made.stdout.splitlines()[-1:]}")
    for name in ("sources.list", "sources.list.d", "apt.conf.d", "trusted.gpg.d"):  # as this machine reaches Debian
        ours, theirs = pathlib.Path("/etc/apt", name), part / "etc/apt" / name
        if ours.is_dir():
            shutil.copytree(ours, theirs, dirs_exist_ok=True)
        elif ours.exists():
            shutil.copy(ours, theirs)
    (part / "root/made").write_text("")
    part.rename(ROOT)


@pytest.fixture
def stranger(tmp_path):
    """stranger("make demo"): a command in the clone, inside the clean root; (exit code, output, seconds)."""
    if os.environ.get("FULL") != "1":
        pytest.skip("only with FULL=1")
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("needs root and debootstrap")
    if os.environ.get("SAN"):
        pytest.skip("once is enough")
    make_root()
    root = tmp_path / "root"
    for name in ("root", "upper", "work"):
        (tmp_path / name).mkdir()
    # the mounts are those of one process, and end with it: nobody else ever sees /dev below the folder of a test
    holder = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "sleep", "infinity"])
    inside = ["nsenter", "-t", str(holder.pid), "-m"]
    wait_until(lambda: os.readlink(f"/proc/{holder.pid}/ns/mnt") != os.readlink("/proc/self/ns/mnt"))

    def mount(*args):
        subprocess.run([*inside, "mount", *args], check=True)

    try:
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={ROOT},upperdir={tmp_path}/upper,workdir={tmp_path}/work", root)
        subprocess.run([*inside, "mkdir", "-p", *(root / name for name in ("proc", "sys", "dev"))], check=True)
        mount("-t", "proc", "proc", root / "proc")
        mount("--rbind", "/dev", root / "dev")
        subprocess.run([*inside, "cp", "/etc/resolv.conf", root / "etc/resolv.conf"], check=True)
        subprocess.run([*inside, "git", "clone", "--quiet", TOP, root / "root/dutywatch"], check=True)
        if SHARED.exists():
            subprocess.run([*inside, "mkdir", root / "root/shared"], check=True)
            mount("--bind", "-o", "ro", SHARED, root / "root/shared")
        clean = {k: v for k, v in os.environ.items() if k in ("http_proxy", "https_proxy", "no_proxy")}
        clean |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "TERM": "dumb"}

        def call(command):
            began = time.monotonic()
            done = subprocess.run([*inside, "chroot", root, "sh", "-c", f"cd /root/dutywatch && {command}"], env=clean,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            return done.returncode, done.stdout, time.monotonic() - began

        yield call
    finally:
        holder.kill()
        holder.wait()


def test_a_stranger_types_two_commands(stranger):
    code, said, _ = stranger("make demo")
    assert code == 0, said[-3000:]
    assert "Installing Debian packages: " in said, "what is installed is said aloud"
    for part in ("The daemon reads the cases", "Presidio Textiles", "Daily summary", "How the date was computed:",
                 "What to try next"):
        assert part in said, part
    code, said, seconds = stranger("make check")
    assert code == 0, said[-5000:]
    assert re.search(r"^\d+ passed, 0 failed$", said.splitlines()[-1]), said[-500:]
    code, again, seconds = stranger("make check")
    assert code == 0, again[-3000:]
    print(f"make check, everything installed: {seconds:.0f} s")
    assert seconds < 600, "make check takes under ten minutes, installing not counted"
