"""A story told as subject and body, in the manner of the person who tells it.

Every sentence is drawn on its own and their order varies, so that texts differ although they share their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.labels import SENTIMENT_LEVELS, URGENCY_LEVELS
from ticket_triage.intake.sample.pen import Pen, ticket_slots
from ticket_triage.intake.sample.phrases import PHRASEBOOKS
from ticket_triage.intake.sample.phrases.book import AREAS

if TYPE_CHECKING:
    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.people import Person
    from ticket_triage.intake.sample.phrases.book import Phrasebook, Topic
    from ticket_triage.intake.sample.story import Story

_WAYS_TO_TELL = (("state", 0.48), ("obstacle", 0.2), ("issue", 0.32))
_SCOPE_TOLD = {"one": 0.75, "few": 0.85, "team": 0.92, "many": 0.95, "all": 0.95}
_MAY_COME_FIRST = {"history": 0.4, "deadline": 0.25, "tone": 0.25, "chatter": 0.25, "aside": 0.3, "shout": 0.4}
_MIXED_FEELINGS = 0.07
_GREETED = {"email": 0.95, "web_form": 0.6, "chat": 0.55, "phone": 0.0}
_SIGNED = {"email": 0.95, "web_form": 0.5, "chat": 0.08, "phone": 0.0}


@dataclass(frozen=True, slots=True)
class Text:
    """What a requester wrote."""

    subject: str
    body: str


def write(story: Story, person: Person, channel: str, dice: Dice) -> Text:
    """Tell a story as subject and body.

    Parameters
    ----------
    story : Story
        What happened.
    person : Person
        Who tells it: the language, the manner and the slips are theirs.
    channel : str
        ``email``, ``web_form``, ``chat`` or ``phone``; it decides about greeting, signature and subject.
    dice : Dice
        Where chance comes from.

    Returns
    -------
    Text
    """
    book = PHRASEBOOKS[person.language]
    pen = Pen(ticket_slots(story, book.manner, dice), dice)
    core, subject = _core(story, book, pen, dice)
    sentences = _in_order(core, _around(story, person, book, pen, dice), dice)
    if story.loud and dice.chance(0.25):
        sentences[0] = sentences[0].upper()
    body = pen.slip(" ".join(sentences), person.slips)
    return Text(
        subject=_subject_line(subject, story, book, channel, pen, dice),
        body=_framed(body, story, person, channel, pen, dice),
    )


def _core(story: Story, book: Phrasebook, pen: Pen, dice: Dice) -> tuple[str, str]:
    """Return the sentence that says what the ticket is about, and a subject line for it."""
    if story.outage:
        return pen.say(book.core.outages[story.area]), pen.say(book.core.outage_subjects[story.area])
    if story.is_problem:
        return _problem(story, book, pen, dice)
    task = dice.pick(book.topics[story.area].tasks)
    if story.category == "feature_request":
        told, subjects = book.core.suggestions, book.core.suggestion_subjects
    else:
        told, subjects = (book.core.stuck if story.severity else book.core.questions), book.core.question_subjects
    return pen.fill(dice.pick(told), task=task), pen.fill(dice.pick(subjects), task=task)


def _problem(story: Story, book: Phrasebook, pen: Pen, dice: Dice) -> tuple[str, str]:
    topic, core = book.topics[story.area], book.core
    way = dice.weighted(_WAYS_TO_TELL)
    issues = [issue for issue in topic.issues if issue.fits(story.severity, story.scope)]
    if way == "issue" and issues:
        issue = dice.pick(issues)
        return pen.say(issue.told), issue.subject
    if way == "obstacle":
        task = dice.pick(topic.tasks)
        told = pen.fill(dice.pick(core.obstacles[story.severity]), task=task)
        return told, pen.fill(dice.pick(core.task_subjects), task=task)
    thing = dice.pick(topic.things)
    told = pen.fill(dice.pick(core.states[story.severity]), thing)
    return told, pen.fill(dice.pick(core.state_subjects[story.severity]), thing)


def _around(story: Story, person: Person, book: Phrasebook, pen: Pen, dice: Dice) -> list[tuple[str, str]]:
    """Return the other sentences, each with its kind."""
    told = _facts(story, book, pen, dice) + _side_notes(story, person, book, pen, dice)
    heard = dice.pick(SENTIMENT_LEVELS) if dice.chance(_MIXED_FEELINGS) else story.sentiment
    if dice.chance(0.25 if story.sentiment == "neutral" else 0.9):
        told.append(("tone", pen.say(book.manner.tones[heard])))
    if story.loud and dice.chance(0.8):
        told.append(("shout", pen.say(book.manner.shouts)))
    return told


def _facts(story: Story, book: Phrasebook, pen: Pen, dice: Dice) -> list[tuple[str, str]]:
    manner, told = book.manner, []
    if story.is_problem and story.severity:
        if dice.chance(_SCOPE_TOLD[story.scope]):
            told.append(("scope", pen.say(manner.scopes[story.scope])))
        elif dice.chance(0.25):
            told.append(("scope", pen.say(manner.scopes["unknown"])))
    if story.is_problem and dice.chance(0.6):
        told.append(("effect", pen.say(manner.effects[_felt_urgency(story, dice)])))
    if story.deadline != "none":
        told.append(("deadline", pen.say(manner.deadlines[story.deadline])))
    if story.way_round != "unsaid":
        told.append(("way round", pen.say(manner.ways_round[story.way_round])))
    if story.repeated:
        told.append(("history", pen.say(manner.histories)))
    return told


def _felt_urgency(story: Story, dice: Dice) -> str:
    """Return how bad it feels: mostly as it is, a level worse for half of the loud, now and then a level off."""
    shift = int(story.loud and dice.chance(0.5)) or dice.weighted(((0, 0.84), (1, 0.08), (-1, 0.08)))
    level = URGENCY_LEVELS.index(story.urgency) + shift
    return URGENCY_LEVELS[min(max(level, 0), len(URGENCY_LEVELS) - 1)]


def _side_notes(story: Story, person: Person, book: Phrasebook, pen: Pen, dice: Dice) -> list[tuple[str, str]]:
    brief = 0.35 if story.outage or person.persona == "executive" else 1.0
    told = []
    if story.is_problem and dice.chance(brief * (0.45 if person.persona == "power_user" else 0.22)):
        told.append(("attempt", pen.say(book.manner.attempts)))
    if dice.chance(brief * 0.33):
        told.append(("aside", pen.say(_another_topic(story.area, book, dice).asides)))
    if dice.chance(brief * 0.33):
        told.append(("chatter", pen.say(book.manner.chatter)))
    return told


def _another_topic(area: str, book: Phrasebook, dice: Dice) -> Topic:
    return book.topics[dice.pick([other for other in AREAS if other != area])]


def _in_order(core: str, around: list[tuple[str, str]], dice: Dice) -> list[str]:
    """Put the core among the others: some may come first, the scope likes to stand right behind it."""
    shuffled = dice.some(around, len(around))
    first = [entry for entry in shuffled if dice.chance(_MAY_COME_FIRST.get(entry[0], 0.0))]
    after = [entry for entry in shuffled if entry not in first]
    if dice.chance(0.6):
        after.sort(key=lambda entry: entry[0] != "scope")
    return [*(sentence for _, sentence in first[:2]), core, *(sentence for _, sentence in [*after, *first[2:]])]


def _framed(body: str, story: Story, person: Person, channel: str, pen: Pen, dice: Dice) -> str:
    """Add greeting, opener, wish and signature as the channel has it."""
    manner = PHRASEBOOKS[person.language].manner
    way = "polite" if story.polite else "plain"
    if dice.chance(0.45 if story.polite else 0.08):
        body = f"{pen.say(manner.openers)} {body}"
    if dice.chance(0.7):
        mend = story.is_problem and story.severity > 0 and not story.polite and dice.chance(0.4)
        body = f"{body} {pen.say(manner.mends if mend else manner.asks[way])}"
    if channel == "chat" and person.persona == "casual" and dice.chance(0.3):
        body = body.lower()
    if dice.chance(_GREETED[channel]):
        body = f"{pen.say(manner.greetings[way])}\n{body}"
    if dice.chance(_SIGNED[channel]):
        body = f"{body}\n{pen.say(manner.closings[way])}\n{person.name}"
    return body


def _subject_line(own: str, story: Story, book: Phrasebook, channel: str, pen: Pen, dice: Dice) -> str:
    if channel == "chat" and dice.chance(0.5):
        return ""
    thing = dice.pick(book.topics[story.area].things)
    plain = dice.chance(0.1 if story.outage else 0.25)
    subject = pen.fill(dice.pick(book.core.plain_subjects), thing) if plain else own
    if not story.loud:
        return subject
    if dice.chance(0.35):
        subject = subject.upper()
    return f"{dice.pick(book.manner.shout_marks)} {subject}" if dice.chance(0.7) else subject
