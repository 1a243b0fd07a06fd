"""What the intake form and the customer file say of a ticket: true as far as people fill things in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.intake.sample.phrases.book import AREAS

if TYPE_CHECKING:
    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.people import Person
    from ticket_triage.intake.sample.story import Story

Value = str | int | float | bool | None
"""What a cell of the sample holds; None is an empty one."""

_CHANNELS = (("email", 0.46), ("web_form", 0.30), ("chat", 0.17), ("phone", 0.07))

PRODUCTS = ("storefront", "pay", "ledger", "connect", "insights", "account")
"""The imaginary company's products."""

_HOME_OF = dict(zip(AREAS, ("pay", "storefront", "account", "ledger", "connect", "insights"), strict=True))

_PROJECTS = ("spring relaunch", "second shop", "warehouse move", "api v3", "new price list", "winter sale")
_TAGS = ("mobile", "desktop", "follow_up", "campaign", "trial", "partner", "renewal", "several_shops")
_STAKEHOLDERS = ("account manager", "head of sales", "finance lead", "partner manager", "chief executive")
_BROWSERS = (("chrome", 0.5), ("firefox", 0.18), ("safari", 0.2), ("edge", 0.12))


def draw_channel(dice: Dice) -> str:
    """Draw the channel a ticket comes in by."""
    return dice.weighted(_CHANNELS)


def intake_facts(story: Story, person: Person, channel: str, dice: Dice) -> dict[str, Value]:
    """Return the intake columns beside the text, the moment and the ids.

    Parameters
    ----------
    story : Story
        What happened.
    person : Person
        Who asks.
    channel : str
        Where the ticket came in.
    dice : Dice
        Where chance comes from.

    Returns
    -------
    dict
        Column to value; None where nobody filled it in.
    """
    return {
        **_customer_file(person),
        "affected_users": _affected_users(story, dice),
        "product": _product(story, dice),
        "project": dice.pick(_PROJECTS) if dice.chance(0.12) else None,
        "tags": _tags(story, dice),
        **_people_around(story, person, dice),
        "depends_on": None,
        "custom.browser": dice.weighted(_BROWSERS) if channel in {"web_form", "chat"} and dice.chance(0.9) else None,
        "custom.region": person.region,
    }


def _customer_file(person: Person) -> dict[str, Value]:
    return {
        "language": person.language,
        "requester": person.address,
        "customer_id": person.customer_id,
        "segment": person.segment,
        "plan": person.plan,
        "vip": person.vip,
        "persona": person.persona,
        "annual_value": person.annual_value,
    }


def _affected_users(story: Story, dice: Dice) -> int | None:
    """Return what the form says: often nothing, sometimes 1 out of habit, ten times too many from the loud."""
    if not dice.chance(0.6):
        return None
    if dice.chance(0.12):
        return 1
    if story.loud and dice.chance(0.4):
        return story.affected * 10
    return max(1, round(story.affected * dice.spread(1.0, 0.15)))


def _product(story: Story, dice: Dice) -> str | None:
    if dice.chance(0.2):
        return None
    return _HOME_OF[story.area] if dice.chance(0.7) else dice.pick(PRODUCTS)


def _tags(story: Story, dice: Dice) -> str | None:
    if not dice.chance(0.35):
        return None
    tags = dice.some(_TAGS, dice.whole(1, 2))
    if dice.chance(0.2):
        tags.append(story.area if dice.chance(0.6) else dice.pick(AREAS))
    return ";".join(tags)


def _people_around(story: Story, person: Person, dice: Dice) -> dict[str, Value]:
    """Return who watches, whether they know, and whether people disagree on the way to resolve it."""
    large = person.segment in {"enterprise", "business"}
    watched = dice.chance((0.22 if large else 0.02) + (0.15 if person.vip else 0.0))
    stakeholders = dice.some(_STAKEHOLDERS, dice.whole(1, 2)) if watched else []
    asked = dice.chance(0.75)
    return {
        "stakeholders": ";".join(stakeholders) or None,
        "stakeholder_aware": (watched and dice.chance(0.7)) if asked else None,
        "conflict": dice.chance(0.08 if story.repeated else 0.03) if asked else None,
    }
