"""Labels to the levels of their heads, and who they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ticket_triage.errors import UnknownLevelError
from ticket_triage.intake.schema import SOURCES
from ticket_triage.intake.table import shorten
from ticket_triage.intake.values import Parsed, on_distinct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ticket_triage.domain.labels import Head

_NO_SOURCE = f"is none of {', '.join(SOURCES)}"


def labels(
    texts: pd.Series[str], head: Head, codes: Mapping[str, str], lines: NDArray[np.int64], place: str
) -> pd.Series[str]:
    """Return a head's labels as its levels spell them, missing where a row has none.

    Parameters
    ----------
    texts : Series of str
    head : Head
    codes : mapping of str to str
        The export's code to the level; ``""`` means not labelled.
    lines : ndarray of int
        For the message.
    place : str
        ``"line"`` or ``"row"``.

    Raises
    ------
    UnknownLevelError
        A label is none of an ordered head's levels; the first is named with its line.

    Examples
    --------
    >>> from ticket_triage.domain.labels import URGENCY
    >>> labels(pd.Series(["P1", " HIGH", ""]), URGENCY, {"p1": "critical"}, np.arange(2, 5), "line").tolist()
    ['critical', 'high', nan]
    """
    table = {code.strip().casefold(): level for code, level in codes.items()}
    spelled = {level.casefold(): level for level in head.levels or ()}

    def read(text: str) -> str | None:
        label = table.get(text.strip().casefold(), text.strip())
        return spelled.get(label.casefold(), None if spelled and label else label)

    answers = on_distinct(texts, read)
    unknown = [row for row, answer in enumerate(answers) if answer is None]
    if unknown:
        raise UnknownLevelError(_no_level(texts, head, unknown, f"{place.capitalize()} {lines[unknown[0]]}"))
    return pd.Series(answers, dtype="str").replace("", None)


def _no_level(texts: pd.Series[str], head: Head, rows: list[int], where: str) -> str:
    others = list(dict.fromkeys(shorten(texts[row]) for row in rows))
    value, more = others[0], others[1:6]
    also = f" (so are {', '.join(map(repr, more))})" if more else ""
    return (
        f"{where}: {head.name} {value!r} is none of the levels {', '.join(head.levels or ())}{also}; "
        f'say in a mapping what it means: [levels.{head.name}] "{value}" = "{(head.levels or ("",))[0]}", '
        'or "" for not labelled.'
    )


def provenance(texts: pd.Series[str], labelled: NDArray[np.bool_], default: str | None) -> Parsed:
    """Return who each label comes from; ``default`` where the row does not say, missing where there is no label.

    Examples
    --------
    >>> provenance(pd.Series(["Machine", "", ""]), np.array([True, True, False]), "human").values.tolist()
    ['machine', 'human', nan]
    """
    words = texts.str.strip().str.casefold()
    allowed = words.isin(SOURCES)
    bad = ((words != "") & ~allowed).to_numpy()
    said = words.where(allowed, default).astype("str")
    return Parsed(said.where(labelled, None), bad, _NO_SOURCE)
