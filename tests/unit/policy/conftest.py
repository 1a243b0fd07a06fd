"""The shipped policy, and copies of it with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from ticket_triage.policy import Policy, load_policy

SHIPPED = files("ticket_triage.policy").joinpath("default.toml").read_text("utf-8")


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Write the shipped policy with pairs of old and new text exchanged, and return its path."""

    def write(*pairs: tuple[str, str]) -> Path:
        text = SHIPPED
        for old, new in pairs:
            assert old in text, f"the shipped policy has no {old!r}"
            text = text.replace(old, new, 1)
        path = tmp_path / "policy.toml"
        path.write_text(text, "utf-8")
        return path

    return write
