"""Receipts decided again: the same to the byte, and whatever was altered by hand is named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.domain.decision import seal
from ticket_triage.domain.recorded import recorded_of
from ticket_triage.errors import ArtefactDamagedError, ReceiptError
from ticket_triage.intake.sample import new_tickets
from ticket_triage.policy import decide_again, load_policy
from ticket_triage.service.explain import explain
from ticket_triage.service.predict import predict
from ticket_triage.service.replay_receipt import replay_receipts

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
DESK = Path(__file__).parents[3] / "data" / "desk.toml"
SEALED = ("now", "calendars", "desk", "ticket_id")


@pytest.fixture(scope="module")
def tickets():
    return new_tickets()


@pytest.fixture(scope="module")
def written(tickets, small_models, tmp_path_factory):
    """Return a file with the receipts of all tickets, decided on a desk, with what explain adds for one of them."""
    path = tmp_path_factory.mktemp("receipts") / "receipts.jsonl"
    lines = []
    predict(tickets, now=NOW, models=small_models, name="small", desk=DESK, receipts=lines.append)
    one = explain(
        tickets, ticket_id="T-500003", now=NOW, models=small_models, name="small", desk=DESK, delays=True
    ).decision
    path.write_text("\n".join([*lines, one.as_json()]))
    return path


@pytest.fixture
def replay(tickets, small_models, tmp_path):
    """Replay receipts given as plain values, with everything at hand unless said otherwise."""

    def run(*receipts, **at_hand):
        path = tmp_path / "receipts.jsonl"
        path.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in receipts))
        return replay_receipts(path, **{"tickets": tickets, "models": small_models, "desk": DESK} | at_hand)

    return run


def last(written):
    return json.loads(written.read_text().splitlines()[-1])


def figures(value, path=()):
    """Yield the place of every figure, yes or no and moment of a receipt."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from figures(entry, (*path, key))
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from figures(entry, (*path, place))
    elif isinstance(value, int | float) or (isinstance(value, str) and value.endswith("Z") and "T" in value):
        yield path


def altered(receipt, path):
    copy = json.loads(json.dumps(receipt))
    *way, key = path
    holder = copy
    for step in way:
        holder = holder[step]
    value = holder[key]
    if isinstance(value, str):
        holder[key] = value.replace("2026", "2027") if "2026" in value else value.replace("T0", "T1")
    else:
        holder[key] = not value if isinstance(value, bool) else value + 1
    return copy


def test_every_receipt_is_decided_again_to_the_byte(written, tickets, small_models):
    replayed = replay_receipts(written, tickets=tickets, models=small_models, desk=DESK)
    assert len(replayed) == 25
    assert [(entry.differences, entry.unchecked) for entry in replayed] == [((), ())] * 25


def test_every_figure_altered_by_hand_is_named(written, replay):
    receipt = last(written)
    places = list(figures(receipt))
    assert len(places) > 90
    found = replay(*(altered(receipt, place) for place in places), ticket_id=None)
    for place, entry in zip(places, found, strict=True):
        keys = {difference.key.partition("[")[0].partition(".")[0] for difference in entry.differences}
        assert place[0] in keys or ("seal" in keys and place[0] in SEALED), place


def test_the_name_tells_the_very_line_and_both_figures(written, replay):
    receipt = last(written)
    receipt["scorecard"][0]["points"] = 29.99
    (entry,) = replay(receipt)
    (difference,) = entry.differences
    assert difference.key == "scorecard[revenue].points"
    assert difference.stored == "29.99"
    assert difference.again != "29.99"


def test_without_the_ticket_all_but_text_and_prediction_is_checked(written, replay):
    receipt = last(written)
    (same,) = replay(receipt, tickets=None)
    assert same.same
    assert [reason.partition(":")[0] for reason in same.unchecked] == [
        "the signals, loudness and question of its text",
        "the prediction",
        "the delays",
    ]
    places = [place for place in figures(receipt) if place[0] not in ("prediction", "delays")]
    found = replay(*(altered(receipt, place) for place in places), tickets=None)
    assert all(entry.differences for entry in found)


