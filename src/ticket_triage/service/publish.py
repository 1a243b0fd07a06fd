"""Keep a newly trained model as a version, beside what the version in use answers on the same unseen tickets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ticket_triage import _version, registry
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.errors import DifferentHeadsError, ModelError
from ticket_triage.intake.parts import ParquetParts
from ticket_triage.modelling.artefact import fingerprint, save_model
from ticket_triage.modelling.canary import canary_answers
from ticket_triage.modelling.gate import Verdict
from ticket_triage.modelling.outcomes import Outcomes, compared, files_of, load_seen, seen_by
from ticket_triage.modelling.splitting import grouped
from ticket_triage.modelling.stuffing import stuffed
from ticket_triage.modelling.tfidf import batched
from ticket_triage.service.card import card_files, slice_figures
from ticket_triage.service.models import load_version
from ticket_triage.service.promote import verdict_on

if TYPE_CHECKING:
    import pandas as pd

    from ticket_triage.domain.labels import Head
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.modelling.training import TrainingResult


@dataclass(frozen=True, slots=True, repr=False)
class Published(Shown):
    """A version, and whether it is in use.

    Parameters
    ----------
    version : Path
        Its folder.
    status : str
        ``"first"``: in use, there was none before; ``"promoted"``: in use, it passed the gate; ``"unchanged"``: the
        version in use was trained again; ``"candidate"``: kept, the version in use stays.
    verdict : Verdict or None
        What the gate said; None where there was nothing to compare, or no way to.
    why : str or None
        Why it could not be compared.
    """

    version: Path
    status: str
    verdict: Verdict | None = None
    why: str | None = None

    @property
    def in_use(self) -> bool:
        """Whether tickets are now predicted by it."""
        return self.status != "candidate"

    @property
    def refusals(self) -> tuple[str, ...]:
        """Every reason why it is not in use."""
        if self.verdict is not None:
            return self.verdict.refusals
        return () if self.why is None else (self.why,)

    def told(self) -> list[str]:
        """Return whether the version is in use, and every reason why not."""
        return [f"Version {self.version.name}: {self.status}.", *self.refusals]

    def cells(self) -> Cells:
        """Return what the gate compared."""
        return ((), ()) if self.verdict is None else self.verdict.cells()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        gate = None if self.verdict is None else self.verdict.as_dict()
        return {"status": self.status, "in_use": self.in_use, "refusals": list(self.refusals), "gate": gate}


def publish_candidate(
    result: TrainingResult,
    history: pd.DataFrame | ParquetParts,
    heads: Sequence[Head],
    predictions: Sequence[Prediction],
    about: dict[str, Any],
    *,
    models: Path,
    name: str,
    now: datetime,
) -> Published:
    """Publish a model, compare it with the version in use, and put it into use when it is not worse.

    Parameters
    ----------
    result : TrainingResult
        Usable.
    history : DataFrame or ParquetParts
        What it was trained on.
    heads : sequence of Head
    predictions : sequence of Prediction
        The model's, of the tickets it was judged by.
    about : dict
        Training data, figures and environment, as plain values.
    models : Path
    name : str
    now : datetime
        The present moment, UTC-aware; it is recorded in the log of champions and nowhere else.
    """
    about = {"name": name, **about, "lineage": _lineage(result, history, heads)}
    used, why = _in_use(models, name)
    if used is not None and registry.manifest_of(used).get("lineage") == about["lineage"]:
        return Published(used, "unchanged")
    outcomes = _outcomes(result, heads, predictions, used)
    about |= {"slices": slice_figures(outcomes), "canary": canary_answers(result.model)}
    seen = seen_by(result.signatures[result.learn])
    beside = files_of(outcomes, seen) | card_files(about)
    version = registry.publish(models, name, lambda folder: save_model(result.model, folder, about, beside))
    load_version(version)  # what was written answers as what was trained
    if used is None:
        return _without_rival(models, name, version, why, now)
    return _against(models, name, version, used, now)


def _without_rival(models: Path, name: str, version: Path, why: str | None, now: datetime) -> Published:
    """Use the first version there is; beside one that cannot be used, nobody can tell."""
    if registry.champion(models, name) is not None:
        return Published(version, "candidate", why=why)
    registry.appoint(models, name, version.name, action=registry.FIRST, at=now, expected=None)
    return Published(version, "first")


def _against(models: Path, name: str, version: Path, used: Path, now: datetime) -> Published:
    """Let the gate decide."""
    try:
        verdict = verdict_on(models, name, version.name, used.name)
    except DifferentHeadsError as error:
        return Published(version, "candidate", why=str(error))
    if not verdict.passed:
        return Published(version, "candidate", verdict)
    registry.appoint(models, name, version.name, action=registry.PROMOTED, at=now, expected=used.name)
    return Published(version, "promoted", verdict)


def _in_use(models: Path, name: str) -> tuple[Path | None, str | None]:
    """Return the version in use, or why it cannot be compared with."""
    try:
        folder = registry.current_version(models, name)
        load_version(folder)
        return folder, None
    except ModelError as error:
        return None, f"The version in use cannot be compared with: {error}"


def _outcomes(
    result: TrainingResult, heads: Sequence[Head], predictions: Sequence[Prediction], used: Path | None
) -> Outcomes:
    champion = None if used is None else load_version(used)
    seen = None if used is None else load_seen(used)
    own = {slot.name: _answers(predictions, slot.name) for slot in result.model.slots}
    return compared(result.judged, heads, result.model, champion, seen, _stuffed(result), own)


def _answers(predictions: Sequence[Prediction], head: str) -> np.ndarray:
    found = (prediction.head(head) for prediction in predictions)
    return np.array(["" if one is None else one.answer for one in found], dtype=object)


def _stuffed(result: TrainingResult) -> tuple[int, int]:
    texts, rows = result.sample
    found = stuffed(list(batched(texts)), grouped(result.signatures[rows]))
    return int(found.sum()), len(found)


def _lineage(result: TrainingResult, history: pd.DataFrame | ParquetParts, heads: Sequence[Head]) -> dict[str, Any]:
    """Return what the model was made from: the same lineage gives the same model, byte for byte."""
    training = result.about["training"]
    return {
        "data_sha256": history.sha256() if isinstance(history, ParquetParts) else data_hash(history),
        "judged_sha256": data_hash(result.judged),
        "heads": [head.name for head in heads],
        "window": training["window"],
        "seed": training["seed"],
        "code": _version.__version__,
        "model_sha256": fingerprint(result.model),
    }


def data_hash(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of a table's content: the same rows in the same order, whatever file they came from.

    Parameters
    ----------
    frame : DataFrame

    Examples
    --------
    >>> import pandas as pd
    >>> one = pd.DataFrame({"subject": ["Down"], "urgency": [None]})
    >>> data_hash(one) == data_hash(one[["urgency", "subject"]]), data_hash(one) == data_hash(one[["subject"]])
    (True, False)
    """
    digest = hashlib.sha256()
    for name in sorted(frame.columns):
        column = frame[name].astype(object)
        values = np.where(frame[name].isna(), "", column)
        digest.update(f"{name}\x1e".encode() + "\x1f".join(map(str, values)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
