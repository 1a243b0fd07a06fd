"""The demonstration: learns, stays under the ceiling, and ranks what waits."""

import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.service.demo import demonstrate
from ticket_triage.service.models import DEMO_NAME, load_model


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return demonstrate(tmp_path_factory.mktemp("models"), fast=True)


def test_the_model_it_used_is_published(shown):
    folder = shown.trained.version.parents[1]
    reference = load_model(folder, DEMO_NAME).reference
    assert {entry.decision.prediction.model for entry in shown.queue} == {reference}


def test_no_head_does_better_than_the_labels_allow(shown):
    for report in shown.trained.reports:
        assert report.signal
        assert report.majority < report.accuracy.value < shown.ceilings[report.head]


def test_the_queue_is_strict_and_priorities_never_rise_again(shown):
    assert [entry.position for entry in shown.queue] == list(range(1, 25))
    priorities = [entry.decision.priority for entry in shown.queue]
    assert priorities.index("P1") == 0
    assert all(entry.decision.now == shown.now for entry in shown.queue)


def test_the_outage_stands_above_the_loud_icon(shown):
    place = {entry.ticket.subject: entry.position for entry in shown.queue}
    assert place["Checkout is down for all our customers"] < place["URGENT!!! the icon is ugly"]


def test_a_place_that_cannot_hold_the_model_is_refused_before_any_work(tmp_path):
    (tmp_path / "models").touch()
    with pytest.raises(BadOptionError, match="is a file, so nothing can be kept in"):
        demonstrate(tmp_path / "models")
