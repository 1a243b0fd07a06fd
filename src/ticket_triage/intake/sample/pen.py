"""One ticket's pen: fills patterns with its slots, and slips now and then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.phrases.book import Manner, Thing
    from ticket_triage.intake.sample.story import Story

_NUMBERED = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")

_BROWSERS = ("Firefox 140", "Chrome 138", "Safari 18", "Edge 137")
_YEARS = (2019, 2020, 2021, 2022, 2023, 2024)


def ticket_slots(story: Story, manner: Manner, dice: Dice) -> dict[str, str]:
    """Draw what this ticket's braces stand for, so that it tells the same story all through."""
    slots = {name: dice.pick(options) for name, options in manner.slots.items()}
    slots["n"] = str(story.affected)
    slots["order"] = f"#{dice.whole(20000, 89999)}"
    slots["invoice"] = f"HV-{dice.pick((2025, 2026))}-{dice.whole(100, 9899):04d}"
    slots["amount"] = f"{dice.whole(12, 2400)} EUR"
    slots["count"] = str(dice.whole(12, 900))
    slots["seconds"] = str(dice.whole(15, 90))
    slots["browser"] = dice.pick(_BROWSERS)
    slots["year"] = str(dice.pick(_YEARS))
    if story.outage:
        slots["error"] = manner.slots["error"][0]
    return slots


class Pen:
    """Writes phrases with one ticket's slots filled in.

    Parameters
    ----------
    slots : dict
        What each name in braces stands for.
    dice : Dice
        Where chance comes from.

    Examples
    --------
    >>> from ticket_triage.intake.sample.dice import Dice
    >>> from ticket_triage.intake.sample.phrases.book import Thing
    >>> pen = Pen({"error": "error 502"}, Dice(0, "pen"))
    >>> pen.fill("{thing} [fails|fail] with {error}.", Thing("refunds", plural=True))
    'Refunds fail with error 502.'
    """

    def __init__(self, slots: dict[str, str], dice: Dice) -> None:
        self._slots = slots
        self._dice = dice

    def fill(self, pattern: str, thing: Thing | None = None, task: str = "") -> str:
        """Write one pattern out, beginning with a capital letter."""
        slots = self._slots
        if thing is not None:
            slots = {**slots, "thing": thing.name, "about": thing.about}
            pattern = _NUMBERED.sub(r"\2" if thing.plural else r"\1", pattern)
        if task:
            slots = {**slots, "task": _SLOT.sub(lambda match: slots[match.group(1)], task)}
        text = _SLOT.sub(lambda match: slots[match.group(1)], pattern)
        return text[:1].upper() + text[1:]

    def say(self, options: Sequence[str]) -> str:
        """Pick one of the phrases and write it out."""
        return self.fill(self._dice.pick(options))

    def slip(self, text: str, rate: float) -> str:
        """Write text down with up to three slips of the pen, about ``rate`` of them on average."""
        for _ in range(3):
            if self._dice.chance(min(rate / 3, 1.0)):
                text = self._slip_once(text)
        return text

    def _slip_once(self, text: str) -> str:
        words = list(_LONG_WORD.finditer(text))
        if not words:
            return text
        word = self._dice.pick(words)
        at = self._dice.whole(word.start() + 1, word.end() - 2)
        kind = self._dice.whole(0, 2)
        if kind == 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        if kind == 1:
            return text[:at] + text[at + 1 :]
        return text[:at] + text[at] + text[at:]
