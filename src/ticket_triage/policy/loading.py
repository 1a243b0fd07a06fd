"""From a TOML file to a policy: read, checked whole, hashed and made ready."""

from __future__ import annotations

import json
import tomllib
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from ticket_triage.domain.decision import PolicyReference
from ticket_triage.errors import PolicyInvalidError, PolicyUnreadableError, nearest
from ticket_triage.policy.checks import problems
from ticket_triage.policy.compiled import Policy, compiled
from ticket_triage.policy.schema import PolicyFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

SHIPPED = "the shipped default policy"


def load_policy(path: str | Path | None = None) -> Policy:
    """Read a policy file, check it whole and make it ready to decide.

    Parameters
    ----------
    path : str or Path or None
        A TOML file; None means the shipped default, which works untouched.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyUnreadableError
        When the file is missing, no UTF-8 or no TOML.
    PolicyInvalidError
        When an entry is unknown, missing, out of range or contradicts another; the message names the dotted entry.

    Examples
    --------
    >>> load_policy().reference.name
    'default'
    """
    name = SHIPPED if path is None else str(path)
    file = _checked(_parsed(_text(path, name), name), name)
    content = json.dumps(
        file.model_dump(mode="json", exclude_unset=True), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    digest = sha256(content.encode()).hexdigest()
    return compiled(file, PolicyReference(file.name, file.version, digest), content)


def _text(path: str | Path | None, name: str) -> str:
    try:
        if path is None:
            return files(__package__).joinpath("default.toml").read_text("utf-8")
        return Path(path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyUnreadableError(
            f"Policy {name} is no UTF-8 text (byte {error.start}); save it as UTF-8."
        ) from error
    except OSError as error:
        why = error.strerror or "it is no file"
        raise PolicyUnreadableError(f"Policy {name} cannot be read: {why}; name a TOML file.") from error


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyUnreadableError(f"Policy {name} is no TOML: {error}; correct the file there.") from error


def _checked(content: dict[str, Any], name: str) -> PolicyFile:
    try:
        file = PolicyFile.model_validate(content)
    except ValidationError as error:
        raise PolicyInvalidError(_sentence(name, *_first(error))) from error
    for entry, wrong in problems(file):
        raise PolicyInvalidError(_sentence(name, entry, wrong))
    return file


def _sentence(name: str, entry: str, wrong: str) -> str:
    return f"Policy {name}: {entry} {wrong}{'' if wrong.endswith('?') else '.'}"


def _first(error: ValidationError) -> tuple[str, str]:
    """Return the dotted entry and the fault of the first error, unknown names before all others."""
    details = error.errors(include_url=False)
    chosen = next((entry for entry in details if entry["type"] == "extra_forbidden"), details[0])
    place, siblings = _place(chosen["loc"])
    return ".".join(place), _fault(chosen, place[-1], siblings)


def _place(location: Sequence[int | str]) -> tuple[list[str], list[str]]:
    """Return a location as it stands in the file, and the names its last part could have had.

    Pydantic also names alternatives and keys in a location; those are no part of the file.
    """
    kept: list[str] = []
    siblings: list[str] = []
    current: Any = PolicyFile
    for part in location:
        chosen = next((kind for kind in get_args(current) if getattr(kind, "__name__", "") == part), None)
        if chosen is not None:
            current = chosen
        elif _holds(current) and part != "[key]":
            kept.append(str(part) if isinstance(part, str) else str(part + 1))
            siblings = sorted(current.model_fields) if _is_model(current) else []
            current = _below(current, part)
    return kept, siblings


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _holds(kind: Any) -> bool:
    """Whether a type has entries of its own, by name or by place."""
    return _is_model(kind) or getattr(kind, "__origin__", None) in (dict, tuple)


def _below(kind: Any, part: int | str) -> Any:
    """Return the type of what stands under a part of a location; None when nothing can."""
    if _is_model(kind):
        field = kind.model_fields.get(part)
        return None if field is None else _required(field.annotation)
    return get_args(kind)[0 if isinstance(part, int) else 1]


def _required(kind: Any) -> Any:
    """Return what an entry holds when it is there."""
    kinds = get_args(kind)
    return kinds[0] if len(kinds) == 2 and kinds[1] is NoneType else kind


def _fault(detail: ErrorDetails, name: str, siblings: Sequence[str]) -> str:
    kind, value = detail["type"], detail["input"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return f"is no entry of a policy; {nearest(name, siblings)}"
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"cannot be {value!r}; {nearest(str(value), allowed)}"
    return f"is {value!r}, but {detail['msg'][0].lower()}{detail['msg'][1:]}"
