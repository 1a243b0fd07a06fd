"""The phrases of the invented desk, one pair of modules per language.

``book`` says how phrases are kept · ``english_*``, ``german_*``, ``french_*``, ``spanish_*`` hold them.
"""

from __future__ import annotations

from ticket_triage.intake.sample.phrases import (
    english_manner,
    english_topics,
    french_manner,
    french_topics,
    german_manner,
    german_topics,
    spanish_manner,
    spanish_topics,
)
from ticket_triage.intake.sample.phrases.book import Phrasebook

PHRASEBOOKS = {
    "en": Phrasebook(english_topics.TOPICS, english_manner.CORE, english_manner.MANNER),
    "de": Phrasebook(german_topics.TOPICS, german_manner.CORE, german_manner.MANNER),
    "fr": Phrasebook(french_topics.TOPICS, french_manner.CORE, french_manner.MANNER),
    "es": Phrasebook(spanish_topics.TOPICS, spanish_manner.CORE, spanish_manner.MANNER),
}
"""Phrases by language."""
