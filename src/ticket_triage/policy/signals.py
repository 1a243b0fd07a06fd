"""Signals: what a policy wants noticed in a ticket, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain.text import normalise
from ticket_triage.policy.conditions import condition
from ticket_triage.policy.phrases import BREAK, Grammar, PhraseMatcher
from ticket_triage.policy.places import Clauses, all_near, any_after, any_before, any_near
from ticket_triage.policy.units import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.conditions import Condition
    from ticket_triage.policy.phrases import Found
    from ticket_triage.policy.places import Places
    from ticket_triage.policy.schema import Language, PolicyFile
    from ticket_triage.policy.schema import Signal as SignalTable

_CHOICES_KEPT = 4096

PERCEIVED = "perceived urgency"
"""Owner of the words by which a requester calls something urgent; no signal can have this name."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of the policy, ready to be looked for; values in ten-thousandths.

    ``simple`` signals have nothing but phrases; ``needs`` and ``options`` are ``all_of`` and ``any_of`` as sets, and
    ``builds_on`` has every signal named by this one.
    """

    name: str
    phrases: bool
    simple: bool
    when: Condition | None
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    needs: frozenset[str]
    options: frozenset[str]
    near: int
    same_clause: bool
    unless: tuple[tuple[str, int], ...]
    led_by: tuple[tuple[str, int], ...]
    undone_by: tuple[tuple[str, int], ...]
    undoable: bool
    builds_on: frozenset[str]
    part: bool
    raises: tuple[tuple[str, int], ...]
    floor: str | None
    cap: str | None
    impact: bool
    blocks: bool
    answers: tuple[str, ...]
    team: str | None
    tags: tuple[str, ...]


class Hit(NamedTuple):
    """A signal that fired, what it was found in, and where; no positions when a field made it fire."""

    signal: Signal
    found: str
    positions: Places

    @property
    def evidence(self) -> str:
        """The signal's name and what it was found in."""
        return f"{self.signal.name}: {self.found}"


class Words(NamedTuple):
    """The phrases that a text holds, and its clauses."""

    matches: Mapping[str, Found]
    clauses: Clauses


class SignalBook:
    """All signals of a policy, in its order, with their phrases in one matcher.

    Most tickets hold the words of few signals, so only those that could fire with the words at hand, and what they
    build on, are looked at: the choice depends on the owners of those words alone and is remembered.

    Parameters
    ----------
    signals : sequence of Signal
        Each after all it builds on.
    matcher : PhraseMatcher
    stops : set of str
        All that opens a new clause: words and the break.
    """

    __slots__ = (
        "_alone",
        "_bits",
        "_built",
        "_candidates",
        "_parts",
        "_signals",
        "_stops",
        "_wants",
        "matcher",
        "named",
    )

    def __init__(self, signals: Sequence[Signal], matcher: PhraseMatcher, stops: Set[str]) -> None:
        self.named = {signal.name: signal for signal in signals}
        self.matcher = matcher
        self._stops = stops
        self._bits = {signal.name: 1 << place for place, signal in enumerate(signals)}
        self._signals = tuple(signals)
        self._parts = self._mask(signal.name for signal in signals if signal.part)
        self._alone = self._mask(signal.name for signal in signals if not (signal.needs or signal.options))
        self._alone &= self._mask(signal.name for signal in signals if signal.phrases)
        self._built = tuple(map(self._rule, (each for each in signals if not self._bits[each.name] & self._alone)))
        self._wants = [self._mask((signal.name, *signal.builds_on)) for signal in signals]
        self._candidates = lru_cache(_CHOICES_KEPT)(self._choose)

    def find(self, ticket: Ticket, text: Sequence[str]) -> tuple[dict[str, Hit], Found | None]:
        """Return the signals that fired by name, in the policy's order, and the words that call for hurry."""
        matches = self.matcher.find(text)
        search = _Search(self.named, ticket, matches, Clauses(text, self._stops))
        fired = [signal for signal in self._candidates(self._mask(matches)) if search.stands(signal)]
        places = search.places
        hits = {
            signal.name: Hit(signal, search.words(signal.name), places[signal.name])
            for signal in fired
            if not signal.part
        }
        return hits, matches.get(PERCEIVED)

    def read(self, text: Sequence[str]) -> Words:
        """Return what phrases of a text's words were found, for :meth:`hits`."""
        return Words(self.matcher.find(text), Clauses(text, self._stops))

    def hits(self, ticket: Ticket, words: Words, supposed: Mapping[str, bool]) -> dict[str, Hit]:
        """Return the signals that fire when some are supposed to, anywhere in the text, and others not to."""
        search = _Search(self.named, ticket, *words)
        fired = [signal for signal in self.named.values() if search.stands_supposing(signal, supposed)]
        return {signal.name: Hit(signal, "", search.places[signal.name]) for signal in fired if not signal.part}

    def _mask(self, names: Iterable[str]) -> int:
        """Return signals as bits, the first of the policy lowest."""
        bits, mask = self._bits, 0
        for name in names:
            mask |= bits.get(name, 0)
        return mask

    def _rule(self, signal: Signal) -> tuple[int, int, int, int]:
        """Return its own bit, again where it has phrases, and those of what it needs and may choose from."""
        own = self._bits[signal.name]
        return own, own if signal.phrases else 0, self._mask(signal.needs), self._mask(signal.options)

    def _choose(self, found: int) -> tuple[Signal, ...]:
        """Return the signals that could fire when phrases of ``found`` were found, less parts that serve none."""
        possible = found & self._alone
        for own, words, needs, options in self._built:
            if possible & needs == needs and found & words == words and (not options or possible & options):
                possible |= own
        wanted, left = 0, possible
        while left:
            place = left.bit_length() - 1
            left ^= 1 << place
            if (wanted | ~self._parts) >> place & 1:
                wanted |= self._wants[place]
        chosen = possible & wanted
        return tuple(self._signals[place] for place in range(chosen.bit_length()) if chosen >> place & 1)


