"""What somebody meets who has just installed the command."""

import json
import os
import subprocess
import sys

import pytest

from ticket_triage import __version__

HEAVY = ("pandas", "numpy", "sklearn", "scipy", "fastapi", "uvicorn", "rich", "ticket_triage.policy")
COMMANDS = [
    (),
    ("train",),
    ("evaluate",),
    ("predict",),
    ("explain",),
    ("queue",),
    ("demo",),
    ("serve",),
    ("data", "check"),
    ("report", "numbers"),
    ("report", "proof"),
    ("report", "roles"),
    ("plan", "week"),
]

ASK_FOR_HELP = """
import json, resource, sys
from ticket_triage.cli.main import run
sys.argv = ["triage", *json.loads(sys.argv[1]), "--help"]
try:
    run()
except SystemExit:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    heavy = [name for name in json.loads(%r) if name in sys.modules]
    print(json.dumps({"heavy": heavy, "seconds": spent.ru_utime + spent.ru_stime}))
"""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "triage")
def test_help_loads_nothing_heavy_and_costs_under_half_a_second(command):
    script = ASK_FOR_HELP % json.dumps(HEAVY)
    asked = [sys.executable, "-c", script, json.dumps(command)]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    told, _, measured = shown.rstrip("\n").rpartition("\n")
    assert json.loads(measured)["heavy"] == []
    assert json.loads(measured)["seconds"] < 0.5
    assert told.startswith("Usage: triage")
    assert "Example: triage" in told


def test_help_lists_every_command(triage):
    shown = triage("--help")
    assert shown.code == 0
    for command in COMMANDS[1:]:
        assert f"\n  {command[0]} " in shown.out


def test_the_version_is_the_packages(triage):
    assert triage("--version") == (0, f"triage {__version__}\n", "")


def test_the_module_is_the_command(program):
    assert program("--version").stdout == f"triage {__version__}\n"


def test_no_command_at_all_shows_the_help(triage):
    shown = triage()
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("Usage: triage")


def test_a_group_without_its_command_points_to_its_help(triage):
    assert triage("data") == (2, "", "triage: Missing command. See 'triage data --help'.\n")


def complete(words, position, **variables):
    asked = {"_TRIAGE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(position)}
    command = [sys.executable, "-m", "ticket_triage"]
    return subprocess.run(command, env=os.environ | asked | variables, capture_output=True, text=True, check=False)


def test_the_shell_completes_commands_and_options():
    assert complete("triage tr", 1).stdout.split() == ["train"]
    assert complete("triage predict --mo", 2).stdout.split() == ["--models", "--model-only"]


def test_the_shell_is_given_its_completion_script():
    shown = complete("", 0, _TRIAGE_COMPLETE="source_bash")
    assert shown.returncode == 0
    assert "complete -o default -F _triage_completion triage" in shown.stdout
