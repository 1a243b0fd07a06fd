"""Which version of a model is in use: list, compare, promote, roll back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticket_triage import registry
from ticket_triage.errors import BadOptionError, GateRefusedError, ModelError, ModelNotFoundError
from ticket_triage.registry import Change
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_version

if TYPE_CHECKING:
    from ticket_triage.modelling.gate import Verdict

_MAX_REASON_CHARS = 500


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version, as a list shows it.

    Parameters
    ----------
    name, version : str
    in_use : bool
    rows : int or None
        Tickets of its history.
    until : str or None
        When the newest of them was opened.
    heads : dict of str to float
        Macro-F1 on held-out tickets, by head.
    damage : str or None
        Why it cannot be used; None when every byte is as it was published.
    """

    name: str
    version: str
    in_use: bool
    rows: int | None
    until: str | None
    heads: dict[str, float]
    damage: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        return asdict(self)


def list_versions(models: str | Path = DEFAULT_MODELS, name: str | None = None) -> list[VersionInfo]:
    """Return every version, by name and then oldest first.

    Parameters
    ----------
    models : str or Path, default="models"
    name : str or None
        None lists all names.

    Raises
    ------
    ModelNotFoundError
        When there is nothing to list.
    """
    root = Path(models)
    wanted = registry.names(root) if name is None else [name]
    found = [_info(root, each, version) for each in wanted for version in registry.versions(root, each)]
    if not found:
        raise ModelNotFoundError(registry.not_found(root, name or DEFAULT_NAME))
    return found


def history_of(models: str | Path = DEFAULT_MODELS, name: str = DEFAULT_NAME) -> list[Change]:
    """Return every change of the version in use, oldest first."""
    return registry.changes(Path(models), name)


def show_version(models: str | Path = DEFAULT_MODELS, name: str = DEFAULT_NAME, version: str | None = None) -> Path:
    """Return the checked folder of a version, of the one in use when none is named.

    Raises
    ------
    ModelError
        When it is absent or damaged.
    """
    root = Path(models)
    if version is None:
        return registry.current_version(root, name)
    folder = registry.version_folder(root, name, version)
    registry.verify(folder)
    return folder


def compare(
    candidate: str, *, models: str | Path = DEFAULT_MODELS, name: str = DEFAULT_NAME, champion: str | None = None
) -> Verdict:
    """Return what the gate says of one version in the place of another.

    Parameters
    ----------
    candidate : str
        A version, or its number.
    models : str or Path, default="models"
    name : str, default="default"
    champion : str or None
        None takes the version in use.

    Raises
    ------
    ModelError
        When one of them is absent or damaged, or they do not answer the same questions.
    """
    own = show_version(models, name, candidate)
    other = show_version(models, name, champion)
    return verdict_on(Path(models), name, own.name, other.name)


def promote(
    version: str,
    *,
    now: datetime,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    force: bool = False,
    reason: str | None = None,
) -> Change:
    """Put a version into use when the gate finds it not worse, or by force with a reason.

    Parameters
    ----------
    version : str
        A version, or its number.
    now : datetime
        The present moment, UTC-aware, for the record.
    models : str or Path, default="models"
    name : str, default="default"
    force : bool, default=False
        Ask no gate.
    reason : str or None
        Recorded; needed with ``force``.

    Returns
    -------
    Change

    Raises
    ------
    GateRefusedError
        When it is worse, or nobody can tell; its ``verdict`` holds every figure. The version in use stays.
    DifferentHeadsError
        When the two do not answer the same questions.
    ModelError
        When the version is absent or damaged, or somebody else changes the version in use meanwhile.
    BadOptionError
        When force has no reason, or the version is in use already.
    """
    root = Path(models)
    folder = show_version(root, name, version)
    load_version(folder)  # what cannot be used is refused before it is asked how good it is
    used = registry.champion(root, name)
    if folder.name == used:
        raise BadOptionError(f"Version {used} of model {name!r} is in use already.")
    reason = _reason(reason, needed=force)
    if not force and used is not None:
        registry.current_version(root, name)  # a damaged one is no measure: it is named, and force is the way
        verdict = verdict_on(root, name, folder.name, used)
        if not verdict.passed:
            raise GateRefusedError(_refused(folder.name, used, verdict), verdict)
    action = registry.FIRST if used is None else registry.FORCED if force else registry.PROMOTED
    return registry.appoint(root, name, folder.name, action=action, at=now, expected=used, reason=reason)


def roll_back(
    *, now: datetime, models: str | Path = DEFAULT_MODELS, name: str = DEFAULT_NAME, reason: str | None = None
) -> Change:
    """Put the version into use that was before this one; nothing is trained, one small file is written.

    Parameters
    ----------
    now : datetime
        The present moment, UTC-aware, for the record.
    models : str or Path, default="models"
    name : str, default="default"
    reason : str or None
        Recorded.

    Raises
    ------
    NoEarlierChampionError
        When nothing was in use before.
    ModelError
        When that version is damaged; the version in use stays.
    """
    return registry.roll_back(Path(models), name, at=now, reason=_reason(reason, needed=False))


def verdict_on(models: Path, name: str, candidate: str, champion: str) -> Verdict:
    """Judge one version in the place of another, both checked before."""
    from ticket_triage.modelling.gate import judge
    from ticket_triage.modelling.outcomes import joined, load_outcomes

    own, other = (load_outcomes(registry.version_folder(models, name, each)) for each in (candidate, champion))
    return judge(joined(candidate, own, champion, other), other.stuffed)


def _info(root: Path, name: str, version: str) -> VersionInfo:
    folder = registry.version_folder(root, name, version)
    used = registry.champion(root, name) == version
    try:
        registry.verify(folder)
        said = registry.manifest_of(folder)
    except ModelError as error:
        return VersionInfo(name, version, used, None, None, {}, str(error))
    training = said.get("training", {})
    window = training.get("window")
    heads = {report["head"]: report["macro_f1"] for report in said.get("reports", []) if report["signal"]}
    return VersionInfo(name, version, used, training.get("rows"), window and window[1], heads, None)


def _reason(reason: str | None, *, needed: bool) -> str | None:
    told = (reason or "").strip()
    if needed and not told:
        raise BadOptionError("A forced promotion needs a reason, for the record; give one with --reason.")
    if len(told) > _MAX_REASON_CHARS:
        raise BadOptionError(f"A reason has at most {_MAX_REASON_CHARS} characters; this one has {len(told):,}.")
    return told or None


def _refused(version: str, used: str, verdict: Verdict) -> str:
    return (
        f"Version {version} is not put into use, and {used} stays: {' '.join(verdict.refusals)} "
        "To promote it all the same, add --force and a --reason."
    )
