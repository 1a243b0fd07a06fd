"""Change the model of a running service: the new one is loaded beside the old, tried, and only then takes its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage import registry
from ticket_triage.policy import load_policy
from ticket_triage.policy.staffing import staff_of
from ticket_triage.service.models import load_model

if TYPE_CHECKING:
    from ticket_triage.policy import Policy
    from ticket_triage.service.assess import Assessor


def version_in_use(models: Path, name: str) -> str | None:
    """Return the name of the version in use, unchecked and cheap to ask for; None when there is none.

    Raises
    ------
    ArtefactDamagedError
        When the record of it is damaged.
    """
    return registry.champion(models, name)


def reloaded(assessor: Assessor, models: Path, name: str) -> Assessor:
    """Return an assessor with the version now in use, or the same one when it has that version already.

    Parameters
    ----------
    assessor : Assessor
        It answers on, whatever comes of this.
    models : Path
    name : str

    Raises
    ------
    ModelError
        When the version is absent, damaged, of another format, or answers its canaries wrongly.
    """
    has = assessor.model_reference
    if has is not None and has.version == version_in_use(models, name):
        return assessor
    return replace(assessor, model=load_model(models, name), missing=None)


def reread(assessor: Assessor, policy: Path) -> Policy:
    """Return the policy as its file says now, if the assessor's desk fits it.

    Raises
    ------
    PolicyError, DeskError
        When it cannot be used.
    """
    rules = load_policy(policy)
    if assessor.desk is not None:
        staff_of(assessor.desk, rules)
    return rules
