"""What a ticket says of its writer and not of its matter: greetings, courtesies, names of people and of countries.

A model that learns from them answers Maria otherwise than Ahmed. So they are left out of what it reads, in learning as
in serving. A lone "thanks" stays, for it tells a mood. ``names.txt`` and ``countries.txt`` hold one word a line, as
``domain.text.normalise`` writes it; a name that is also a common word (Will, Mark, Grace) is not among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate, compress
from typing import NamedTuple

_WORD = re.compile("[a-z0-9_\u0080-\U0010ffff]+")
_EDGES = ".,;:!?()[]\"'-"

_WHOM = r"(?: (?:all|team|there|everyone|everybody|sir|madam|sirs|or|support|service|desk|help|helpdesk|colleagues))*"
_NAMED = r"(?:[ ,(]+\w+){0,4}[ .,;:!?()]*$"
_IN_ADVANCE = (
    r"(?: you| dank)?(?: so much| very much| a lot)? (?:in advance|im voraus|davance|d'avance|de antemano)\b"
    r"(?: for (?:your|the|any|all) \w+)?"
)
_REGARDS = rf"(?:regards|wishes|greetings)\b(?:{_NAMED})?"
_HELP = r"(?:help|assist|advise)(?: me| us)?(?: out| with this)?\b"
_ASK = rf" (?:you|someone|somebody|anyone|anybody) (?:(?:please|kindly) )?{_HELP}"

_PHRASES = {
    "hi hello hey dear greetings hallo hola bonjour": _WHOM,
    "good guten": rf" (?:morning|afternoon|evening|day|morgen|tag|abend)\b{_WHOM}",
    "sehr": r" geehrte(?:r|s)?(?: (?:damen|und|herren|herr|frau|team))*",
    "my": r" name is \w+",
    "i we": r" (?:am|are) (?:writing|calling|based|located|living)(?: to you)?(?: from| in)?\b",
    "im were": r" (?:writing|calling|based|located|living)(?: to you)?(?: from| in)?\b",
    "thank thanks vielen danke merci gracias": rf"(?:{_IN_ADVANCE}| and(?= (?:kind|best|warm) regards))",
    "with": rf" (?:kind|best|warm|warmest) {_REGARDS}",
    "kind best warm warmest many": rf" {_REGARDS}",
    "regards sincerely cordialement saludos": rf"(?:(?: yours| cordiales)?{_NAMED})",
    "yours": rf" (?:sincerely|faithfully|truly)\b(?:{_NAMED})?",
    "mit": rf" (?:freundlichen|besten) grussen\b(?:{_NAMED})?",
    "can could would will": _ASK,
    "please kindly": rf"(?: {_HELP}(?=[.!?]|$))?",
    "bitte": "",
    "por": " favor",
    "s sil": "['](?:il)? vous plait| vous plait",
    "any your": r" help (?:would be|is) (?:much |greatly |highly )?appreciated\b",
    "sorry": r" (?:to bother you|for (?:the|any) (?:trouble|inconvenience|bother))\b",
}
"""What follows which first words."""

_STARTS = {first: re.compile(rf"(?:{rest})[.,;:!?]*") for words, rest in _PHRASES.items() for first in words.split(" ")}


@lru_cache(maxsize=1)
def neutral_words() -> frozenset[str]:
    """Return the names of people and countries that say nothing of a matter."""
    folder = files("ticket_triage.modelling").joinpath("neutral")
    listed = [folder.joinpath(name).read_text(encoding="utf-8") for name in ("names.txt", "countries.txt")]
    return frozenset("\n".join(listed).split())


class Note(NamedTuple):
    """What there is to say of a blank-separated piece of text.

    Parameters
    ----------
    starts : tuple of (int, int, Pattern)
        Where each word stands that a courtesy may begin with, and what must follow.
    is_name : bool
        Whether the piece is a person's or a country's name.
    mended : str or None
        How the piece reads when a slip in it is mended (``reading``).
    """

    starts: tuple[tuple[int, int, re.Pattern[str]], ...] = ()
    is_name: bool = False
    mended: str | None = None


Notes = Sequence[Note | None]
"""One for each piece, None where there is nothing to say of it."""


def noted(piece: str) -> Note | None:
    """Return what a piece of normalised text may hold, None where it surely matters."""
    core = piece.strip(_EDGES)
    is_name = core in neutral_words()
    if not is_name and core not in _STARTS and core.isalnum():
        return None
    words = ((word.start(), word.end(), _STARTS.get(word.group())) for word in _WORD.finditer(piece))
    starts = tuple((start, end, follows) for start, end, follows in words if follows is not None)
    return Note(starts, is_name) if starts or is_name else None


def without_neutral(normalised: str) -> str:
    """Return a normalised text without greetings, courtesies, and names of people and countries.

    Examples
    --------
    >>> without_neutral("hello team, my name is ingrid. the till in berlin is down. kind regards, ingrid")
    'the till in berlin is down.'
    >>> without_neutral("shipping to norway fails, thanks")
    'shipping to fails, thanks'
    """
    pieces = normalised.split(" ")
    kept, _ = what_matters(normalised, pieces, _all_noted(pieces), _all_noted)
    return " ".join(kept)


def _all_noted(pieces: list[str]) -> list[Note | None]:
    return [*map(noted, pieces)]


def what_matters(
    text: str, pieces: list[str], notes: Notes, notes_of: Callable[[list[str]], Notes]
) -> tuple[list[str], Notes]:
    """Return the pieces of a normalised text that are left without its courtesies and names, and their notes.

    Parameters
    ----------
    text : str
    pieces, notes : sequences of shape (n_pieces,)
        The text's own.
    notes_of : callable
        Gives the notes of pieces that leaving out courtesies has made.
    """
    if any(notes):
        shorter = _without_courtesies(text, pieces, notes)
        if shorter is not None:
            pieces, notes = shorter, notes_of(shorter)
        if any(note.is_name for note in notes if note is not None):
            return _without_names(pieces, notes)
    return pieces, notes


def _without_courtesies(text: str, pieces: list[str], notes: Notes) -> list[str] | None:
    """Return the pieces of the text without its courtesies, None where it has none."""
    starting = [(number, note.starts) for number, note in enumerate(notes) if note is not None and note.starts]
    if not starting:
        return None
    kept: list[str] = []
    done = 0
    places = [*accumulate(map(len, pieces), initial=0)]
    for number, starts in starting:
        place = places[number] + number  # a blank before each piece but the first
        for start, end, follows in starts:
            rest = follows.match(text, place + end) if place + start >= done else None
            if rest is not None:
                kept.append(text[done : place + start])
                done = rest.end()
    return "".join([*kept, text[done:]]).split() if done else None


def _without_names(pieces: list[str], notes: Notes) -> tuple[list[str], Notes]:
    """Leave out names; and, of "ingrid here.", both words."""
    begin = _introduction(pieces, notes)
    matter = [note is None or not note.is_name for note in notes[begin:]]
    return [*compress(pieces[begin:], matter)], [*compress(notes[begin:], matter)]


def _introduction(pieces: list[str], notes: Notes) -> int:
    """Return how many pieces a text begins with that only say who writes."""
    after_name = False
    for place, (piece, note) in enumerate(zip(pieces, notes, strict=True)):
        is_name = note is not None and note.is_name
        if not is_name and not (after_name and piece.rstrip(_EDGES) == "here"):
            return place
        after_name = is_name
    return len(pieces)
