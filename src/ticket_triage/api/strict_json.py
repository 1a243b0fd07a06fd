"""JSON read strictly: what Python's reader lets pass, but no other reader agrees on, is marked instead.

A name that stands twice, ``NaN``, ``Infinity`` and integers of absurd length become an :class:`Unusable` at their
place, so that one bad row of a batch spoils no other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ticket_triage.api.errors import Refusal

MAX_INTEGER_CHARS = 18
"""Longest integer read, sign included: it fits 64 bits."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands where the JSON held something no value can be made of; ``why`` completes "the field …"."""

    why: str


def read_json(body: bytes) -> Any:
    r"""Return the value of a JSON text.

    Parameters
    ----------
    body : bytes
        UTF-8, with or without a byte order mark.

    Raises
    ------
    Refusal
        400, when the text is no UTF-8, no JSON or nested too deeply.

    Examples
    --------
    >>> read_json(b'{"subject": "Help", "annual_value": NaN}')
    {'subject': 'Help', 'annual_value': Unusable(why='must not be NaN')}
    >>> read_json(b'{"a": 1, "a": 2}')
    Unusable(why='has a name that stands twice')
    """
    try:
        return _DECODER.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _bad(f"it is no UTF-8 from byte {error.start} on") from None
    except json.JSONDecodeError as error:
        raise _bad(f"it breaks off being JSON at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _bad("it is nested too deeply") from None


def _bad(why: str) -> Refusal:
    return Refusal(400, "bad-json", f"The body cannot be read: {why}; send a JSON object encoded as UTF-8.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Unusable:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Unusable("has a name that stands twice")


def _constant(name: str) -> Unusable:
    return Unusable(f"must not be {name}")


def _integer(digits: str) -> int | Unusable:
    if len(digits) > MAX_INTEGER_CHARS:
        return Unusable(f"must not be an integer of more than {MAX_INTEGER_CHARS} characters")
    return int(digits)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
