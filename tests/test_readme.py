"""The commands of the README, as written, on a small invented history."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line, comments=True)[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("triage ")
]
SERVES = "serve"


def triage(folder, *arguments):
    command = [sys.executable, "-m", "ticket_triage", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Return a folder with the files the README names."""
    folder = tmp_path_factory.mktemp("desk")
    assert triage(folder, "data", "sample", "--out", ".", "--tickets", "1200").returncode == 0
    pd.read_csv(folder / "sample_history.csv.gz", dtype=str).to_csv(folder / "history.csv", index=False)
    waiting = pd.read_csv(folder / "new_tickets.csv", dtype=str)
    waiting.loc[0, "ticket_id"] = "T-17"
    for name in ("new.csv", "open.csv"):
        waiting.to_csv(folder / name, index=False)
    return folder


def test_every_command_for_ones_own_tickets_works_in_the_order_written(desk):
    assert len(COMMANDS) > 5
    for arguments in COMMANDS:
        ended = triage(desk, *arguments, *(["--help"] if arguments[0] == SERVES else []))
        allowed = (0, 1) if arguments[0] == "monitor" else (0,)
        assert ended.returncode in allowed, (arguments, ended.stderr)
        assert "Traceback" not in ended.stderr


def test_the_main_command_and_its_output_stand_before_line_40():
    assert "triage demo" in "\n".join(README.splitlines()[:40])


def test_the_python_that_is_shown_decides_the_same_tickets(desk, monkeypatch, capsys):
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(desk)
    exec(compile(code, "README.md", "exec"), {})
    assert "T-17" in capsys.readouterr().out
