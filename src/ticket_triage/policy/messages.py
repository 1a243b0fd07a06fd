"""The words of a policy: templates with named slots, and nothing else between braces."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from tomllib import loads
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticket_triage.policy.schema import PolicyFile

KINDS: Mapping[str, tuple[str, ...]] = {
    "top_priority": ("task", "priority", "metric"),
    "deferral": ("task", "date"),
    "queued_after": ("task", "priority"),
    "input_needed": ("issue", "stakeholder", "date"),
    "ranked_lower": ("task", "reason"),
    "escalated": ("issue", "stakeholder", "expertise"),
    "risk_managed": ("risk", "outcome"),
    "deadline": ("project", "action"),
    "tracking": ("metric", "goal"),
    "collaboration": ("stakeholder", "issue", "prevention"),
    "decline": ("task", "priority_1", "priority_2", "key_business_metric", "time_frame", "alternative_resource"),
    "expected_wait": ("task", "wait", "date"),
    "priority_changed": ("task", "old_priority", "new_priority", "reason"),
}
"""Every kind of message and its slots."""

PHRASES: Mapping[str, tuple[str, ...]] = {
    "named": ("subject",),
    "action": ("task", "date"),
    "goal": ("minutes", "priority"),
    "points": ("criterion", "points", "weight", "other"),
}
"""Pieces that slots are put together from, and theirs."""

TEXT = "text"
"""What is asked for when the requester wrote nothing."""

ASKABLE = ("affected_users", "annual_value", "plan", "segment", "vip")
"""Fields of a ticket that a requester may be asked for."""

FALLBACK = "en"
"""The language of whoever speaks none that the policy has words for."""

_SLOT = re.compile(r"\{([a-z0-9_]+)\}")
_SECTIONS = ("messages", "phrases", "criteria", "questions")
_MAX_VALUE_CHARS = 300


@dataclass(frozen=True, slots=True)
class MessageBook:
    """A policy's words by kind and language."""

    messages: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, str]]
    criteria: Mapping[str, Mapping[str, Mapping[str, str]]]

    def language(self, kind: str, wanted: str | None) -> str:
        """Return the language a kind of message will be in: the one wanted, else the fallback, else any."""
        there = self.messages[kind]
        if wanted is not None and wanted in there:
            return wanted
        return FALLBACK if FALLBACK in there else next(iter(there))

    def message(self, kind: str, language: str, slot: Callable[[str], str]) -> str:
        """Return a message of a kind; ``slot`` gives the value of each slot it uses."""
        return filled(self.messages[kind][language].strip(), slot)

    def phrase(self, name: str, language: str, **values: str) -> str:
        """Return a piece of a message in a language, or in the fallback."""
        there = self.phrases[name]
        return filled(there.get(language, there[FALLBACK]), values.__getitem__)

    def criterion(self, name: str, what: str, language: str) -> str | None:
        """Return the ``name`` or ``metric`` of a criterion in a language; None when the policy has no word for it."""
        there = self.criteria.get(name, {}).get(what, {})
        return there.get(language, there.get(FALLBACK))


def filled(template: str, slot: Callable[[str], str]) -> str:
    """Put each slot's value, on one line and bounded, into its place; what stands in a value is never read again.

    Examples
    --------
    >>> filled("Take {task}.", {"task": "{x}" + chr(10) + "y"}.__getitem__)
    'Take {x} y.'
    """
    return _SLOT.sub(lambda found: _plain(slot(found[1])), template)


def _plain(value: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in value).split())
    return line if len(line) <= _MAX_VALUE_CHARS else f"{line[: _MAX_VALUE_CHARS - 1]}…"


def with_shipped_words(content: dict[str, Any]) -> dict[str, Any]:
    """Return a policy's content with the shipped words in place of those it leaves out."""
    shipped = loads(files(__package__).joinpath("messages.toml").read_text("utf-8"))
    words = {name: _merged(shipped[name], content.get(name)) for name in _SECTIONS}
    return {**content, **words}


def _merged(shipped: Any, own: Any) -> Any:
    if own is None:
        return shipped
    if not (isinstance(shipped, dict) and isinstance(own, dict)):
        return own
    return {**own, **{key: _merged(value, own.get(key)) for key, value in shipped.items()}}


def word_problems(file: PolicyFile) -> Iterator[tuple[str, str]]:
    """Yield each entry whose slots or braces are wrong, and what is wrong with it."""
    for section, known in (("messages", KINDS), ("phrases", PHRASES)):
        for name, texts in getattr(file, section).items():
            for language, text in texts.items():
                if wrong := _wrong(text, known[name]):
                    yield f"{section}.{name}.{language}", wrong
    yield from _question_problems(file)


def _question_problems(file: PolicyFile) -> Iterator[tuple[str, str]]:
    askable = {TEXT, *ASKABLE, f"{CUSTOM_PREFIX}category", *(f"{CUSTOM_PREFIX}{name}" for name in file.scorecard)}
    for name, question in file.questions.items():
        if name not in askable:
            yield f"questions.{name}", f"is no fact that can be asked for; {nearest(name, askable)}"
        for language, text in question.ask.items():
            if wrong := _wrong(text, ("choices",)):
                yield f"questions.{name}.ask.{language}", wrong
        shares = sum(answer.share for answer in question.answers)
        if question.answers and abs(shares - 1) > 1e-6:
            yield f"questions.{name}.answers", f"has shares that sum to {shares:g}, but they must sum to 1"


def _wrong(text: str, slots: tuple[str, ...]) -> str | None:
    rest = _SLOT.sub("", text)
    if "{" in rest or "}" in rest:
        return "has a brace that is no slot; a slot is a plain name such as {" + slots[0] + "}"
    strange = next((found for found in _SLOT.findall(text) if found not in slots), None)
    return None if strange is None else f"uses slot {{{strange}}}, which it does not have; {nearest(strange, slots)}"


def message_book(file: PolicyFile) -> MessageBook:
    """Return the policy's words ready to be used."""
    return MessageBook(
        messages={str(name): texts for name, texts in file.messages.items()},
        phrases={str(name): texts for name, texts in file.phrases.items()},
        criteria={name: {"name": words.name, "metric": words.metric} for name, words in file.criteria.items()},
    )