class _Search:
    """One text's matches, and where the signals looked at so far stand; no places where a field made one fire."""

    __slots__ = ("_book", "_clauses", "_fields", "_matches", "_said", "_ticket", "places")

    def __init__(
        self, book: Mapping[str, Signal], ticket: Ticket, matches: Mapping[str, Found], clauses: Clauses
    ) -> None:
        self._book, self._ticket, self._matches, self._clauses = book, ticket, matches, clauses
        self.places: dict[str, Places] = {}
        self._fields: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def stands(self, signal: Signal) -> bool:
        """Note where everything the signal names holds and nothing undoes it; False when it does not fire."""
        name, places = signal.name, self.places
        if signal.simple:
            places[name] = self._matches[name][1]
            return True
        parts: list[Places] = [self._matches[name][1]] if signal.phrases else []
        for need in signal.all_of:
            if need not in places:
                return False
            parts.append(places[need])
        if signal.any_of and not self._any(signal, parts):
            return False
        if signal.when is not None:
            evidence = signal.when.evidence(self._ticket)
            if evidence is None:
                return False
            self._fields[name] = evidence
        near = parts[0] if len(parts) == 1 else self._all_near(signal, parts)
        if near and signal.undoable:
            near = self._left(signal, near)
        if near is None:
            return False
        places[name] = near
        return True

    def _all_near(self, signal: Signal, parts: list[Places]) -> Places | None:
        return all_near(parts, signal.near, self._clauses if signal.same_clause else None)

    def stands_supposing(self, signal: Signal, supposed: Mapping[str, bool]) -> bool:
        """Do as ``stands``, but take for granted what is supposed; that is everywhere, as a field is."""
        known = supposed.get(signal.name)
        if known:
            self.places[signal.name] = ()
        if known is not None:
            return known
        return (not signal.phrases or signal.name in self._matches) and self.stands(signal)

    def _any(self, signal: Signal, parts: list[Places]) -> bool:
        """Add the places of those of ``any_of`` that fired; places of a field are everywhere."""
        known = self.places
        found = [known[name] for name in signal.any_of if name in known]
        if len(found) == 1:
            parts += found
        elif found:
            parts.append(sorted(set(chain.from_iterable(found))) if all(found) else ())
        return bool(found)

    def _left(self, signal: Signal, positions: Places) -> Places | None:
        """Return the places no other signal undoes, or None when none is left."""
        for name, near in signal.unless:
            if others := self.places.get(name):
                positions = [place for place in positions if not any_near(others, place, near, self._clauses)]
        for name, near in signal.led_by:
            if others := self.places.get(name):
                positions = [place for place in positions if not any_before(others, place, near, self._clauses)]
        for name, near in signal.undone_by:
            if others := self.places.get(name):
                positions = [place for place in positions if not any_after(others, place, near)]
        return positions or None

    def words(self, name: str) -> str:
        """Say what a signal that fired was found in."""
        said = self._said.get(name)
        if said is None:
            said = self._said[name] = self._told(self._book[name])
        return said

    def _told(self, signal: Signal) -> str:
        name = signal.name
        if signal.simple:
            return f"'{self._matches[name][0]}'"
        parts = [f"'{self._matches[name][0]}'"] if signal.phrases else []
        if name in self._fields:
            parts.append(self._fields[name])
        parts += map(self.words, signal.all_of)
        for option in signal.any_of:
            if option in self.places:
                parts.append(self.words(option))
                break
        return " with ".join(parts)


def signal_book(file: PolicyFile) -> SignalBook:
    """Return the policy's signals ready to be looked for."""
    phrases = {name: table.phrases for name, table in file.signals.items() if table.phrases}
    firm = {name for name, table in file.signals.items() if table.firm}
    grammar = _grammar(file.language)
    matcher = PhraseMatcher({**phrases, PERCEIVED: file.perceived_urgency.phrases}, grammar, firm)
    signals = tuple(_signal(name, table, file.levels) for name, table in file.signals.items())
    return SignalBook(signals, matcher, grammar.stops | {BREAK})


def _signal(name: str, table: SignalTable, levels: Mapping[str, float]) -> Signal:
    undoable = bool(table.unless or table.led_by or table.undone_by)
    return Signal(
        name=name,
        phrases=bool(table.phrases),
        simple=not (table.when or table.all_of or table.any_of or undoable),
        when=condition(table.when),
        all_of=table.all_of,
        any_of=table.any_of,
        needs=frozenset(table.all_of),
        options=frozenset(table.any_of),
        near=table.near,
        same_clause=table.same_clause,
        unless=tuple(table.unless.items()),
        led_by=tuple(table.led_by.items()),
        undone_by=tuple(table.undone_by.items()),
        undoable=undoable,
        builds_on=frozenset((*table.all_of, *table.any_of, *table.unless, *table.led_by, *table.undone_by)),
        part=table.part,
        raises=tuple((criterion, parts_of(value, levels)) for criterion, value in table.raises.items()),
        floor=table.floor,
        cap=table.cap,
        impact=table.impact,
        blocks=table.blocks,
        answers=table.answers,
        team=table.team,
        tags=table.tags,
    )


def _grammar(language: Language) -> Grammar:
    return Grammar(
        fillers=frozenset(map(normalise, language.fillers)),
        negations=frozenset(map(normalise, language.negations)),
        breakers=frozenset(map(normalise, language.negation_breakers)),
        stops=frozenset(map(normalise, language.negation_stops)),
        window=language.negation_window,
    )
