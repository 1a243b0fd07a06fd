import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy.conditions import CONDITION_FIELDS, condition, problem
from ticket_triage.policy.schema import Bounds

TICKET = Ticket(
    "T-1",
    segment="Enterprise",
    vip=True,
    annual_value=50_000.0,
    tags=("Printer", "urgent"),
    custom={"region": "EU", "seats": 12, "trial": False},
)


@pytest.mark.parametrize(
    ("when", "evidence"),
    [
        ({"segment": "enterprise"}, "segment = Enterprise"),
        ({"segment": ("small", "ENTERPRISE ")}, "segment = Enterprise"),
        ({"vip": True, "annual_value": Bounds(at_least=50_000)}, "vip = true, annual_value = 50000.0"),
        ({"tags": "printer"}, "tags = Printer, urgent"),
        ({"custom.region": "eu"}, "custom.region = EU"),
        ({"custom.seats": Bounds(at_least=10, at_most=12)}, "custom.seats = 12"),
        ({"custom.trial": False}, "custom.trial = false"),
    ],
)
def test_a_condition_that_holds_names_its_fields(when, evidence):
    assert condition(when).evidence(TICKET) == evidence


@pytest.mark.parametrize(
    "when",
    [
        {"segment": "small"},
        {"vip": False},
        {"plan": "premium"},
        {"affected_users": Bounds(at_least=0)},
        {"annual_value": Bounds(at_most=49_999)},
        {"vip": True, "segment": "small"},
        {"custom.unknown": True},
        {"custom.region": Bounds(at_least=1)},
    ],
)
def test_what_is_unknown_or_different_does_not_hold(when):
    assert condition(when).evidence(TICKET) is None


def test_a_misspelt_field_is_answered_with_the_nearest():
    assert problem("segmant", "x") == "is no field a condition can test; did you mean 'segment'?"


@pytest.mark.parametrize(("name", "value"), [("vip", "yes"), ("annual_value", 5.0), ("segment", True)])
def test_a_value_of_the_wrong_kind_is_refused(name, value):
    assert problem(name, value).startswith("must be ")


@given(
    name=st.sampled_from([*CONDITION_FIELDS, "custom.x"]),
    expected=st.one_of(st.booleans(), st.text(min_size=1), st.builds(Bounds, at_least=st.floats(allow_nan=False))),
    value=st.one_of(st.none(), st.booleans(), st.text(), st.floats(), st.integers()),
)
def test_any_condition_answers_any_ticket(name, expected, value):
    ticket = Ticket("T-1", custom={"x": value})
    assert condition({name: expected}).evidence(ticket) is None or name == "custom.x"
