"""Ctrl+C, a stopped container and a closed pipe: one line or none, nothing half written, nobody left behind."""

import os
import shlex
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

COMMAND = [sys.executable, "-m", "ticket_triage"]
INTERRUPTED = (130, -signal.SIGINT)
"""What a shell shows as 130: the code itself, or the end by the signal, which Python may choose while it imports."""

STOPPED = "triage: stopped; nothing was left half written.\n"


def left_of(group):
    """Return the commands of a process group that still run."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in listed.splitlines())
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def stop(arguments, folder, wait, how=signal.SIGINT):
    """Run a command until ``wait(pid)`` is true, stop it as a terminal would, and return how it ended."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 30
    while not wait(process.pid) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, how)
    out, err = process.communicate(timeout=30)
    until = time.monotonic() + 5
    while (left := left_of(process.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []
    return process.returncode, out, err


@pytest.fixture
def many(waiting, tmp_path_factory):
    """Return enough tickets to be caught in the middle of."""
    path = tmp_path_factory.mktemp("data") / "many.csv"
    frame = pd.concat([pd.read_csv(waiting, dtype=str)] * 2000, ignore_index=True)
    frame.assign(ticket_id=[f"M-{number}" for number in range(len(frame))]).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "stopped container"])
def test_predicting_stopped_in_the_middle_leaves_nothing(many, small_models, tmp_path, how):
    (tmp_path / "answers.csv").write_text("older")
    asked = "predict", many, "--out", "answers.csv", "--receipts", "receipts.jsonl"
    ended = stop(
        [*asked, "--models", small_models, "--name", "small"],
        tmp_path,
        lambda pid: any(path.stat().st_size for path in tmp_path.glob(".draft-*")),
        how,
    )
    assert ended[0] in INTERRUPTED
    assert ended[1:] == ("", STOPPED)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("answers.csv", "older")]


@pytest.mark.parametrize("delay_s", [0.1, 0.8, 3.0])
def test_training_stopped_at_any_moment_leaves_nothing(tmp_path, delay_s):
    started = time.monotonic()
    ended = stop(["demo", "--no-serve", "--fast"], tmp_path, lambda pid: time.monotonic() > started + delay_s)
    assert ended[0] in INTERRUPTED
    assert ended[1:] == ("", STOPPED)
    assert list(tmp_path.rglob("*")) == []


@pytest.fixture
def long_history(tmp_path_factory):
    """Return enough tickets for training to share its work out to processes."""
    folder = tmp_path_factory.mktemp("data")
    subprocess.run([*COMMAND, "data", "sample", "--out", folder, "--tickets", "14000"], check=True, capture_output=True)
    return folder / "sample_history.csv.gz"


def test_training_stopped_while_its_helpers_work_leaves_none_of_them(tmp_path, long_history):
    code, out, err = stop(["train", long_history], tmp_path, lambda pid: len(left_of(pid)) > 3)
    assert (code in INTERRUPTED, out) == (True, "")
    assert STOPPED in err
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("arguments", [["--help"], ["data", "check", "{history}"]], ids=["help", "check"])
def test_a_reader_that_leaves_early_gets_no_complaint(history, arguments):
    command = shlex.join([*COMMAND, *(word.format(history=history) for word in arguments)])
    ended = subprocess.run(["sh", "-c", f"{command} | head -n 1"], capture_output=True, text=True, check=True)
    assert ended.stdout.count("\n") == 1
    assert ended.stderr == ""


def test_a_file_gets_no_colour_and_no_progress(program, history):
    ended = program("train", history, "--fast")
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert "\x1b" not in ended.stdout


def test_a_terminal_that_knows_few_characters_gets_question_marks(program, waiting):
    asked = "explain", waiting, "--ticket", "T-500014", "--now", "2026-07-01T10:00:00Z"
    assert program(*asked, PYTHONIOENCODING="ascii").returncode == 0
