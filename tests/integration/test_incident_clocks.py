"""Service clocks of a real desk's log, held against what the desk itself wrote down."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.domain.events import Event
from ticket_triage.intake.events import read_events
from ticket_triage.policy import load_policy
from ticket_triage.policy.sla import read_clocks

ROOT = Path(__file__).parents[2]
LATER = datetime(2017, 1, 1, tzinfo=UTC)
SHIPPED = ROOT / "src" / "ticket_triage" / "policy" / "default.toml"
HOURS = (0.01, 4, 8, 24, 40, 72, 80, 96, 120, 168, 240)


@pytest.fixture(scope="module")
def source(shared_data):
    path = shared_data / "raw" / "incident_log" / "incident_event_log.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    return path


@pytest.fixture(scope="module")
def logs(source):
    return read_events(source, ROOT / "data" / "mappings" / "incident_log.toml").logs


def test_every_event_of_the_log_is_read(source, logs):
    reading = read_events(source, ROOT / "data" / "mappings" / "incident_log.toml")
    assert (reading.rows_read, reading.rows_refused, len(logs)) == (5998, 0, 890)


def test_the_desks_own_verdicts_follow_from_a_clock_without_pauses(source, logs, tmp_path):
    """That desk's clock runs day and night and never pauses; its targets are learnt on every second incident."""
    text = SHIPPED.read_text("utf-8")
    begin = text.index("resolution = [", text.index("[clocks.pauses]"))
    path = tmp_path / "policy.toml"
    path.write_text(text[:begin] + "resolution = []" + text[text.index("]", begin) + 1 :], "utf-8")
    policy = load_policy(path)
    made = pd.read_csv(source).groupby("number").made_sla.last()
    hours, priority = {}, {}
    for name, log in logs.items():
        opened = next(event for event in log if event.kind == "opened")
        moved = Event(name, opened.at, "calendar_changed", "always")
        reading = read_clocks([*log, moved], policy, LATER).reading("resolution")
        hours[name], priority[name] = reading.consumed.total_seconds() / 3600, reading.rule[:6]
    table = pd.DataFrame({"hours": hours, "priority": priority, "made": made})
    learnt, judged = table.iloc[::2], table.iloc[1::2]
    agreed = 0
    for name, group in judged.groupby("priority"):
        own = learnt[learnt.priority == name]
        target = max(HOURS, key=lambda limit: ((own.hours <= limit) == own.made).sum())
        agreed += ((group.hours <= target) == group.made).sum()
    assert agreed / len(judged) >= 0.98
