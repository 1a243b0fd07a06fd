"""The package's front door: few names, and nothing heavy behind it until one is asked for."""

import subprocess
import sys

import pytest

import ticket_triage


def test_every_promised_name_is_there():
    promised = ["decide", "load_model", "load_policy", "predict", "read_clocks", "read_events", "read_tickets", "train"]
    assert ticket_triage.__all__ == ["__version__", *promised]
    for name in ticket_triage.__all__:
        assert getattr(ticket_triage, name)
        assert name in dir(ticket_triage)


def test_names_are_the_rooms_own():
    from ticket_triage.intake.reading import read_tickets
    from ticket_triage.service.train import train

    assert ticket_triage.read_tickets is read_tickets
    assert ticket_triage.train is train


def test_a_name_that_is_none_is_no_attribute():
    with pytest.raises(AttributeError, match="module 'ticket_triage' has no attribute 'predit'"):
        getattr(ticket_triage, "predit")  # noqa: B009 - the name is not there to be written out


def loaded_after(statement):
    script = (
        f"import sys\n{statement}\nprint(*[n for n in ('numpy', 'pandas', 'sklearn', 'fastapi') if n in sys.modules])"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import ticket_triage; dir(ticket_triage)") == []


def test_deciding_by_rules_needs_no_learning_library():
    assert loaded_after("from ticket_triage import decide, load_policy; load_policy()") == []
