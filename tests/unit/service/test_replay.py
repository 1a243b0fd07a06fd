"""A replay claims something only where it meets the desk that was observed, and only what weeks bear out."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError, DeskError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.sample import sample_history
from ticket_triage.replay import Agents, Hours, Workload, run
from ticket_triage.service.past import past_of, usual_hours
from ticket_triage.service.replay import replay
from ticket_triage.service.replay_files import write_replay
from ticket_triage.service.rolling import rolling

SHIPPED = Path(__file__).parents[3] / "data" / "sample_history.csv.gz"
MAPPING = Path(__file__).parents[3] / "data" / "mappings" / "incident_log.toml"
START = pd.Timestamp("2025-01-06T00:00:00Z")
DAY, OPENS, CLOSES = 1440, 540, 1020
LEVELS = ("low", "medium", "high", "critical")


def desk_history(weeks=26, per_day=21, seed=0, people=4):
    """Return the tickets of four agents, Monday to Friday 09:00 to 17:00, who serve first come, first served."""
    chance = np.random.default_rng(seed)
    days = [day for day in range(weeks * 7) if day % 7 < 5]
    opened = np.sort(
        np.concatenate([day * DAY + chance.uniform(OPENS - 120, CLOSES, chance.poisson(per_day)) for day in days])
    ).round()
    count = len(opened)
    work = np.exp(chance.normal(4.1, 0.6, count)).round() + 1
    hours = Hours((day * DAY + OPENS, day * DAY + CLOSES) for day in range(weeks * 7 + 400) if day % 7 < 5)
    visits = list(range(count))
    load = Workload(
        opened.tolist(), [*visits, count], [0] * count, work.tolist(), [0.0] * count, visits, [0.0] * count,
        [float("inf")] * count,
    )  # fmt: skip
    done = run(Agents([hours] * people, [[0]] * people), load, opened.tolist())
    return pd.DataFrame(
        {
            "ticket_id": [f"T-{number}" for number in range(count)],
            "subject": "A question",
            "opened_at": START + pd.to_timedelta(opened, unit="min"),
            "first_response_at": START + pd.to_timedelta(done.started, unit="min"),
            "resolved_at": START + pd.to_timedelta(done.solved, unit="min"),
            "urgency": chance.choice(LEVELS, count, p=[0.3, 0.4, 0.2, 0.1]),
            "category": chance.choice(["a", "b"], count),
            "team": "desk",
            "agent": chance.choice([f"agent {number}" for number in range(people)], count),
        }
    )


@pytest.fixture(scope="module")
def history():
    return desk_history()


@pytest.fixture(scope="module")
def replayed(history):
    return replay(history, against=["fcfs", "labels", "oracle"], seeds=2)


def test_the_desk_is_read_off_its_history(history):
    hours, told = usual_hours(past_of(read_tickets(history)))
    assert told == "Mon Tue Wed Thu Fri 09:00-17:00 UTC"
    assert hours.between(0, 7 * 1440) == 5 * 480


def test_a_desk_that_queues_is_reproduced_and_believed(replayed):
    assert replayed.believed
    assert {entry.group for entry in replayed.compared} == {"critical", "high", "medium", "low"}
    assert "4 people" in replayed.about["agents"]


def test_serving_the_urgent_first_is_shown_to_help_them(replayed):
    sentence = replayed.verdict[0]
    assert "order 'labels'" in sentence
    assert "critical tickets" in sentence
    assert "the claim of -20 % holds" in sentence


def test_sharing_out_waiting_is_not_sold_as_less_work(replayed):
    """An order that knows nothing of durations cannot shrink the backlog."""
    assert "no effect shown" in replayed.verdict[1] or "it grew" in replayed.verdict[1]


def test_the_order_really_followed_and_the_same_order_again_differ_by_nothing(replayed):
    same = [change for change in replayed.changes if change.order == "fcfs"]
    assert all(abs(change.interval.value) < 0.02 for change in same)


def test_who_knows_the_work_ahead_leaves_fewer_open(replayed):
    mean = {order: np.mean(values) for order, values in replayed.backlog.items()}
    assert mean["oracle"] < mean["labels"]


def test_waits_no_queue_made_give_no_headline(history):
    chance = np.random.default_rng(1)
    shifted = history.copy()
    waited = pd.to_timedelta(chance.choice([2.0, 9000.0], len(shifted)), unit="min")
    took = shifted["resolved_at"] - shifted["first_response_at"]
    shifted["first_response_at"] = shifted["opened_at"] + waited
    shifted["resolved_at"] = shifted["first_response_at"] + took
    found = replay(shifted, against=["labels"], seeds=1)
    assert not found.believed
    assert found.verdict[0].startswith("No headline: replaying the order actually followed does not give the waits")


@pytest.mark.slow
def test_the_shipped_history_is_met_and_bears_a_claim_within_its_interval():
    found = replay(SHIPPED)
    assert found.believed
    by_policy = {(c.group, c.figure): c.interval for c in found.changes if c.order == "full"}
    assert by_policy["critical", "response median"].high < 0
    assert by_policy["all", "backlog"].low < 0 < by_policy["all", "backlog"].high
    assert "no effect shown" in found.told()[1]


def test_a_fortnight_bears_no_claim(history):
    found = replay(history[history["opened_at"] < "2025-01-20"], against=["labels"], seeds=1)
    assert all(not change.interval.known for change in found.changes)
    assert not any("holds" in sentence for sentence in found.verdict)
    assert "opened from 2025-01-06 to 2025-01-17, but an interval needs 8 weeks" in found.told()[-1]


def test_the_same_seed_gives_the_same_replay(history):
    part = history[:600]
    first, again = (json.dumps(replay(part, against=["oracle"], seeds=2).as_dict()) for _ in range(2))
    assert first == again


def test_the_page_loads_nothing_and_tables_are_safe(replayed, tmp_path):
    paths = {path.name: path for path in write_replay(replayed, tmp_path)}
    page = paths["replay.html"].read_text("utf-8")
    assert page.count("<svg") == 3
    assert "src=" not in page
    assert 'href="http' not in page
    plain = json.loads(paths["replay.json"].read_text("utf-8"))
    assert plain["verdict"][0] in page.replace("&#x27;", "'")
    figures = pd.read_csv(paths["figures.csv"])
    assert set(figures["order"]) == {"followed", "fcfs", "labels", "oracle"}
    assert len(pd.read_csv(paths["backlog.csv"])) == 4 * len(plain["weeks"])


def test_a_desk_that_can_never_keep_up_still_serves_everybody(history):
    heavy = history[:300].copy()
    heavy["resolved_at"] = heavy["first_response_at"] + pd.Timedelta(days=200)
    heavy["agent"] = "one person"
    found = replay(heavy, against=["oracle"], seeds=1)
    assert [by_group["all"]["answered"] for by_group in found.figures.values()] == [1, 1]
    assert all(by_group["all"]["longest_wait_hours"] > 24 * 365 for by_group in found.figures.values())


def test_agents_can_be_named(history, tmp_path):
    desk = tmp_path / "desk.toml"
    agents = [f'[[agents]]\nname = "{name}"\nteam = "desk"\ncalendar = "business"\n' for name in "abcd"]
    desk.write_text("\n".join(agents), "utf-8")
    found = replay(history[:1200], agents=desk, against=["fcfs"], seeds=1)
    assert found.about["agents"] == "4 people named in the desk file, working by their calendars."


def test_a_team_without_anybody_is_named(history, tmp_path):
    desk = tmp_path / "desk.toml"
    desk.write_text('[[agents]]\nname = "a"\nteam = "support"\n', "utf-8")
    with pytest.raises(DeskError, match=r"Nobody at work in the desk file is in team 'desk'"):
        replay(history[:200], agents=desk, against=["fcfs"], seeds=1)


def test_mistakes_are_told_in_a_sentence(history):
    with pytest.raises(BadOptionError, match="There is no order 'fcsf'; did you mean 'fcfs'"):
        replay(history, against=["fcsf"])
    with pytest.raises(BadOptionError, match="Seeds lie between 1 and 200"):
        replay(history, seeds=0)
    with pytest.raises(BadOptionError, match="at least 50 tickets that say when"):
        replay(history.drop(columns="first_response_at"))


@pytest.fixture(scope="module")
def taught():
    reading = read_tickets(sample_history(1500, seed=4))
    return reading, past_of(reading).frame


def silent(_what, _share):
    return None


def test_no_model_knows_what_came_after(taught):
    reading, frame = taught
    before = rolling(frame, reading.fact_columns, 0, silent)
    later = frame.copy()
    later.loc[before.learnt_from[-1] :, "urgency"] = "low"
    after = rolling(later, reading.fact_columns, 0, silent)
    assert len(before.predictions) == len(frame) - before.first
    assert [one.heads for one in before.predictions] == [one.heads for one in after.predictions]


def test_a_label_recorded_too_late_teaches_nothing(taught):
    reading, frame = taught
    late = frame.copy()
    for head in ("urgency", "category", "sentiment"):
        late[f"{head}_labelled_at"] = frame["opened_at"].max() + pd.Timedelta(days=1)
    assert rolling(late, reading.fact_columns, 0, silent).missing


@pytest.mark.shared_data
def test_a_log_without_text_is_replayed_for_its_times(shared_data):
    log = shared_data / "raw" / "incident_log" / "incident_event_log.csv.gz"
    found = replay(log, mapping=MAPPING, seeds=2)
    assert set(found.left_out) == {"model", "full"}
    assert {"followed", "fcfs", "labels", "oracle"} <= set(found.figures)
    assert not any("holds" in sentence for sentence in found.verdict)