def test_without_the_desk_what_follows_from_its_people_is_said_to_be_unchecked(written, replay):
    (entry,) = replay(last(written), desk=None)
    assert entry.same
    assert any("give it with --desk" in reason for reason in entry.unchecked)


def test_a_requester_s_record_is_in_the_receipt(tmp_path, replay):
    tickets = pd.DataFrame({"ticket_id": ["A"], "body": ["It is URGENT!!!"], "requester": ["maria"]})
    desk = tmp_path / "desk.toml"
    desk.write_text("[claims]\nmaria = [40, 38]\n")
    receipt = json.loads(explain(tickets, now=NOW, models=tmp_path, desk=desk).decision.as_json())
    assert receipt["facts"]["earlier_claims"] == [40, 38]
    for at_hand in ({"desk": desk}, {"desk": None}, {"desk": None, "tickets": None}):
        (entry,) = replay(receipt, **{"tickets": tickets, "models": tmp_path} | at_hand)
        assert entry.differences == ()


def test_a_model_that_is_gone_leaves_the_prediction_as_recorded(written, replay, tmp_path):
    receipt = last(written)
    (entry,) = replay(receipt, models=tmp_path)
    assert entry.same
    assert any(reason.startswith("the prediction: model small 0001-") for reason in entry.unchecked)
    receipt["prediction"]["heads"][0]["probabilities"]["critical"] = 0.9
    (entry,) = replay(receipt, models=tmp_path)
    assert not entry.same


def test_holidays_and_offsets_are_the_recorded_ones_whatever_tables_say_today(written, replay):
    receipt = last(written)
    receipt["delays"] = None
    before = {entry["clock"]: entry["due_at"] for entry in receipt["deadlines"]}
    for calendar in receipt["calendars"]:
        calendar["holidays"] = [{"date": "2026-07-01", "name": "Day of the Invented"}]
    holder = recorded_of(receipt, "it")
    again = decide_again(holder, holder.prediction, load_policy(), None).as_dict()
    assert {entry["clock"]: entry["due_at"] for entry in again["deadlines"]} != before
    again["desk"] = None
    again["seal"] = seal(again["ticket_id"], again["now"], again["facts"], None, again["calendars"])
    (entry,) = replay(again, desk=None)
    assert entry.differences == ()
    assert again["calendars"][0]["holidays"] == receipt["calendars"][0]["holidays"]


def test_a_policy_that_was_changed_since_is_found_by_its_hash(tickets, small_models, tmp_path, replay):
    own = tmp_path / "own.toml"
    own.write_text('extends = "default"\nname = "own"\nversion = "1"\n[cutoffs]\nP1 = 60\n')
    options = {"ticket_id": "T-500003", "now": NOW, "models": small_models, "name": "small"}
    receipt = json.loads(explain(tickets, policy=own, **options).decision.as_json())
    own.write_text('extends = "default"\nname = "own"\nversion = "2"\n[cutoffs]\nP1 = 80\n')
    (entry,) = replay(receipt, desk=None)
    assert (entry.differences, entry.unchecked) == ((), ())
    kept = small_models / ".policies" / f"{receipt['policy']['sha256']}.json"
    kept.write_text(kept.read_text().replace('"P1":60', '"P1":61'))
    with pytest.raises(ArtefactDamagedError, match="is not the policy that was kept"):
        replay(receipt, desk=None)
    kept.unlink()
    with pytest.raises(ReceiptError, match=r"decided by policy own 1 .* name its file with --policy"):
        replay(receipt, desk=None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("[1]", "line 1, is no JSON object"),
        ('{"schema":"1"}\n', "is no whole receipt .KeyError"),
        ('{"schema":"7"}', "is no receipt of schema 1"),
        ('{"schema":NaN}', "is no JSON object"),
    ],
)
def test_what_is_no_receipt_is_told(tmp_path, text, told):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(ReceiptError, match=told):
        replay_receipts(path)


def test_a_receipt_that_lost_or_bent_any_entry_is_told_in_one_sentence(written, replay):
    receipt = last(written)
    for key in receipt:
        for bent in (None, "x", [3], {"a": 1}):
            try:
                entries = replay(receipt | {key: bent})
            except ReceiptError:
                continue
            assert not entries[0].same or bent is None, (key, bent)
