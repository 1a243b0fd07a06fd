"""How a language's phrases are kept: what tickets are about, and the manner in which people write.

Patterns know a small notation. ``{thing}`` is a thing as the subject of a sentence and ``{about}`` the same thing
after a preposition; ``[is|are]`` picks by the thing's number; ``{task}`` is what somebody wants to do; other names in
braces (``{since}``, ``{error}``, ``{order}`` …) are filled from the language's own slots or with numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

AREAS = ("payments", "checkout", "login_access", "billing_invoice", "integration_api", "reporting")
"""The parts of the product that tickets are about; questions and wishes may be about any of them."""

BySeverity = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Phrases for severity 0 (cosmetic), 1 (a nuisance), 2 (partly broken) and 3 (broken)."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A part of the product: its name as a subject, after a preposition (when that differs), and its number."""

    name: str
    plural: bool = False
    after_preposition: str = ""

    @property
    def about(self) -> str:
        """The name as it stands after a preposition."""
        return self.after_preposition or self.name


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that went wrong, with its severity (0 to 3), a subject line and several ways to tell it.

    ``reach`` is ``"single"`` when it can only happen to one or a few, ``"wide"`` when only to many, else ``"any"``.
    """

    severity: int
    subject: str
    told: tuple[str, ...]
    reach: str = "any"

    def fits(self, severity: int, scope: str) -> bool:
        """Whether it can be this severe and hit this many."""
        allowed = {"single": ("one", "few"), "wide": ("team", "many", "all")}.get(self.reach, (scope,))
        return self.severity == severity and scope in allowed


@dataclass(frozen=True, slots=True)
class Topic:
    """An area's things, tasks and issues, and asides that mention it in tickets about something else."""

    things: tuple[Thing, ...]
    tasks: tuple[str, ...]
    issues: tuple[Issue, ...]
    asides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Core:
    """Ways to say what a ticket is about, and the subject lines that go with them."""

    states: BySeverity
    obstacles: BySeverity
    questions: tuple[str, ...]
    stuck: tuple[str, ...]
    suggestions: tuple[str, ...]
    state_subjects: BySeverity
    task_subjects: tuple[str, ...]
    question_subjects: tuple[str, ...]
    suggestion_subjects: tuple[str, ...]
    plain_subjects: tuple[str, ...]
    outages: Mapping[str, tuple[str, ...]]
    outage_subjects: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Manner:
    """Everything around the core: how people greet, how far it reaches, by when, in which tone."""

    greetings: Mapping[str, tuple[str, ...]]
    openers: tuple[str, ...]
    scopes: Mapping[str, tuple[str, ...]]
    deadlines: Mapping[str, tuple[str, ...]]
    ways_round: Mapping[str, tuple[str, ...]]
    effects: Mapping[str, tuple[str, ...]]
    attempts: tuple[str, ...]
    histories: tuple[str, ...]
    chatter: tuple[str, ...]
    tones: Mapping[str, tuple[str, ...]]
    shouts: tuple[str, ...]
    shout_marks: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]]
    mends: tuple[str, ...]
    closings: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One language: topics by area, ways to say the core, and manner."""

    topics: Mapping[str, Topic]
    core: Core
    manner: Manner
