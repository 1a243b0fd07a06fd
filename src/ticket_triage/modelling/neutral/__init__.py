"""What a ticket says of its writer and not of its matter: greetings, courtesies, names of people and of countries.

A model that learns from them answers Maria otherwise than Ahmed. So they are left out of what it reads, in learning as
in serving. A lone "thanks" stays, for it tells a mood. ``names.txt`` and ``countries.txt`` hold one word a line, as
``domain.text.normalise`` writes it; a name that is also a common word (Will, Mark, Grace) is not among them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

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
_TRIGGERS = frozenset(_STARTS)


@lru_cache(maxsize=1)
def neutral_words() -> frozenset[str]:
    """Return the names of people and countries that say nothing of a matter."""
    folder = files("ticket_triage.modelling").joinpath("neutral")
    listed = [folder.joinpath(name).read_text(encoding="utf-8") for name in ("names.txt", "countries.txt")]
    return frozenset("\n".join(listed).split())


def without_neutral(normalised: str) -> str:
    """Return a normalised text without greetings, courtesies, and names of people and countries.

    Examples
    --------
    >>> without_neutral("hello team, my name is ingrid. the till in berlin is down. kind regards, ingrid")
    'the till in berlin is down.'
    >>> without_neutral("shipping to norway fails, thanks")
    'shipping to fails, thanks'
    """
    found = set(_WORD.findall(normalised))
    if not found.isdisjoint(_TRIGGERS):
        normalised = _without_courtesies(normalised)
    neutral = neutral_words()
    if not found.isdisjoint(neutral):
        normalised = _without_words(normalised, neutral)
    return normalised


def _without_courtesies(text: str) -> str:
    kept: list[str] = []
    done = 0
    for word in _WORD.finditer(text):
        phrase = _STARTS.get(word.group())
        if phrase is None or word.start() < done:
            continue
        rest = phrase.match(text, word.end())
        if rest is not None:
            kept.append(text[done : word.start()])
            done = rest.end()
    return " ".join("".join([*kept, text[done:]]).split()) if done else text


def _without_words(text: str, neutral: frozenset[str]) -> str:
    """Leave out names; and, of "ingrid here.", both words."""
    kept: list[str] = []
    after_name = False
    for piece in text.split(" "):
        is_name = piece.strip(_EDGES) in neutral
        if not is_name and not (after_name and not kept and piece.rstrip(_EDGES) == "here"):
            kept.append(piece)
        after_name = is_name
    return " ".join(kept)
