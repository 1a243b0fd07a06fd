"""Load and publish models: the artefact's content from ``modelling``, its versions and hashes from ``registry``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage import registry
from ticket_triage.service.files import check_folder

if TYPE_CHECKING:
    from ticket_triage.modelling.model import TriageModel

DEFAULT_MODELS = Path("models")
"""Where models are kept unless said otherwise."""

DEFAULT_NAME = "default"
"""What a model is called unless said otherwise."""


DEMO_NAME = "demo"
"""What the demonstration's model is called."""


def load_model(models: str | Path = DEFAULT_MODELS, name: str = DEFAULT_NAME) -> TriageModel:
    """Load the version in use of a model, every byte checked first.

    Parameters
    ----------
    models : str or Path, default="models"
        Folder of trained models.
    name : str, default="default"

    Returns
    -------
    TriageModel
        Its ``predict`` takes tickets.

    Raises
    ------
    ModelNotFoundError
        When there is no such model.
    ArtefactDamagedError, ForeignFileError, ArtefactVersionError, CanaryFailedError
        When it cannot be trusted or read, or answers otherwise than when it was published.
    """
    return load_version(registry.current_version(Path(models), name))


def load_version(folder: Path) -> TriageModel:
    """Load one version whose bytes were checked, and try it on the canaries it was published with.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ArtefactDamagedError, ArtefactVersionError, CanaryFailedError
        When it cannot be read, or answers otherwise than when it was published.
    """
    from ticket_triage.modelling.artefact import load_model as load  # NumPy is not needed before a model is there
    from ticket_triage.modelling.canary import check_canaries

    model = load(folder)
    check_canaries(model, registry.manifest_of(folder).get("canary", ()), folder)
    return model


def check_place(models: Path, name: str) -> None:
    """Refuse a name or a folder that no model could be published under, before any training.

    Raises
    ------
    BadOptionError
    """
    registry.versions(models, name)  # refuses a name that is none
    check_folder(models / name)
