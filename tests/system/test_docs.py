"""What is written down agrees with the program: etc/, the manual pages, the README, the completion of bash."""
import email
import email.policy
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
    assert "1 dataset, 1 source, 1 rule, " in result.stdout


# --- the manual ---


def program_options():
    """{group: options} of the tables, out of what check --options prints: "sources.map" has from and dates."""
    groups, stack = {"top": set()}, []
    for line in options_text().splitlines():
        line = re.sub(r"^[# ]*(?=\w+ = |[()}{])", "", line) if not re.match(r"[# ]*# \w", line) else ""
        group = ".".join(name for name, kind in stack if kind == "group")
        in_map = group in ("datasets.columns", "sources.map", "sources.take.map") and stack[-1][1] == "group"
        if opened := re.fullmatch(r"(\w+) = [({]", line):
            if not in_map:
                groups.setdefault(group or "top", set()).add(opened[1])
            stack.append((opened[1], "element" if in_map else "group"))
        elif line == "{":
            stack.append(("", "element"))
        elif re.fullmatch(r"[})];?", line):
            stack.pop()
        elif (set_to := re.match(r"(\w+) = ", line)) and not in_map:
            groups.setdefault(group or "top", set()).add(set_to[1])
    assert not stack
    return {name: options for name, options in groups.items() if options}


def manual_lists(kind, *pages):
    """{name: items} of the lists that stand after a line '.\\" KIND: NAME, NAME', inner lists for the verbs alone."""
    found = {}
    for page in pages:
        for part in re.split(rf'^\.\\" {kind}: ', (TOP / "daemon" / page).read_text(), flags=re.M)[1:]:
            name, _, rest = part.partition("\n")
            depth, items = 0, []
            for line in rest.splitlines():
                depth += line.startswith(".Bl") - line.startswith(".El")
                if line.startswith(".It ") and (depth == 1 or kind == "verb"):
                    items.append(line[4:])
                if line.startswith(".El") and depth == 0:
                    break
            for each in name.split(", "):
                assert each not in found, f"{each} stands twice in the manual"
                found[each] = items
    return found


def test_manual_has_every_option():
    manual = {group: {item.removeprefix("Ic ") for item in items if item.startswith("Ic ")}
              for group, items in manual_lists("options", "dutywatch.conf.5", "dutywatch.rules.5").items()}
    assert manual == program_options()


def help_of(*verb):
    return subprocess.run([PROGRAM, *verb, "--help"], capture_output=True, text=True, check=True).stdout


def verbs():
    text = help_of()
    return re.findall(r"^    ([a-z-]+) ", text[text.index("Usage:"):text.index("Every verb")], re.M)


def options_of(text):
    return set(re.findall(r"^    --([a-z-]+)", text, re.M))


def test_manual_has_every_verb():
    manual = manual_lists("verb", "dutywatch.8")
    every = options_of(help_of())
    assert set(manual) == {"all", *verbs()}
    assert {re.match(r"Fl -([a-z-]+)", item)[1] for item in manual["all"]
            if item.startswith("Fl -")} | {"help"} == every
    for verb in verbs():
        assert manual[verb][0].startswith(f"Nm Cm {verb}"), verb
        described = {re.match(r"Fl -([a-z-]+)", item)[1] for item in manual[verb][1:]}
        assert described == options_of(help_of(verb)) - every, verb
        named = set(re.findall(r"Fl -([a-z-]+)", manual[verb][0]))
        assert named <= described and (named == described or "filters" in manual[verb][0]), verb


def test_manual_has_every_function():
    source = (TOP / "daemon/judge/functions.c").read_text()
    names = "".join(re.findall(r'"(.*?)"', source.split("function_names[] =")[1].split(";")[0])).split()
    page = (TOP / "daemon/dutywatch.rules.5").read_text()
    section = page[page.index(".Ss Functions"):page.index("Expressions run in a cage")]
    own = re.findall(r"Fn (\w+) ", section)
    listed = re.search(r"Of SQLite's own there are\n(.*?)\.$", section, re.S | re.M)[1]
    assert sorted(own + re.findall(r"\w+", listed.replace(" and ", ", "))) == sorted(names)


