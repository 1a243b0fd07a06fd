"""How a text sounds: friendly and angry words, denials, and signs, as a handful of figures.

A word list of our own in eight languages says how friendly or angry a word is, from -3 to 3 (the ``.toml`` files beside
this module). A word counts otherwise where it is denied ("not helpful"), made stronger ("really bad") or weaker, and
what follows a "but" counts more than what stands before: the rules of C. Hutto and E. Gilbert, "VADER: A Parsimonious
Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM 2014, with fewer exceptions.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import sqrt

import numpy as np

from ticket_triage.domain.pieces import PieceMemory
from ticket_triage.domain.text import normalise

LANGUAGES = ("english", "german", "french", "spanish", "italian", "portuguese", "arabic", "hindi", "signs")

TONE = "tone"
"""What the block is called where an explanation says what kind a line is."""

TONE_WEIGHTS = (1.0,)
"""Weights to choose from beside none. Larger ones brought nothing to held-out training tickets in eight languages, and
took the solver three times as long.
"""

TONE_FEATURES = (
    "tone: friendly words",
    "tone: angry words",
    "tone: more friendly than angry",
    "tone: how it ends",
    "tone: share of friendly words",
    "tone: share of angry words",
    "tone: a friendly word denied",
    "tone: nothing friendly or angry",
    "tone: exclamation marks",
    "tone: question marks",
)
"""The names of the figures, in order; all lie between -1 and 1."""

_NEAR = 3
"""How many words before a word can deny it or make it stronger."""
_DENIED, _STRONGER, _WEAKER = -0.74, 1.3, 0.6
_BEFORE_TURN, _AFTER_TURN = 0.5, 1.5
_HALF = 4.0
"""Points at which a sum counts half of the most it can."""
_SPREAD = 15.0
"""VADER's: the square of the sum at which the balance is 0.7."""
_WORDS_OF_NOTE, _MOST_MARKS = 8, 3
_CLAUSE_ENDS = frozenset(".;:,!?")
_WORD = "[a-z0-9_\u0080-\U0010ffff]+"
_ENDINGS = re.compile(r"(\S+?)(?:\(([^)]*)\))?(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the word lists say.

    Parameters
    ----------
    valences : dict of str to float
    factors : dict of str to float
        Negative for a denial.
    turns : frozenset of str
    tokens : Pattern
        Finds words, faces and marks in a normalised text; none reaches across a blank.
    pieces : PieceMemory
        The same, remembered.
    sha256 : str
        Of all of it.
    """

    valences: dict[str, float]
    factors: dict[str, float]
    turns: frozenset[str]
    tokens: re.Pattern[str]
    pieces: PieceMemory
    sha256: str


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the shipped word lists; of a word in several languages the earlier one's strength is taken."""
    valences: dict[str, float] = {}
    factors: dict[str, float] = {}
    turns: set[str] = set()
    signs: list[str] = []
    for language in LANGUAGES:
        lists = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
        for strength in (3, 2, 1, -1, -2, -3):
            for word in _listed(lists.get(str(strength), "")):
                valences.setdefault(word, float(strength))
                if language == "signs" and word[0].isascii():
                    signs.append(word)
        for kind, factor in (("negators", _DENIED), ("stronger", _STRONGER), ("weaker", _WEAKER)):
            factors |= {word: factor for word in _listed(lists[kind]) if word not in factors}
        turns |= set(_listed(lists["turns"]))
    told = repr((sorted(valences.items()), sorted(factors.items()), sorted(turns), TONE_FEATURES))
    faces = "|".join(re.escape(sign) for sign in sorted(signs, key=lambda sign: (-len(sign), sign)))
    tokens = re.compile(rf"(?<![^\s!.?])(?:{faces})(?![^\s!.?])|{_WORD}|[!?.;:,]")
    sha256 = hashlib.sha256(told.encode()).hexdigest()

    def split(piece: str) -> list[str]:
        return [piece] if piece.isalnum() else tokens.findall(piece)

    return Lexicon(valences, factors, frozenset(turns), tokens, PieceMemory(split), sha256)


def tone(text: str) -> tuple[float, ...]:
    """Return the figures of a normalised text, in the order of ``TONE_FEATURES``.

    Examples
    --------
    >>> kind, angry = tone("thank you, really helpful!"), tone("not helpful at all")
    >>> kind[2] > 0 > angry[2], angry[TONE_FEATURES.index("tone: a friendly word denied")]
    (True, 1.0)
    >>> tone("the invoice of may")[7]
    1.0
    """
    known = lexicon()
    tokens = known.pieces.split(text)
    valences = known.valences
    places = [place for place, token in enumerate(tokens) if token in valences]
    marks = min(tokens.count("!"), _MOST_MARKS) / _MOST_MARKS, min(tokens.count("?"), _MOST_MARKS) / _MOST_MARKS
    if not places:
        return (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, *marks)
    felt, denied = _felt(known, tokens, places)
    if not known.turns.isdisjoint(tokens):
        turn = max(place for place, token in enumerate(tokens) if token in known.turns)
        pairs = zip(places, felt, strict=True)
        felt = [value * (_AFTER_TURN if place > turn else _BEFORE_TURN) for place, value in pairs]
    friendly = sum([value for value in felt if value > 0])
    angry = -sum([value for value in felt if value < 0])
    balance = friendly - angry
    n_friendly = sum(value > 0 for value in felt)
    wide = max(len(tokens), _WORDS_OF_NOTE)
    return (
        friendly / (friendly + _HALF),
        angry / (angry + _HALF),
        balance / sqrt(balance * balance + _SPREAD),
        max(-1.0, min(1.0, felt[-1] / _HALF)),
        n_friendly / wide,
        (len(felt) - n_friendly) / wide,
        float(denied),
        0.0,
        *marks,
    )


def tones(texts: Iterable[str]) -> np.ndarray:
    """Return the figures of normalised texts.

    Returns
    -------
    ndarray of shape (n_texts, len(TONE_FEATURES)), float64
    """
    return np.array([tone(text) for text in texts], dtype=np.float64).reshape(-1, len(TONE_FEATURES))


def _felt(known: Lexicon, tokens: list[str], places: list[int]) -> tuple[list[float], bool]:
    """Return the strengths of words, and whether a friendly one is denied."""
    plain = [known.valences[tokens[place]] for place in places]
    factors = [place for place, token in enumerate(tokens) if token in known.factors]
    if not factors:
        return plain, False
    swayed = {place + step for place in factors for step in range(1, _NEAR + 1)}
    felt = [
        _swayed(known, tokens, place, value) if place in swayed else value
        for place, value in zip(places, plain, strict=True)
    ]
    return felt, any(before > 0 > after for before, after in zip(plain, felt, strict=True))


def _swayed(known: Lexicon, tokens: list[str], place: int, value: float) -> float:
    """Return a word's strength, with what stands before it in the same clause."""
    denied = False
    for before in tokens[max(place - _NEAR, 0) : place][::-1]:
        if before in _CLAUSE_ENDS:
            break
        factor = known.factors.get(before, 1.0)
        denied = denied or factor < 0
        value *= max(factor, 0.0) or 1.0
    return value * _DENIED if denied else value


def _listed(entries: str) -> Iterator[str]:
    """Return the words of a list, endings written out, as normalised texts have them."""
    for stem, endings in _ENDINGS.findall(entries.replace("\n", " ").strip()) if "(" in entries else []:
        yield from _written(stem, endings)
    if "(" not in entries:
        yield from (normalise(word) for word in entries.split())


def _written(stem: str, endings: str) -> Iterator[str]:
    bare = stem.endswith("-") and bool(endings)
    if not bare:
        yield normalise(stem)
    yield from (normalise(stem.removesuffix("-") + ending.strip("- ")) for ending in endings.split(",") if ending)
