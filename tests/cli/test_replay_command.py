"""``triage explain --replay``: 0 when a receipt is the same, 1 when it was altered, 2 when it is none."""

import json

import pytest


@pytest.fixture
def receipt(triage, small_models, waiting, tmp_path):
    options = ("--ticket", "T-500003", "--models", small_models, "--name", "small", "--now", "2026-07-01T10:00:00Z")
    path = tmp_path / "receipt.json"
    path.write_text(triage("explain", waiting, *options, "--json").out)
    return path


def test_a_receipt_is_the_same_to_the_byte(triage, receipt, waiting, small_models):
    ended = triage("explain", receipt, "--replay", "--tickets", waiting, "--models", small_models)
    told = "Ticket T-500003: decided again, the receipt is the same to the byte.\n"
    assert ended == (0, told, "")


def test_an_altered_figure_is_named_and_fails(triage, receipt, waiting, small_models):
    content = json.loads(receipt.read_text())
    content["deadlines"][0]["due_at"] = "2026-07-09T10:00:00Z"
    receipt.write_text(json.dumps(content, indent=2))
    ended = triage("explain", receipt, "--replay", "--tickets", waiting, "--models", small_models)
    assert (ended.code, ended.err) == (1, "")
    assert 'deadlines[first_response].due_at  "2026-07-09T10:00:00Z"  "2026-' in ended.out
    listed = triage("explain", receipt, "--replay", "--tickets", waiting, "--models", small_models, "--json")
    (difference,) = json.loads(listed.out)["differences"]
    assert (listed.code, difference["key"]) == (1, "deadlines[first_response].due_at")


def test_what_cannot_be_checked_is_said(triage, receipt, tmp_path):
    ended = triage("explain", receipt, "--replay", "--models", tmp_path / "none")
    assert ended.code == 0
    assert ended.out.count("Not checked: ") == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--replay", "--events", "x.csv"], "--events cannot stand beside --replay"),
        (["--replay", "--class", "low"], "--class cannot stand beside --replay"),
        (["--tickets", "x.csv"], "it goes with --replay"),
        (["--replay", "--ticket", "T-1"], "holds no receipt of ticket 'T-1'"),
    ],
)
def test_options_that_do_not_fit_are_told(triage, receipt, options, told):
    ended = triage("explain", receipt, *options)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert "needs a file of receipts" in triage("explain", "--replay").err