# --- the README ---


def readme(kind):
    """The block of this kind in the README."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", (TOP / "README.md").read_text(), re.M | re.S)
    assert len(blocks) == 1, kind
    return blocks[0]


def test_readme_is_true(run, tmp_path):
    """What the README says to do, done; what it shows, shown."""
    assert readme("conf") == (TOP / "etc/examples/first.conf").read_text()
    conf, folder = tmp_path / "first.conf", tmp_path / "first"
    folder.mkdir()
    conf.write_text(readme("conf").replace("/tmp/first", str(folder)))
    (folder / "permits.csv").write_text(readme("csv"))
    for line in readme("sh").splitlines()[1:]:
        words = line.replace("/tmp/first/first.conf", str(conf)).split()
        assert words[0] == "build/dutywatch"
        result = run(*words[1:])
        assert result.returncode in (0, 1), (line, result.stderr)
        assert result.stderr == "", line
    mails = list((folder / "mail/new").iterdir())
    assert len(mails) == 1
    mail = email.message_from_bytes(mails[0].read_bytes(), policy=email.policy.default)
    assert mail["To"] == "maria@example.org"
    assert readme("text").strip() in mail.get_body(("plain",)).get_content().replace("\r", "")


def test_dry_run_shows_only_what_it_would_send(run, tmp_path):
    conf = tmp_path / "first.conf"
    conf.write_text(readme("conf").replace("/tmp/first", str(tmp_path)))
    (tmp_path / "permits.csv").write_text(readme("csv"))
    run("once", "-c", conf, "--today", "2026-11-24")
    shown = run("once", "-c", conf, "--today", "2026-12-04", "--dry-run").stdout.split("Dry run")[1]
    assert "QUEUED" in shown and "the last day has passed" in shown and "SENT" not in shown
    assert "judged 2026-11-24" in run("status", "-c", conf).stdout
    key = run("queue", "-c", conf, "--all").stdout.split()[0]
    assert "\\x09" not in run("queue", "-c", conf, "--show", key).stdout


def test_readme_names_what_is_there():
    text = (TOP / "README.md").read_text()
    for target in re.findall(r"\]\((?!http)(.*?)\)", text):
        assert (TOP / target).exists(), target
    folders = re.findall(r"^      (\w+)/ ", text, re.M)
    assert folders == sorted(p.name for p in (TOP / "daemon").iterdir() if p.is_dir())
    tops = re.findall(r"^    (\w+)/ ", text, re.M)
    assert {"daemon", "etc", "systemd", "tests"} <= set(tops) <= {p.name for p in TOP.iterdir() if p.is_dir()}


# --- completion ---

COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dutywatch; printf '%s\\n' "${COMPREPLY[@]}"
"""


def completed(*words):
    result = subprocess.run(["bash", "-c", COMPLETE, "bash", TOP / "daemon/completion.bash", PROGRAM, *words],
                            capture_output=True, text=True, check=True)
    assert result.stderr == ""
    return result.stdout.split()


def test_bash_completes(run, tmp_path):
    assert set(completed("")) == {*verbs(), "--help", "--version"}
    assert completed("rel") == ["release", "reload"]
    for verb in verbs():
        assert {f"--{option}" for option in options_of(help_of(verb))} == set(completed(verb, "--")), verb
    assert completed("list", "--sort", "") == ["urgency", "due", "amount", "subject"]
    conf = tmp_path / "first.conf"
    conf.write_text(readme("conf").replace("/tmp/first", str(tmp_path)))
    assert completed("pull", "-c", str(conf), "") == [], "nothing was judged yet"
    (tmp_path / "permits.csv").write_text(readme("csv"))
    run("once", "-c", conf, "--today", "2026-11-24")
    assert completed("pull", "-c", str(conf), "") == ["permits"]
    assert completed("release", "-c", str(conf), "permits", "") == []
    assert completed("list", "-c", str(conf), "--rule", "r") == ["renew"]
    assert completed("send-test", "-c", str(conf), "") == ["files"]
    assert completed("send-test", "-c", str(conf), "files", "") == []


# --- wrong values ---


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
