"""What is wrong with a value that came in, place by place, in our own words and without the value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ticket_triage.api.errors import Refusal
from ticket_triage.api.strict_json import Unusable
from ticket_triage.errors import BadValueError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pydantic_core import ErrorDetails

MAX_FAULTS = 20
"""Most places named in one answer."""

_SHOWABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_HIDDEN = "?"

_MESSAGES = {
    "missing": "is required",
    "string_type": "must be text",
    "string_unicode": "must be text that can be written as UTF-8; a lone surrogate cannot",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must not hold control characters",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}


def fault(place: str, path: Iterable[str | int], what: str) -> dict[str, str]:
    """Say what is wrong at one place.

    Parameters
    ----------
    place : str
        ``body`` or ``query``.
    path : iterable of str or int
        Names and positions that lead there; a name no field could have is not repeated.
    what : str
        Completes "the field …".

    Examples
    --------
    >>> fault("body", ["tags", 3], "must be text")
    {'in': 'body', 'pointer': '/tags/3', 'message': 'tags[3] must be text.'}
    """
    parts = [_shown(part) for part in path]
    pointer = "".join(f"/{part}" for part in parts)
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
    return {"in": place, "pointer": pointer, "message": f"{name or 'The ' + place} {what}."}


def faults_of(
    errors: Sequence[ErrorDetails], known: Collection[str], root: Sequence[str | int] = ()
) -> list[dict[str, str]]:
    """Say what is wrong at each place where validation failed.

    Parameters
    ----------
    errors : sequence of dict
        As pydantic tells them, the input included.
    known : collection of str
        Names of the fields there are.
    root : sequence of str or int, default=()
        Where in the body the validated value stands.
    """
    return [_fault_of(error, known, root) for error in errors[:MAX_FAULTS]]


def bad_value(faults: Sequence[Mapping[str, str]]) -> Refusal:
    """Return the refusal that tells of these faults; the first is its sentence.

    Examples
    --------
    >>> bad_value([fault("body", ["subject"], "must be text")]).detail
    'subject must be text.'
    """
    more = len(faults) - 1
    detail = faults[0]["message"] + (f" {more} more under errors." if more else "")
    return Refusal(422, BadValueError.code, detail, faults)


def _fault_of(error: ErrorDetails, known: Collection[str], root: Sequence[str | int]) -> dict[str, str]:
    path = [*root, *error["loc"]]
    if path and path[-1] == "[key]":
        return fault("body", path[:-2], "has a name that cannot be used")
    return fault("body", path, _what(error, known))


def _what(error: ErrorDetails, known: Collection[str]) -> str:
    if isinstance(error["input"], Unusable):
        return error["input"].why
    if error["type"] == "extra_forbidden":
        return f"is no field here; {nearest(_shown(str(error['loc'][-1])), known)}"
    context: dict[str, Any] = error.get("ctx", {})
    return _MESSAGES.get(error["type"], "has a value that is not allowed").format(**context)


def _shown(part: str | int) -> Any:
    return part if isinstance(part, int) or _SHOWABLE.fullmatch(part) else _HIDDEN
