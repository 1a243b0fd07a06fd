import pandas as pd
import pytest

from ticket_triage.domain.text import normalise, ticket_text, words
from ticket_triage.errors import BadOptionError, BadValueError
from ticket_triage.intake.sample import CEILING, label_ceiling, sample_history
from ticket_triage.intake.sample.make import sample_events
from ticket_triage.intake.sample.rhythm import HISTORY_END, OUTAGES
from ticket_triage.intake.sample.table import HISTORY_COLUMNS

HEADS = ("urgency", "category", "sentiment")


@pytest.fixture(scope="module")
def history():
    return sample_history()


@pytest.fixture(scope="module")
def truth():
    events = sample_events(6400, 0)
    return pd.DataFrame({head: [getattr(event.story, head) for event in events] for head in HEADS}).assign(
        loud=[event.story.loud for event in events],
        polite=[event.story.polite for event in events],
        shouter=[event.person.shouter for event in events],
    )


def test_every_column_of_the_schema_is_filled_somewhere(history):
    assert tuple(history.columns) == HISTORY_COLUMNS
    assert history.notna().any().all()
    assert len(history) == 6400


def test_no_hidden_truth_is_shipped(history):
    assert not {"severity", "scope", "deadline", "loud", "polite", "shouter", "outage"} & set(history.columns)


def test_a_tenth_is_german_french_and_spanish(history):
    shares = history["language"].value_counts(normalize=True)
    assert set(shares.index) == {"en", "de", "fr", "es"}
    assert shares["en"] == pytest.approx(0.9, abs=0.015)


def test_the_year_ends_on_the_last_of_june_2026(history):
    assert history["opened_at"].min() >= pd.Timestamp("2025-07-01", tz="UTC")
    assert pd.Timestamp("2026-06-29", tz="UTC") < history["opened_at"].max() < pd.Timestamp(HISTORY_END)


def test_days_and_weeks_have_a_rhythm(history):
    hours, days = history["opened_at"].dt.hour, history["opened_at"].dt.day_of_week
    assert hours.between(8, 16).mean() > 0.6
    assert (days >= 5).mean() < 0.12


def test_an_outage_brings_near_duplicates_from_many_customers_within_hours(history):
    start = pd.Timestamp(OUTAGES[1].start)
    burst = history[history["opened_at"].between(start, start + pd.Timedelta(hours=OUTAGES[1].hours))]
    alike = burst[burst["body"].str.contains("502", regex=False) & (burst["urgency"] == "critical")]
    assert len(alike) > 50
    assert alike["customer_id"].nunique() > 45


def test_nothing_later_happens_before_the_ticket_is_opened(history):
    answered = history.dropna(subset=["first_response_at"])
    assert (answered["first_response_at"] >= answered["opened_at"]).all()
    resolved = history.dropna(subset=["resolved_at"])
    assert (resolved["resolved_at"] >= resolved["first_response_at"]).all()
    assert resolved["resolved_at"].max() < pd.Timestamp(HISTORY_END)


def test_tickets_that_are_not_resolved_have_no_outcome(history):
    waiting = history[history["resolved_at"].isna()]
    assert set(waiting["status"]) <= {"new", "open", "pending"}
    assert waiting[["reopened", "csat", "converted"]].isna().all(axis=None)


def test_a_ticket_waits_only_for_an_earlier_one_of_its_customer(history):
    by_id = history.set_index("ticket_id")
    linked = history.dropna(subset=["depends_on"])
    before = by_id.loc[linked["depends_on"]]
    assert (before["opened_at"].to_numpy() <= linked["opened_at"].to_numpy()).all()
    assert (before["customer_id"].to_numpy() == linked["customer_id"].to_numpy()).all()


def test_urgency_has_the_skew_of_a_desk(history):
    shares = history["urgency"].value_counts(normalize=True)
    assert shares.index.tolist() == ["medium", "low", "high", "critical"]
    assert 0.06 <= shares["critical"] <= 0.08


def test_a_loud_ticket_is_no_more_urgent_than_a_calm_one(truth):
    loud, calm = truth[truth["loud"]], truth[~truth["loud"]]
    pressing = ["high", "critical"]
    assert len(loud) > 400
    assert loud["urgency"].isin(pressing).mean() == pytest.approx(calm["urgency"].isin(pressing).mean(), abs=0.05)


def test_polite_people_have_real_emergencies(truth):
    assert ((truth["urgency"] == "critical") & truth["polite"]).sum() > 100


def test_some_requesters_call_nearly_everything_urgent(truth):
    assert 0.03 < truth["shouter"].mean() < 0.12
    assert truth.loc[truth["shouter"], "loud"].mean() > 0.75


@pytest.mark.parametrize("head", HEADS)
def test_the_ceiling_is_what_somebody_who_knows_the_truth_would_reach(history, truth, head):
    by_people = history[head].notna() & (history[f"{head}_source"] != "machine")
    agreement = (history[head] == truth[head])[by_people].mean()
    assert label_ceiling(history)[head] == pytest.approx(agreement, abs=0.012)


def test_the_stated_ceilings_are_those_of_the_shipped_history(history):
    assert label_ceiling(history) == CEILING


def test_a_label_of_another_desk_has_no_ceiling():
    with pytest.raises(BadValueError, match="'urgency' holds 'blocker'"):
        label_ceiling(pd.DataFrame({"urgency": ["blocker"]}))


@pytest.mark.parametrize(("head", "most"), [("urgency", 0.97), ("sentiment", 0.97), ("category", 0.99)])
def test_no_word_alone_gives_a_label_away(history, head, most):
    columns = zip(history["subject"].fillna(""), history["body"], history[head], strict=True)
    told = [(set(words(normalise(ticket_text(subject, body)))), label) for subject, body, label in columns]
    pairs = [(word, label) for said, label in told for word in said]
    counts = pd.DataFrame(pairs, columns=["word", "label"]).dropna().value_counts().unstack(fill_value=0)
    totals = counts.sum(axis=1)
    assert (counts.max(axis=1) / totals)[totals >= 30].max() < most


def test_segments_and_plans_tell_little_of_the_urgency(history):
    pressing = history["urgency"].isin(["high", "critical"])
    by_segment = pressing.groupby(history["segment"]).mean()
    assert by_segment.idxmin() == "consumer"
    assert by_segment.max() - by_segment.min() < 0.2


@pytest.mark.parametrize(("options", "message"), [({"n_tickets": 0}, "ask for 1 to"), ({"seed": -1}, "negative")])
def test_a_sample_that_cannot_be_made_is_refused(options, message):
    with pytest.raises(BadOptionError, match=message):
        sample_history(**options)
