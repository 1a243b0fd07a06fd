"""Settings of the running program, read from ``TRIAGE_`` variables by the command line and the API alone.

Nothing here changes an answer: scorecard weights live in the policy file, training recipes in the artefact.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ticket_triage.errors import BadOptionError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = "TRIAGE_"
"""What the name of every variable begins with."""

NO_STORE = "none"
"""What a store is called that is none."""

MIN_SECRET_CHARS = 16
"""Fewest characters of a webhook's secret."""

TEST_PREFIX = "TRIAGE_TEST_"
"""Variables of the test suite, of no meaning to the program."""


def _long_enough(value: SecretStr | None) -> SecretStr | None:
    """Refuse a secret that could be guessed."""
    entries = [] if value is None else value.get_secret_value().split()
    if value is not None and not 1 <= len(entries) <= 2:
        raise ValueError("one secret is wanted, or two with a space between while it is being changed")
    if any(len(entry) < MIN_SECRET_CHARS for entry in entries):
        raise ValueError(f"a secret has at least {MIN_SECRET_CHARS} characters")
    return value


Secrets = Annotated[SecretStr | None, AfterValidator(_long_enough)]


class Settings(BaseSettings):
    """Where the program finds things and how much it takes in; each field is a ``TRIAGE_`` variable.

    Examples
    --------
    >>> Settings(max_batch=500).max_batch
    500
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    models: Path = Field(Path("models"), description="Folder of trained models.")
    name: str = Field("default", min_length=1, max_length=255, description="Name of the model to serve.")
    policy: Path | None = Field(None, description="Policy file; the shipped policy when unset.")
    desk: Path | None = Field(None, description="Snapshot of the desk, read when starting; unknown when unset.")
    store: str | None = Field(None, description="Folder or URL of the store; unset or 'none' records nothing.")
    max_body_bytes: int = Field(1 << 20, ge=1024, le=1 << 26, description="Largest body of a request, in bytes.")
    max_batch_body_bytes: int = Field(1 << 23, ge=1024, le=1 << 28, description="Largest body of a batch, in bytes.")
    max_batch: int = Field(1000, ge=1, le=1000, description="Most tickets in one batch.")
    log_format: Literal["text", "json"] = Field("text", description="How the log is written.")
    access_log: bool = Field(default=False, description="Whether every answer is logged, with its request's id.")
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    max_in_hand: int = Field(256, ge=1, le=10_000, description="Most requests a process has in hand at once.")
    rate_per_s: float = Field(200.0, gt=0, description="Requests a second each API key may make of a process.")
    rate_burst: int = Field(400, ge=1, description="Requests each API key may make at once after a rest.")
    hooks_allow_private: bool = Field(default=False, description="Whether notices may go to private addresses.")
    hooks_allow_loopback: bool = Field(default=False, description="Whether they may go to this machine, also by http.")
    hooks_attempts: int = Field(12, ge=1, le=50, description="Most tries to deliver a notice before it is dead.")
    hooks_first_retry_s: float = Field(5.0, gt=0, le=3600, description="Seconds before a notice is tried again.")
    request_timeout_s: float = Field(30.0, gt=0, le=600, description="Seconds a request may take to arrive.")

    webhook_generic_secret: Secrets = Field(None, description="What generic webhooks are signed with: whsec_...")
    webhook_zendesk_secret: Secrets = Field(None, description="What Zendesk signs its webhooks with.")
    webhook_freshdesk_secret: Secrets = Field(None, description="What Freshdesk sends in X-Triage-Secret.")
    webhook_jira_secret: Secrets = Field(None, description="What Jira signs its webhooks with.")
    webhook_zammad_secret: Secrets = Field(None, description="What Zammad signs its webhooks with.")

    def webhook_secrets(self, source: str) -> list[str]:
        """Return the secrets of a source's webhooks: none, one, or while it is being changed two."""
        kept: SecretStr | None = getattr(self, f"webhook_{source}_secret")
        return [] if kept is None else kept.get_secret_value().split()


def check_environment(names: Iterable[str]) -> None:
    """Refuse a ``TRIAGE_`` variable that no setting reads, for it was surely meant to be read.

    Parameters
    ----------
    names : iterable of str
        Names of the environment's variables.

    Raises
    ------
    BadOptionError
        When a name begins with ``TRIAGE_`` and is no setting's; it names the nearest.

    Examples
    --------
    >>> check_environment({"TRIAGE_MODELS": "m", "TRIAGE_TEST_DATA": "d", "HOME": "h"})
    >>> check_environment(["TRIAGE_MODLES"])
    Traceback (most recent call last):
    ticket_triage.errors.BadOptionError: Environment variable TRIAGE_MODLES is no setting; did you mean 'TRIAGE_MODELS'?
    """
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    for name in sorted(names):
        upper = name.upper()
        if upper.startswith(PREFIX) and not upper.startswith(TEST_PREFIX) and upper not in known:
            raise BadOptionError(f"Environment variable {name} is no setting; {nearest(upper, known)}")


def load_settings(environ: Iterable[str]) -> Settings:
    """Read the settings from the environment, refusing misspelt and unusable ones in one sentence.

    Parameters
    ----------
    environ : iterable of str
        Names of the environment's variables, to be checked for misspelt ones.

    Raises
    ------
    BadOptionError
        When a variable is misspelt or its value out of range.

    Examples
    --------
    >>> load_settings([]).request_timeout_s
    30.0
    """
    check_environment(environ)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        variable = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise BadOptionError(f"Environment variable {variable} cannot be used: {first['msg']}.") from error
