"""Two computations that differ: a program with a mistake planted in one of them tells its operators."""
import os
import shlex
import subprocess

import pytest

from conftest import TOP
from office import Office, payload, rows

BUILD = TOP / os.environ.get("DUTYWATCH_BUILD", "build")
PACKAGES = "libcurl libconfig sqlite3 libsystemd jansson libcrypto libxxhash libzstd zlib gmime-3.0".split()


@pytest.fixture
def mutant(tmp_path):
    """mutant("calendar/period.c", old, new): the program with that change."""
    if "san-" in str(BUILD):
        pytest.skip("built without sanitizers only")

    def build(path, old, new):
        source = (TOP / "daemon" / path).read_text()
        assert source.count(old) == 1
        (tmp_path / "mutant.c").write_text(source.replace(old, new))
        clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
        flags = subprocess.run(["make", "-s", "flags"], cwd=TOP, env=clean, stdout=subprocess.PIPE, text=True, check=True)
        libraries = subprocess.run(["pkg-config", "--libs", *PACKAGES], stdout=subprocess.PIPE, text=True, check=True)
        program = tmp_path / "dutywatch"
        subprocess.run([*shlex.split(flags.stdout), "-w", "-c", "-o", tmp_path / "mutant.o", tmp_path / "mutant.c"],
                       cwd=TOP, check=True)
        subprocess.run(["gcc", "-pie", "-o", program, *sorted((BUILD / "daemon").glob("*.o")), tmp_path / "mutant.o",
                        BUILD / "libdutywatch.a", *libraries.stdout.split(), "-lm"], check=True)
        return program

    return build


def test_the_earlier_date_is_used_and_the_operators_hear_of_it(run, web, tmp_path, mutant):
    wrong = mutant("calendar/period.c", "start, t.count * 12, &clamped", "start, t.count * 12 + 1, &clamped")

    def run_wrong(*args):
        return subprocess.run([wrong, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, text=True)

    table = rows(3, **{"C-2": {"entered_on": "2020-02-12"}})
    o = Office(run, tmp_path, web.serve("/cases.csv", payload(table)))
    o.write(source='map = { ' + " ".join(f'{c} = "{c}";' for c in table[0]) + " };")
    done = run_wrong("once", "-c", o.conf, "--today", "2025-02-10")
    assert done.returncode in (0, 1), done.stderr
    assert {s: last for s, (_, last, _) in o.duties().items()} == {
        "C-1": "2025-01-15", "C-2": "2025-02-12", "C-3": "2025-03-15"}
    said = " ".join(o.said().split())
    for says in ("Dates of rule sue are computed in two ways that differ",
                 "3 of its dates differ; the first is that of C-1: the time ends on 2025-02-15, the last day is 2025-02-15 "
                 "by one computation; 2025-01-15 and 2025-01-15 by the other.",
                 "A second computation differs, so the earlier day is used"):
        assert says in said, said
    finding = next(d for d in o.ask("list", "--all")["duties"] if d["subject"] == "computation sue")
    assert (finding["status"], finding["severity"]) == ("OPEN", "critical")
    o.write(source='map = { ' + " ".join(f'{c} = "{c}";' for c in table[0]) + " };",
            top='leap_day = "march 1";')  # so that all is judged again, by the program that is right
    o.once("--today", "2025-02-11")
    assert not [d for d in o.ask("list", "--all")["duties"] if d["subject"] == "computation sue" and d["status"] == "OPEN"]
