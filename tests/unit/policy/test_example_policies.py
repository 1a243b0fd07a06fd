"""The example policies load, name only what they have, and decide sensibly."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy, policy_faults

FOLDER = Path(__file__).parents[3] / "data" / "policies"
FILES = sorted(FOLDER.glob("*.toml"))
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def decided(name, text, category=None, **known):
    custom = {} if category is None else {"category": category}
    return decide(Ticket("A", body=text, custom=custom, **known), NO_PREDICTION, load_policy(FOLDER / name), NOW)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_sound_and_has_its_own_name(path):
    assert policy_faults(path) == ()
    assert load_policy(path).reference.name == path.stem.replace("_", " ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_outage_for_all_comes_first_and_an_ugly_icon_never(path):
    assert decided(path.name, "The system is down for everyone").priority == "P1"
    assert decided(path.name, "URGENT!!! the icon is ugly", vip=True).priority in ("P3", "P4")


@pytest.mark.parametrize(
    ("name", "text", "category", "priority", "team"),
    [
        ("it_desk.toml", "The printer on floor 2 is out of toner", "printing", "P4", "workplace"),
        ("it_desk.toml", "I forgot my password", "access", "P3", "service_desk"),
        ("it_desk.toml", "An attacker has taken over my account", "access", "P1", "security"),
        ("it_desk.toml", "Nobody can log in", "access", "P1", "service_desk"),
        ("software_vendor.toml", "How do I add a user?", "how_to", "P4", "support"),
        ("software_vendor.toml", "The API returns error 500", "integration", "P3", "integrations"),
        ("software_vendor.toml", "We have lost all our data", "data", "P1", "platform"),
        ("shop.toml", "Is this lamp available in blue?", "product_question", "P4", "service"),
        ("shop.toml", "My parcel has not arrived", "delivery", "P3", "warehouse"),
        ("shop.toml", "The lamp caught fire", "product_question", "P2", "service"),
        ("shop.toml", "Customers cannot pay", "payment", "P1", "payments"),
        ("shop.toml", "Quiero hablar con alguien", "unheard of", "P3", "service"),
    ],
)
def test_an_example_decides_a_ticket_of_its_trade(name, text, category, priority, team):
    decision = decided(name, text, category)
    assert (decision.priority, decision.route.team) == (priority, team)


def test_what_a_plan_buys_is_in_the_example():
    bought = decided("software_vendor.toml", "How do I add a user?", "how_to", plan="enterprise")
    assert bought.priority == "P3"
    assert bought.deadline("first_response").target_minutes == 180
