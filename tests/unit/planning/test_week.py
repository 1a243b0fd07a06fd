"""A week's plan keeps to calendar and capacity, puts dependencies first, and looks back honestly."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.planning.blocks import SHARE, Lane, Task, allocate
from ticket_triage.planning.review import adjustments, review
from ticket_triage.planning.week import Responsibility, week_plan

MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def lane(person="Ana", days=5, hours=8, capacity=None):
    spans = tuple((MONDAY + DAY * day, MONDAY + DAY * day + timedelta(hours=hours)) for day in range(days))
    return Lane(person, spans, capacity)


def task(name, minutes=30, **changes):
    return Task(name, f"about {name}", "P3", 20.0, minutes, **changes)


@st.composite
def work(draw):
    names = [f"T-{number}" for number in range(draw(st.integers(0, 12)))]
    some = st.lists(st.sampled_from(names), max_size=2) if names else st.just([])
    return [
        task(
            name,
            draw(st.integers(5, 600)),
            depends_on=tuple(draw(some)),
            person=draw(st.sampled_from([None, "Ana", "Ben"])),
        )
        for name in names
    ]


@settings(max_examples=100, deadline=None)
@given(tasks=work(), capacity=st.one_of(st.none(), st.integers(30, 900)))
def test_blocks_keep_to_calendar_capacity_and_order(tasks, capacity):
    lanes = [lane("Ana", capacity=capacity), lane("Ben", days=2, hours=4)]
    found = allocate(tasks, lanes)
    by_id = {one.ticket_id: one for one in tasks}
    placed = {block.ticket_id for block in found.blocks}
    assert placed | set(found.left_out) == set(by_id)
    assert not placed & set(found.left_out)
    for one in lanes:
        own = sorted(block for block in found.blocks if block.person == one.person)
        times = sorted((block.begins, block.ends) for block in own)
        assert all(before[1] <= after[0] for before, after in pairwise(times))
        assert all(any(first <= b and e <= last for first, last in one.spans) for b, e in times)
        minutes = sum(by_id[name].minutes for name in {block.ticket_id for block in own})
        assert sum((e - b).total_seconds() for b, e in times) == 60 * minutes
        assert one.capacity_minutes is None or minutes <= one.capacity_minutes
    for name in placed:
        assert by_id[name].person in (None, *(block.person for block in found.blocks if block.ticket_id == name))
    if not found.rings:
        begins = {name: min(b.begins for b in found.blocks if b.ticket_id == name) for name in placed}
        ends = {name: max(b.ends for b in found.blocks if b.ticket_id == name) for name in placed}
        for name in placed:
            assert all(ends[other] <= begins[name] for other in by_id[name].depends_on if other in placed)


def test_a_fifth_of_each_day_stays_free():
    found = allocate([task("long", 600)], [lane()])
    assert [block.ends - block.begins for block in found.blocks] == [timedelta(hours=8 * SHARE), timedelta(minutes=216)]


def test_work_without_time_says_why():
    found = allocate([task("one", 60), task("two", 60, depends_on=("one",))], [lane(capacity=30)])
    assert found.left_out == {"one": "no time is left this week", "two": "waits for one, which has no time this week"}


def test_a_ring_is_named_and_cut():
    found = allocate([task("a", depends_on=("b",)), task("b", depends_on=("a",))], [lane()])
    assert [block.ticket_id for block in found.blocks] == ["b", "a"]
    assert found.rings == ("b",)


def plan(tasks, **changes):
    work = [Responsibility("Invoices", ("billing",), ("explain", "correct", "agree", "send", "file"))]
    return week_plan("2026-W12", "Ana", MONDAY, tasks, [lane()], work, "2026-03-23", **changes)


def test_the_top_five_begin_with_the_tickets_assigned():
    top = plan([task("T-1", category="billing")]).top
    assert len(top) == 5
    assert top[0] == "Answer the tickets assigned: 1 open, 30 minutes of work."
    assert top[1] == "Invoices: explain (1 waiting)."


def test_roadblocks_name_what_to_do():
    tasks = [task("T-1", depends_on=("T-0",), conflict=True, due_at=MONDAY - DAY)]
    found = {entry.block: entry.mitigation for entry in plan(tasks, away=("Cleo",)).roadblocks}
    assert "depends on T-0, which is not among these tickets" in found
    assert found["people disagree on how to resolve it"] == "Name the one person who decides, and by when."
    assert found["due by 2026-03-15 09:00 UTC, but is planned to end 2026-03-16 09:30"].startswith("Tell them")
    assert "Cleo is away" in found


def test_who_must_hear_what():
    tasks = [
        task("T-1", stakeholders=("finance lead",)),
        task("T-2", escalate_to="platform", stakeholders=("chief executive",)),
        task("T-3", stakeholders=("account manager",)),
        task("T-4", 60_000),
    ]
    kinds = {entry.ticket_id: (entry.to, entry.kind) for entry in plan(tasks).updates}
    assert kinds == {
        "T-1": ("finance lead", "top_priority"),
        "T-2": ("chief executive", "escalated"),
        "T-3": ("account manager", "deferral"),
        "T-4": ("the requester", "deferral"),
    }


def test_a_week_too_full_is_planned_less_full_next_time():
    kept = plan([task("T-1", 90), task("T-2", 30), task("T-3", 60, depends_on=("T-2",))]).as_dict()
    found = review(kept, lambda name: name != "T-1", {"T-2": "the vendor did not answer"}, [30, 40])
    assert {entry.ticket_id: (entry.done, entry.why) for entry in found.tickets} == {
        "T-1": (True, ""),
        "T-2": (False, "the vendor did not answer"),
        "T-3": (False, "waits for T-2, still open"),
    }
    assert (found.done_minutes, found.planned_minutes, found.came_in, found.next_share) == (90, 180, (2, 70), 0.4)
    assert (
        adjustments(found)[0]
        == "50 % of the planned work was done, so this week plans 40 % of the working time, not 80 %."
    )


def test_what_a_person_ticked_counts_as_done():
    kept = plan([task("T-1")]).as_dict()
    assert review(kept, lambda _: True, {"T-1": None}, []).tickets[0].done
