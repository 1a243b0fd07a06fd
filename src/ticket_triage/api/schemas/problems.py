"""Errors, as RFC 9457 has them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ticket_triage.api.schemas.shape import Shape


class Fault(Shape):
    """One place in the request that cannot be used: a JSON pointer, and what is allowed there."""

    in_: Literal["body", "query", "header"] = Field(alias="in")
    pointer: str
    message: str


class Problem(Shape):
    """An error (RFC 9457); ``code`` is stable."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str
    errors: list[Fault]
