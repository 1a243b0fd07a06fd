"""What several tests share: the folder of public ticket sets, and the flag for long drills."""

from __future__ import annotations

import os
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run the long drills too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    skip = pytest.mark.skip(reason="a long drill; run it with --run-slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
