"""``triage store``: made, checked, and made to forget; and labels that people gave are ready for training."""

import json

import pytest

from ticket_triage.store.schema import REVISION

TICKETS = [
    {"ticket_id": "T-1", "subject": "Checkout is down", "requester": "Ana", "tags": ["a", "b"], "custom": {"n": 2}},
    {"ticket_id": "T-2", "subject": "Where is my invoice?", "requester": "Ben"},
]


@pytest.fixture(scope="module")
def kept(server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "store"
    with server("--store", folder, "--models", folder) as served:
        served.post("/v1/predict/batch", json.dumps({"tickets": TICKETS}).encode())
        for name, label in (("T-1", "critical"), ("T-2", "low")):
            word = {"kind": "correct", "field": "urgency", "value": label, "actor": "Ada", "reason": "Seen."}
            served.post(f"/v1/tickets/{name}/feedback", json.dumps(word).encode())
    return folder


def test_a_store_is_filled_checked_and_brought_up_to_date(triage):
    assert triage("store", "upgrade").out == f"The tables are of version {REVISION}; before: none.\n"
    assert triage("store", "upgrade").out == f"The tables are of version {REVISION}.\n"
    checked = triage("store", "check")
    assert (checked.code, checked.out.splitlines()[-1]) == (0, "All is as it was recorded.")


def test_labels_of_people_are_read_by_training(triage, kept, tmp_path):
    ran = triage("data", "export-labels", "--store", kept, "--out", "labels.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    assert ran.out == "labels.jsonl: 2 tickets that people labelled.\n"
    assert [(row["ticket_id"], row["urgency"], row["urgency_source"]) for row in rows] == [
        ("T-1", "critical", "corrected"),
        ("T-2", "low", "corrected"),
    ]
    assert (rows[0]["tags"], rows[0]["custom.n"]) == ("a; b", 2)
    told = triage("data", "check", "labels.jsonl")
    assert told.code == 0
    assert "urgency" in told.out


def test_who_is_forgotten_is_gone_and_that_is_looked_up(triage, kept):
    ran = triage("store", "forget", "--requester", "Ana", "--store", kept)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "1 tickets erased with all that belongs to them.")
    assert b"Ana" not in b"".join(path.read_bytes() for path in kept.glob("store.db*"))
    assert triage("store", "check", "--store", kept).code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("check", "--store", "nowhere"), "There is no store at sqlite:///nowhere/store.db"),
        (("forget", "--store", "nowhere", "--requester", "Ana"), "There is no store"),
        (("forget",), "Name one person"),
        (("forget", "--requester", "a", "--customer", "b"), "Name one person"),
        (("expire", "--days", "0"), "greater than or equal to 1"),
        (("upgrade", "--store", "mysql://h/db"), "cannot be kept in mysql"),
    ],
)
def test_a_mistake_is_one_sentence(triage, arguments, told):
    ran = triage("store", *arguments)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert told in ran.err


def test_a_store_nobody_labelled_has_nothing_to_train_on(triage):
    triage("store", "upgrade")
    ran = triage("data", "export-labels", "--out", "labels.csv")
    assert (ran.code, ran.err) == (2, "triage: Nobody has confirmed or corrected a label in this store yet.\n")
