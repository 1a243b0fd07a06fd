"""Signals: what a policy wants noticed in a ticket, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain.text import normalise
from ticket_triage.policy.conditions import condition
from ticket_triage.policy.phrases import Grammar, PhraseMatcher
from ticket_triage.policy.places import Clauses, all_near, any_after, any_near
from ticket_triage.policy.units import parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.conditions import Condition
    from ticket_triage.policy.phrases import Match
    from ticket_triage.policy.places import Places
    from ticket_triage.policy.schema import Language, PolicyFile
    from ticket_triage.policy.schema import Signal as SignalTable

PERCEIVED = "perceived urgency"
"""Owner of the words by which a requester calls something urgent; no signal can have this name."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of the policy, ready to be looked for; values in ten-thousandths.

    ``simple`` signals have nothing but phrases; ``needs`` and ``options`` are ``all_of`` and ``any_of`` as sets.
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
    undone_by: tuple[tuple[str, int], ...]
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
    positions: tuple[int, ...]

    @property
    def evidence(self) -> str:
        """The signal's name and what it was found in."""
        return f"{self.signal.name}: {self.found}"


@dataclass(frozen=True, slots=True)
class SignalBook:
    """All signals of a policy, in its order, with their phrases in one matcher."""

    signals: tuple[Signal, ...]
    matcher: PhraseMatcher
    stops: frozenset[str]

    def find(self, ticket: Ticket, text: Sequence[str]) -> tuple[dict[str, Hit], list[Match]]:
        """Return the signals that fired by name, in the policy's order, and the words that call for hurry."""
        matches = self.matcher.find(text)
        hits: dict[str, Hit] = {}
        clauses = Clauses(text, self.stops)
        for signal in self.signals:
            name = signal.name
            if signal.phrases and name not in matches:
                continue
            if signal.needs and not hits.keys() >= signal.needs:
                continue
            if signal.options and hits.keys().isdisjoint(signal.options):
                continue
            hit = _in_words(signal, matches[name]) if signal.simple else _fired(signal, ticket, matches, hits, clauses)
            if hit is not None:
                hits[name] = hit
        return {name: hit for name, hit in hits.items() if not hit.signal.part}, matches.get(PERCEIVED, [])


def _in_words(signal: Signal, matches: Sequence[Match]) -> Hit:
    return Hit(signal, f"'{matches[0][0]}'", tuple([place for _, place in matches]))


def _fired(
    signal: Signal,
    ticket: Ticket,
    matches: Mapping[str, Sequence[Match]],
    hits: Mapping[str, Hit],
    clauses: Clauses,
) -> Hit | None:
    """Return the hit when everything the signal names holds and nothing undoes it."""
    parts = [_in_words(signal, matches[signal.name])] if signal.phrases else []
    if signal.when is not None:
        evidence = signal.when.evidence(ticket)
        if evidence is None:
            return None
        parts.append(Hit(signal, evidence, ()))
    parts += _built_on(signal, hits)
    near = all_near((part.positions for part in parts), signal.near, clauses if signal.same_clause else None)
    positions = near and _standing(signal, near, hits, clauses)
    if positions is None:
        return None
    return Hit(signal, " with ".join([part.found for part in parts]), positions)


def _standing(signal: Signal, positions: Places, hits: Mapping[str, Hit], clauses: Clauses) -> Places | None:
    """Return the places no other signal undoes, or None when none is left."""
    for name, near in signal.unless:
        if name in hits:
            others = hits[name].positions
            positions = tuple([place for place in positions if not any_near(others, place, near, clauses)])
    for name, near in signal.undone_by:
        if name in hits:
            others = hits[name].positions
            positions = tuple([place for place in positions if not any_after(others, place, near)])
    return positions or None


def _built_on(signal: Signal, hits: Mapping[str, Hit]) -> list[Hit]:
    """Return the hits of the signals this one builds on, all of which have fired."""
    parts = [hits[name] for name in signal.all_of]
    found = [hits[name] for name in signal.any_of if name in hits]
    if found:
        everywhere = any(not hit.positions for hit in found)
        places = () if everywhere else tuple(sorted({place for hit in found for place in hit.positions}))
        parts.append(Hit(signal, found[0].found, places))
    return parts


def signal_book(file: PolicyFile) -> SignalBook:
    """Return the policy's signals ready to be looked for."""
    phrases = {name: table.phrases for name, table in file.signals.items() if table.phrases}
    firm = {name for name, table in file.signals.items() if table.firm}
    grammar = _grammar(file.language)
    matcher = PhraseMatcher({**phrases, PERCEIVED: file.perceived_urgency.phrases}, grammar, firm)
    signals = tuple(_signal(name, table, file.levels) for name, table in file.signals.items())
    return SignalBook(signals, matcher, grammar.stops)


def _signal(name: str, table: SignalTable, levels: Mapping[str, float]) -> Signal:
    return Signal(
        name=name,
        phrases=bool(table.phrases),
        simple=not (table.when or table.all_of or table.any_of or table.unless or table.undone_by),
        when=condition(table.when),
        all_of=table.all_of,
        any_of=table.any_of,
        needs=frozenset(table.all_of),
        options=frozenset(table.any_of),
        near=table.near,
        same_clause=table.same_clause,
        unless=tuple(table.unless.items()),
        undone_by=tuple(table.undone_by.items()),
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
