"""What is wrong with a policy file, entry by entry, each with its line and the nearest known name."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from ticket_triage.errors import nearest
from ticket_triage.policy.checks import problems
from ticket_triage.policy.lines import lines_of
from ticket_triage.policy.schema import PolicyFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails


class PolicyFault(NamedTuple):
    """A dotted entry, what is wrong with it, and its line; None when the entry is not in the file."""

    entry: str
    wrong: str
    line: int | None = None

    def sentence(self, name: str) -> str:
        """Say it of the file of that name."""
        place = "" if self.line is None else f", line {self.line}"
        return f"Policy {name}{place}: {self.entry} {self.wrong}{'' if self.wrong.endswith('?') else '.'}"


def checked(content: dict[str, Any]) -> tuple[PolicyFile | None, list[PolicyFault]]:
    """Return a file's content when it is sound, or None and all that is wrong: unknown names first."""
    try:
        file = PolicyFile.model_validate(content)
    except ValidationError as error:
        details = sorted(error.errors(include_url=False), key=lambda entry: entry["type"] != "extra_forbidden")
        return None, list(dict.fromkeys(map(_fault_of, details)))
    found = [PolicyFault(entry, wrong) for entry, wrong in problems(file)]
    return (None if found else file), found


def placed(faults: list[PolicyFault], text: str, *, extends: bool) -> list[PolicyFault]:
    """Return faults with the lines of the text they stand in.

    Where the file extends another, an entry may stand in that one alone; then the fault says so.
    """
    lines = lines_of(text)
    return [
        fault._replace(wrong=f"{fault.wrong} (the shipped policy says so; write the entry here to change it)")
        if extends and fault.entry not in lines and fault.wrong != MISSING
        else fault._replace(line=lines.of(fault.entry))
        for fault in faults
    ]


MISSING = "is missing"


def _fault_of(detail: ErrorDetails) -> PolicyFault:
    place, siblings = _place(detail["loc"])
    return PolicyFault(".".join(place), _fault(detail, place[-1], siblings))


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
        return MISSING
    if kind == "extra_forbidden":
        return f"is no entry of a policy; {nearest(name, siblings)}"
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"cannot be {value!r}; {nearest(str(value), allowed)}"
    return f"is {value!r}, but {detail['msg'][0].lower()}{detail['msg'][1:]}"
