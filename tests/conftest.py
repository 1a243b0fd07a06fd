"""What several tests share: the folder of public ticket sets, and the flag for long drills."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of public ticket sets, or skip where it is absent."""
    folder = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA))
    if not folder.is_dir():
        pytest.skip(f"the folder of public ticket sets is not at {folder}; name it in TRIAGE_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of models with one of little learning in it, named ``small``."""
    from ticket_triage.intake.sample import sample_history
    from ticket_triage.service.train import train

    folder = tmp_path_factory.mktemp("models")
    train(sample_history(900), fast=True, models=folder, name="small")
    return folder


@pytest.fixture
def program(tmp_path: Path):
    """Return a function that runs the command in a process of its own, in an empty folder, without our settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TRIAGE_", "COLUMNS"))}

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ticket_triage", *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, env=clean | variables, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run the long drills too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    skip = pytest.mark.skip(reason="a long drill; run it with --run-slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
