"""Immutable folders of models, the log that names the one in use, and policies by hash. Standard library only."""

from ticket_triage.registry.champions import (
    FIRST,
    FORCED,
    PROMOTED,
    ROLLED_BACK,
    Change,
    appoint,
    champion,
    changes,
    current_version,
    earlier_champion,
    roll_back,
)
from ticket_triage.registry.policies import keep_policy, kept_policy
from ticket_triage.registry.versions import (
    MANIFEST,
    home_of,
    manifest_of,
    names,
    not_found,
    publish,
    verify,
    version_folder,
    versions,
)

__all__ = [
    "FIRST",
    "FORCED",
    "MANIFEST",
    "PROMOTED",
    "ROLLED_BACK",
    "Change",
    "appoint",
    "champion",
    "changes",
    "current_version",
    "earlier_champion",
    "home_of",
    "keep_policy",
    "kept_policy",
    "manifest_of",
    "names",
    "not_found",
    "publish",
    "roll_back",
    "verify",
    "version_folder",
    "versions",
]
