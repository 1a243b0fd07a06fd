"""What tests of the command line share: the command run here, and files to run it on."""

import signal
from typing import NamedTuple

import pytest

from ticket_triage.cli.main import run
from ticket_triage.intake.sample import new_tickets, sample_history
from ticket_triage.intake.sample.table import as_csv


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def triage(tmp_path, monkeypatch, capsys):
    """Return a function that runs the command in this process, in an empty folder, 100 columns wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("TRIAGE_MODELS", "TRIAGE_NAME", "TRIAGE_POLICY", "TRIAGE_DESK"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)

    def ran(*arguments):
        monkeypatch.setattr("sys.argv", ["triage", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit, match=r"^\d+$") as ended:
            run()
        shown = capsys.readouterr()
        return Ran(ended.value.code, shown.out, shown.err)

    yield ran
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def history(tmp_path_factory):
    """Return a small labelled history in a file."""
    path = tmp_path_factory.mktemp("data") / "history.csv"
    path.write_bytes(as_csv(sample_history(900)))
    return path


@pytest.fixture(scope="session")
def waiting(tmp_path_factory):
    """Return a morning's 24 open tickets in a file."""
    path = tmp_path_factory.mktemp("data") / "waiting.csv"
    path.write_bytes(as_csv(new_tickets()))
    return path


@pytest.fixture(scope="session")
def noise(tmp_path_factory):
    """Return a history whose labels have nothing to do with its texts."""
    history = sample_history(600)
    for number, head in enumerate(("urgency", "category", "sentiment")):
        history[head] = history[head].sample(frac=1, random_state=number).to_numpy()
    path = tmp_path_factory.mktemp("data") / "noise.csv"
    path.write_bytes(as_csv(history))
    return path
