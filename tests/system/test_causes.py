"""Each cause of a move has a scenario in which it happens: none is left that nothing has ever played through."""
import concurrent.futures
import json
import os
import re
import subprocess

from conftest import TOP

BUILD = TOP / os.environ.get("DUTYWATCH_BUILD", "build")


def causes_of(scenario):
    done = subprocess.run([BUILD / "tests/scenario/scenario", "--facts", scenario], capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout
    return {json.loads(line[len("move "):])[4] for line in done.stdout.splitlines() if line.startswith("move ")}


def test_each_cause_happens_in_a_scenario():
    named = set(re.findall(r'\[CAUSE_\w+\] = "([^"]+)"', (TOP / "daemon/judge/finding.c").read_text()))
    assert len(named) > 12
    scenarios = sorted(s for s in (TOP / "tests/scenario").glob("*.scn") if s.stem != "months")  # years of one office, for its speed
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        played = set().union(*pool.map(causes_of, scenarios))
    assert played == named
