"""Requests that arrive together share one pass through the model, and no answer differs for it."""

import asyncio

import pytest

from ticket_triage.api.together import MAX_TOGETHER, Together
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor


class CountingModel:
    """Counts its passes; a ticket called "poison" breaks the pass it is in."""

    def __init__(self, model):
        self.model, self.passes = model, []

    def predict(self, tickets):
        self.passes.append(len(tickets))
        if any(ticket.ticket_id == "poison" for ticket in tickets):
            raise RuntimeError("poisoned")
        return self.model.predict(tickets)


@pytest.fixture
def model(assessor):
    return CountingModel(assessor.model)


def decide_all(model, names, now):
    async def gathered():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        together = Together(Assessor(model, load_policy(None)))
        return await asyncio.gather(*(together.receipt(Ticket(name), now) for name in names), return_exceptions=True)

    return asyncio.run(gathered())


def test_tickets_that_arrive_together_share_a_pass(model, now):
    decide_all(model, [f"T-{number}" for number in range(10)], now)
    assert model.passes == [10]


def test_a_pass_is_never_larger_than_allowed(model, now):
    decide_all(model, [f"T-{number}" for number in range(MAX_TOGETHER + 5)], now)
    assert model.passes == [MAX_TOGETHER, 5]


def test_the_answer_is_that_of_the_ticket_alone(model, assessor, now):
    names = ["a", "b", "c"]
    assert decide_all(model, names, now) == [assessor.decide(Ticket(name), now).as_json().encode() for name in names]


def test_a_ticket_that_breaks_its_pass_harms_no_other(model, assessor, now):
    first, poison, last = decide_all(model, ["a", "poison", "b"], now)
    assert isinstance(poison, RuntimeError)
    assert [first, last] == [assessor.decide(Ticket(name), now).as_json().encode() for name in "ab"]
