"""Settings come from ``TRIAGE_`` variables; a misspelt or unusable one is told in one sentence."""

from pathlib import Path

import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.settings import Settings, check_environment, load_settings


def test_defaults_need_no_variable():
    settings = Settings()
    assert (settings.models, settings.name, settings.policy) == (Path("models"), "default", None)
    assert (settings.max_body_bytes, settings.max_batch, settings.request_timeout_s) == (1_048_576, 1000, 30.0)


def test_a_variable_sets_its_field(monkeypatch):
    monkeypatch.setenv("TRIAGE_MODELS", "elsewhere")
    monkeypatch.setenv("TRIAGE_MAX_BATCH", "10")
    settings = load_settings(["TRIAGE_MODELS", "TRIAGE_MAX_BATCH"])
    assert (settings.models, settings.max_batch) == (Path("elsewhere"), 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TRIAGE_MAX_BATCH", "1001"), ("TRIAGE_REQUEST_TIMEOUT_S", "0"), ("TRIAGE_MAX_BODY_BYTES", "much")],
)
def test_a_value_out_of_range_is_told_with_its_variable(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(BadOptionError, match=f"^Environment variable {name} cannot be used: Input should be"):
        load_settings([name])


def test_a_misspelt_variable_is_refused_with_the_nearest():
    with pytest.raises(BadOptionError, match=r"TRIAGE_POLCY is no setting; did you mean 'TRIAGE_POLICY'\?"):
        check_environment(["PATH", "TRIAGE_POLCY"])


def test_variables_of_the_tests_and_of_others_are_let_be():
    check_environment(["TRIAGE_TEST_DATA", "HOME", "XTRIAGE_FOO"])


def test_settings_do_not_change_once_made():
    with pytest.raises(ValueError, match="frozen"):
        Settings().max_batch = 5
