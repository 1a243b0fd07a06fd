"""How the service is, and its models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from ticket_triage.api.schemas.receipt import ModelOut, PolicyOut
from ticket_triage.api.schemas.shape import Mode, Shape


class Health(Shape):
    """The process lives."""

    status: Literal["ok"]


class Readiness(Shape):
    """Tickets are answered: in full, or by rules only and why."""

    status: Literal["ready"]
    mode: Mode
    model: ModelOut | None
    reason: str | None
    policy: PolicyOut


class ServiceMap(Shape):
    """What is served where."""

    service: str
    version: str
    openapi: str
    routes: dict[str, str]


class PromoteIn(Shape):
    """How to put a version into use."""

    force: bool = Field(default=False, description="Ask no gate; needs a reason.")
    reason: Annotated[str, Field(max_length=500)] | None = Field(None, description="Why, for the record.")


class RollbackIn(Shape):
    """Why the version before is put into use again."""

    reason: Annotated[str, Field(max_length=500)] | None = Field(None, description="Why, for the record.")


class VersionChange(Shape):
    """One change of the version in use."""

    number: int
    version: str
    previous: str | None
    action: Literal["first", "promoted", "forced", "rolled back"]
    reason: str | None
    at: AwareDatetime


class VersionOut(Shape):
    """One version of the model; ``damage`` says why it cannot be used, ``heads`` hold macro-F1 on held-out tickets."""

    name: str
    version: str
    in_use: bool
    rows: int | None
    until: str | None
    heads: dict[str, float]
    damage: str | None


class ModelsOut(Shape):
    """The versions of the model that is served, and every change of the one in use, oldest first."""

    versions: list[VersionOut]
    changes: list[VersionChange]
