"""Immutable folders of models with hashes, and the pointer that names the one in use. Standard library only."""

from ticket_triage.registry.versions import MANIFEST, current_version, point, publish, verify, versions

__all__ = ["MANIFEST", "current_version", "point", "publish", "verify", "versions"]
