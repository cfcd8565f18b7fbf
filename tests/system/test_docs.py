"""What is written down agrees with the program: etc/, the manual pages, the README, the completion of bash."""
import os
import re
import shutil
import subprocess

import pytest

from conftest import TOP, PROGRAM

FULL = os.environ.get("FULL") == "1"
CONF = TOP / "etc/dutywatch.conf"


def options_text():
    return subprocess.run([PROGRAM, "check", "--options"], capture_output=True, text=True, check=True).stdout


def uncommented(text):
    """Each top-level block behind # without its first #."""
    lines, block = [], False
    for line in text.splitlines():
        block = block or re.fullmatch(r"#\w+ = [({]", line) is not None
        lines.append(line[1:] if block else line)
        block = block and line not in ("#);", "#};")
    return "\n".join(lines) + "\n"


def test_shipped_configuration_is_what_the_program_prints():
    assert CONF.read_text() == options_text(), "run: build/dutywatch check --options > etc/dutywatch.conf"


def test_shipped_configuration_works_as_it_is(run, tmp_path):
    result = run("check", "-c", CONF, "--state-dir", tmp_path)
    assert result.returncode == 0, result.stderr
    assert "good" in result.stdout
    once = run("once", "-c", CONF, "--state-dir", tmp_path / "state")
    assert once.returncode == 0, once.stderr


def test_shipped_configuration_works_with_its_examples(run, tmp_path):
    whole = tmp_path / "dutywatch.conf"
    whole.write_text(uncommented(CONF.read_text()))
    result = run("check", "-c", whole)
    assert result.returncode == 0, result.stderr
    assert "1 datasets, 1 sources, 1 rules" in result.stdout


@pytest.mark.parametrize("value", ["5", ""] + (['"x"', '""', "[ ]", "{ }", "( { } )"] if FULL else []))
def test_a_wrong_value_is_said(run, tmp_path, value):
    """Each option of the shipped file with its examples, given what it does not take."""
    lines = uncommented(CONF.read_text()).splitlines()
    wrong = tmp_path / "dutywatch.conf"
    for number, line in enumerate(lines):
        if option := re.fullmatch(r"( *)#?(\w+) = (?![({]$).*;", line):
            changed = f"{option[1]}{option[2]} = {value};" if value else ""
            wrong.write_text("\n".join(lines[:number] + [changed] + lines[number + 1:]))
            result = run("check", "-c", wrong)
            assert result.returncode in (0, 78), (changed, result.stderr)
            assert result.returncode == 0 or f"{wrong}:" in result.stderr, (changed, result.stderr)
