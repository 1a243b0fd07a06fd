"""What repeats in the shipped sample is told as it is, and nothing is said to stand out where nothing does."""

from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.intake.sample import sample_history
from ticket_triage.intake.sample.make import sample_events
from ticket_triage.service.repeats import repeats, write_repeats

HISTORY = Path(__file__).parents[3] / "data" / "sample_history.csv.gz"


@pytest.fixture(scope="module")
def found():
    return repeats(HISTORY)


@pytest.fixture(scope="module")
def outages():
    """Return the tickets of each outage of the shipped history, in order."""
    ids = sample_history()["ticket_id"]
    told = pd.DataFrame({"ticket_id": ids, "story": [event.story for event in sample_events(6400, 0)]})
    told = told[[story.outage for story in told["story"]]]
    areas = told["story"].map(lambda story: story.area)
    return {area: list(rows) for area, rows in told["ticket_id"].groupby(areas)}


def test_both_outages_of_the_sample_are_bursts_found_within_five_tickets(found, outages):
    bursts = {
        area: next(one for one in found.bursts if set(own) & set(one.ticket_ids)) for area, own in outages.items()
    }
    for area, burst in bursts.items():
        assert outages[area].index(burst.found_by) < 5
        assert len(set(outages[area]) & set(burst.ticket_ids)) >= 0.9 * len(outages[area])
        assert len(set(outages[area]) & set(burst.ticket_ids)) >= 0.75 * burst.tickets
    assert "login page" in bursts["login_access"].words
    assert "checkout" in bursts["checkout"].words


def test_the_issues_of_the_sample_are_what_it_is_about(found):
    table = found.table()
    assert 250 < len(table) < 400
    assert found.issues.kind == "category"
    said = " ".join(table["says"])
    assert "the nightly sync has overwritten # prices with zero" in said
    assert "would be grateful" not in said
    assert (table["tickets"].diff().dropna() <= 0).all()


def test_every_ticket_is_told_of_once(found):
    tickets = found.tickets
    assert tickets["ticket_id"].is_unique
    assert len(tickets) == 6400
    assert tickets["issue"].notna().sum() == found.issues.told
    earlier = tickets[tickets["copy_of"].notna()]
    place = pd.Series(range(6400), index=tickets["ticket_id"])
    assert (place[earlier["copy_of"]].to_numpy() < place[earlier["ticket_id"]].to_numpy()).all()


def test_only_the_team_with_the_longest_queue_stands_out(found):
    standing = [part for part in (*found.handovers.bounces, *found.handovers.training) if part.stands_out]
    assert [(part.names, part.measure) for part in standing] == [(("integrations", "integration_api"), "answered late")]
    assert found.issues.growing.empty


def test_the_same_history_gives_the_same_report_whatever_the_order_of_its_rows(tmp_path):
    history = sample_history(700)
    found, again = repeats(history), repeats(history.sample(frac=1, random_state=1))
    texts = [
        [path.read_text() for path in write_repeats(one, tmp_path / name)] for name, one in (("a", found), ("b", again))
    ]
    assert texts[0] == texts[1]


def test_no_requester_and_no_address_stands_in_the_report(found, tmp_path):
    pages = "".join(path.read_text() for path in write_repeats(found, tmp_path))
    people = sample_history()["requester"].unique()
    assert not [name for name in people if name in pages]
    assert "@" not in pages.replace("@media", "")


def test_the_largest_issue_and_nothing_that_stands_out_are_said_in_words(found, tmp_path):
    page, text = (path.read_text() for path in write_repeats(found, tmp_path)[:2])
    assert page.count("<svg") == 4
    assert "src=" not in page
    assert f"{found.issues.told:,} of 6,400" in text
    assert "Nothing bounces more than the rest by more than chance" in text
    assert "Nothing comes up" in text


def test_a_tiny_history_says_that_nothing_comes_back():
    one = pd.DataFrame({"ticket_id": ["A"], "subject": ["Down"], "opened_at": ["2026-03-02T08:00Z"]})
    found = repeats(one)
    assert found.told() == ["Repeats: nothing comes back often enough among 1 tickets; too short for bursts"]
    assert found.as_dict()["issues"] == []


def test_a_history_without_times_is_refused():
    with pytest.raises(BadOptionError, match="no opened_at"):
        repeats(pd.DataFrame({"ticket_id": ["A"], "subject": ["Down"]}))


def test_a_history_of_a_week_says_what_cannot_be_told_of_it(tmp_path):
    history = sample_history(2000)
    week = history[history["opened_at"] < history["opened_at"].iloc[0] + pd.Timedelta(days=7)]
    text = write_repeats(repeats(week), tmp_path)[1].read_text()
    assert "Bursts cannot be told: the history spans less than two weeks" in text
    assert "bursts | cannot be told" in text
    assert "no burst" not in text
