from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def found(policy, body, **known):
    return {
        hit.signal: hit.found for hit in decide(Ticket("T-1", body=body, **known), NO_PREDICTION, policy, NOW).signals
    }


@pytest.mark.parametrize(
    ("signal", "body"),
    [
        ("outage", "our server is unreachable"),
        ("widespread", "f\u00fcr alle Kunden? nein: f\u00fcr alle"),
        ("security", "another customer\u2019s data is shown"),
        ("payment_blocked", "I can\u2019t check out"),
        ("login_blocked", "Ich kann mich leider nicht anmelden"),
        ("malfunction", "l'export ne fonctionne plus"),
        ("deadline_today", "lo necesito para hoy"),
        ("revenue_at_risk", "wir verlieren Kunden"),
        ("legal", "you will hear from our lawyer"),
        ("reputation", "a journalist called"),
        ("executive", "our CEO wants to know"),
        ("cosmetic", "there is a typo"),
    ],
)
def test_a_signal_fires_on_its_words(policy, signal, body):
    assert signal in found(policy, body)


def test_the_words_found_are_on_the_receipt(policy):
    hits = found(policy, "Checkout is down for everyone", segment="Enterprise")
    assert hits["widespread_outage"] == "'is down' with 'checkout' with 'for everyone'"
    assert hits["large_customer"] == "segment = Enterprise"
    assert hits["key_customer_blocked"] == "segment = Enterprise with 'is down' with 'checkout' with 'for everyone'"


def test_parts_of_a_signal_must_stand_near_one_another(policy):
    letter = "The coffee server is down. " + "Now to something else entirely, dear people. " * 6
    assert "widespread_outage" not in found(policy, f"{letter} The picnic is open for all of us")
    assert "widespread_outage" in found(policy, "The coffee server is down. It matters for all of us")


def test_tags_of_signals_are_facts_of_the_decision(policy):
    decision = decide(Ticket("T-1", body="data loss and a data leak"), NO_PREDICTION, policy, NOW)
    assert decision.facts["signal_tags"] == ["data loss", "security"]


def test_a_desk_adds_its_own_signal_on_words_and_fields_together(changed):
    own = '[signals.printer]\nphrases = ["paper jam"]\nwhen = { channel = "phone" }\nteam = "product"\n\n[signals.vip]'
    policy = load_policy(changed(("[signals.vip]", own)))
    assert found(policy, "a PAPER JAM again", channel="Phone")["printer"] == "'paper jam' with channel = Phone"
    assert "printer" not in found(policy, "a paper jam again", channel="email")
    assert "printer" not in found(policy, "a question", channel="phone")


def test_what_stands_before_a_place_takes_its_force_and_what_stands_behind_does_not(changed):
    lead = '[signals.lead]\npart = true\nphrases = ["beside"]\n\n'
    thing = '[signals.thing]\nphrases = ["gadget"]\nled_by = { lead = 2 }\n\n'
    policy = load_policy(changed(("[signals.cosmetic]\n", f"{lead}{thing}[signals.cosmetic]\n")))

    def fires(text):
        return any(hit.signal == "thing" for hit in decide(Ticket("A", body=text), NO_PREDICTION, policy, NOW).signals)

    assert [fires(text) for text in ("a gadget beside it", "beside the gadget", "beside, a gadget")] == [
        True,
        False,
        True,
    ]
