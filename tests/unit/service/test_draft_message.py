"""Drafts: every slot from live data, a gap never, and nothing but slots between braces."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError, MissingSlotError, PolicyInvalidError
from ticket_triage.policy import load_policy
from ticket_triage.policy.messages import KINDS
from ticket_triage.service.draft_message import draft_message
from ticket_triage.service.explain import explain

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
OPEN = pd.DataFrame(
    {
        "ticket_id": ["A", "B", "C", "D"],
        "subject": ["Checkout is down for everyone", "Nobody can pay", "A {task} in the\nfooter", "Refund is late"],
        "opened_at": "2026-07-01T09:50:00Z",
        "custom.category": ["checkout", "payments", "checkout", "billing"],
        "project": "relaunch",
        "stakeholders": "Ms Grey",
        "language": ["en", "en", "de", "en"],
    }
)
DESK = """
[[agents]]
name = "Ada"
team = "payments"
skills = ["checkout", "payments"]

[[agents]]
name = "Bo"
team = "platform"
skills = ["checkout"]
load_minutes = 60

[[agents]]
name = "Cy"
team = "product"
skills = ["checkout"]
load_minutes = 300
"""
ONLY_A_PERSON = {"outcome": "no data was lost", "prevention": "a second line"}


@pytest.fixture
def draft(tmp_path):
    desk = tmp_path / "desk.toml"
    desk.write_text(DESK)

    def make(kind, ticket_id="C", **options):
        return draft_message(kind, OPEN, ticket_id, now=NOW, models=tmp_path, **{"desk": desk} | options)

    return make


def test_the_no_script_is_filled_from_queue_and_desk(draft):
    made = draft("decline", language="en")
    assert made.slots == {
        "task": "“A {task} in the footer”",
        "priority_1": "“Checkout is down for everyone”",
        "priority_2": "“Nobody can pay”",
        "key_business_metric": "the revenue at stake",
        "time_frame": "2026-07-01 11:00 (UTC)",
        "alternative_resource": "Bo (platform)",
    }
    assert "our hands are on “Checkout is down for everyone” and on “Nobody can pay”" in made.text
    assert "A {task} in the footer" in made.text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"priority_changed"}))
def test_every_kind_is_drafted_in_both_languages_without_a_gap(draft, kind, language):
    ticket_id = "A" if kind in ("top_priority", "escalated", "risk_managed") else "C"
    given = {name: text for name, text in ONLY_A_PERSON.items() if name in KINDS[kind]}
    made = draft(kind, ticket_id, language=language, slots=given)
    assert made.language == language
    assert set(made.slots) == set(KINDS[kind])
    assert all(value in made.text for value in made.slots.values())


def test_the_ticket_s_own_language_is_taken_and_english_else(draft):
    assert draft("deferral").text.startswith("Wir haben „A {task} in the footer“ aufgenommen")
    assert draft("deferral", language="fr").language == "en"


def test_a_changed_priority_is_told_with_what_changed_most(draft, tmp_path):
    before = pd.DataFrame({"ticket_id": ["C"], "subject": ["Checkout is down for everyone"]})
    receipt = tmp_path / "before.json"
    receipt.write_text(explain(before, now=NOW, models=tmp_path).decision.as_json())
    text = draft("priority_changed", language="en", previous=receipt).text
    assert text.startswith("The priority of “A {task} in the footer” has changed from P1 to P")
    assert "points, against 30.00" in text
    with pytest.raises(MissingSlotError, match="its priority is P1 as before"):
        draft("priority_changed", "A", previous=_priority(receipt, tmp_path, "A"))


def _priority(receipt, folder, ticket_id):
    path = folder / "same.json"
    path.write_text(json.dumps(json.loads(receipt.read_text()) | {"ticket_id": ticket_id}))
    return path


@pytest.mark.parametrize(
    ("kind", "ticket_id", "options", "told"),
    [
        ("top_priority", "C", {}, "priority, but 2 tickets of that queue stand before it"),
        ("deferral", "A", {}, "date, but nothing stands before it"),
        ("decline", "B", {}, "priority_2, but fewer than two tickets"),
        ("decline", "C", {"desk": None}, "time_frame, but without the desk nobody knows who works"),
        ("ranked_lower", "A", {}, "reason, but it stands first in the queue"),
        ("escalated", "D", {}, "stakeholder, but the ticket is not escalated"),
        ("risk_managed", "A", {}, "outcome, but only a person knows it; or give it yourself: --slot outcome=TEXT"),
        ("risk_managed", "D", {}, "risk, but no signal of the ticket speaks of one"),
        ("priority_changed", "A", {}, "old_priority, but its earlier receipt is not given"),
    ],
)
def test_a_slot_without_data_is_a_named_error(draft, kind, ticket_id, options, told):
    with pytest.raises(MissingSlotError, match=f"Message {kind} needs {told}"):
        draft(kind, ticket_id, **options)


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("declin", {}, "no kind of message 'declin'; did you mean 'decline'"),
        ("decline", {"slots": {"taks": "x"}}, "no slot 'taks'; did you mean 'task'"),
        ("decline", {"slots": {"task": " "}}, "Slot task is given, but empty"),
        ("decline", {"ticket_id": "Z"}, "There is no ticket 'Z' among 4"),
    ],
)
def test_what_cannot_be_drafted_is_told(draft, kind, options, told):
    with pytest.raises(BadOptionError, match=told):
        draft(kind, **options)


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{task.__class__}", "messages.deferral.en has a brace that is no slot"),
        ("{task!r:>99999999}", "messages.deferral.en has a brace that is no slot"),
        ("{0}", "messages.deferral.en uses slot {0}"),
        ("{taks}", "uses slot {taks}, which it does not have; did you mean 'task'?"),
        ("{task", "has a brace that is no slot"),
    ],
)
def test_nothing_but_slots_is_understood_between_braces(tmp_path, template, told):
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "default"\n[messages.deferral]\nen = "{template}"\n')
    with pytest.raises(PolicyInvalidError) as refused:
        load_policy(path)
    assert told in str(refused.value)


def test_a_desk_s_own_words_replace_the_shipped_ones_one_by_one(draft, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('extends = "default"\n[messages.deferral]\nfr = "Plus tard : {date}."\n')
    assert draft("deferral", language="fr", policy=path).text == "Plus tard : 2026-07-01 11:00 (UTC)."
    assert draft("deferral", policy=path).language == "de"
