"""``triage plan week`` keeps a plan and looks back on it, from the sample as it is."""

import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
WEEK = ("plan", "week", "--history", DATA / "sample_history.csv.gz")


def test_next_weeks_plan_opens_with_last_weeks(program, tmp_path):
    first = program(*WEEK, "--team", "platform", "--now", "2026-03-09T07:00:00Z")
    assert first.returncode == 0, first.stderr
    kept = tmp_path / "plans" / "2026-W11-platform.md"
    text = kept.read_text()
    ticket = json.loads(kept.with_suffix(".json").read_text())["blocks"][0]["ticket_id"]
    assert "- [ ] 09:00 to 09:30 P" in text
    second = program(*WEEK, "--team", "platform", "--now", "2026-03-16T07:00:00Z")
    assert second.returncode == 0, second.stderr
    page = (tmp_path / "plans" / "2026-W12-platform.html").read_text()
    assert page.index("planned tickets done") < page.index("1 New requests")
    assert ticket in page
    calendar = (tmp_path / "plans" / "2026-W12-platform.ics").read_bytes()
    assert calendar.count(b"BEGIN:VEVENT") == calendar.count(b"END:VEVENT") > 0
    assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))


def test_ticks_and_reasons_in_the_markdown_are_read(program, tmp_path):
    program("plan", "week", "--queue", DATA / "new_tickets.csv", "--team", "support", "--now", "2026-07-01T07:00:00Z")
    kept = tmp_path / "plans" / "2026-W27-support.md"
    lines = kept.read_text().splitlines()
    places = [place for place, line in enumerate(lines) if line.startswith("- [ ] ") and line[6:8].isdigit()]
    lines[places[0]] = lines[places[0]].replace("[ ]", "[x]", 1)
    lines[places[1]] += " why: the customer was away"
    kept.write_text("\n".join(lines))
    program("plan", "week", "--queue", DATA / "new_tickets.csv", "--team", "support", "--now", "2026-07-06T07:00:00Z")
    review = json.loads((tmp_path / "plans" / "2026-W28-support.json").read_text())["review"]
    assert review["done"] == 1
    assert "the customer was away" in {entry["why"] for entry in review["tickets"]}


def test_a_desk_says_who_works_and_how_much_they_hold(program, tmp_path):
    done = program(
        "plan", "week", "--queue", DATA / "new_tickets.csv", "--agent", "Ben", "--desk", DATA / "desk.toml",
        "--now", "2026-07-01T09:00:00Z",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    plan = json.loads((tmp_path / "plans" / "2026-W27-Ben.json").read_text())
    assert plan["people"][0]["capacity_minutes"] == 480
    assert {block["person"] for block in plan["blocks"]} <= {"Ben"}


def test_whom_the_desk_does_not_name_works_by_the_usual_calendar(program, tmp_path):
    options = ("--agent", "noor.hadley", "--now", "2026-03-16T07:00:00Z", "--desk", DATA / "desk.toml")
    assert program(*WEEK, *options).returncode == 0
    plan = json.loads((tmp_path / "plans" / "2026-W12-noor.hadley.json").read_text())
    assert plan["people"][0] == {"person": "noor.hadley", "working_minutes": 2400, "capacity_minutes": None}
    assert len(plan["blocks"]) == len(plan["tasks"]) > 0


def test_messages_come_from_the_language_bank(program, tmp_path):
    done = program(
        "plan", "week", "--queue", DATA / "new_tickets.csv", "--team", "support", "--now", "2026-07-01T07:00:00Z"
    )
    assert done.returncode == 0, done.stderr
    plan = json.loads((tmp_path / "plans" / "2026-W27-support.json").read_text())
    assert len(plan["drafts"]) == len(plan["updates"]) > 0
    assert any(draft.startswith("We have taken on") for draft in plan["drafts"])
    assert not any("{" in draft for draft in plan["drafts"])


def test_a_kept_plan_is_not_overwritten_unasked(program, tmp_path):
    options = (*WEEK, "--team", "billing", "--now", "2026-03-09T07:00:00Z")
    assert program(*options).returncode == 0
    again = program(*options)
    assert again.returncode == 2
    assert "give --replace" in again.stderr
    assert program(*options, "--replace").returncode == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--team", "billin"), "did you mean 'billing'?"),
        (("--agent", "noor.hadly"), "did you mean 'noor.hadley'?"),
        ((), "give either --agent or --team"),
    ],
)
def test_a_mistake_gets_one_sentence(program, options, said):
    done = program(*WEEK, "--now", "2026-03-09T07:00:00Z", *options)
    assert done.returncode == 2
    assert said in done.stderr
