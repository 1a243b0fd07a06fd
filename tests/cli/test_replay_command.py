"""``triage replay HISTORY`` runs a past period again and writes what came of it."""

import json

import pytest

from ticket_triage.intake.sample import write_sample


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("history"), n_tickets=300, seed=1)[0]


def test_the_page_the_tables_and_the_verdict_are_written(triage, history, tmp_path):
    run = triage("replay", history, "--against", "fcfs,labels", "--seeds", "1", "--out", tmp_path / "out")
    assert run.code == 0
    assert "What may be said" in run.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"replay.html", "replay.json", "figures.csv", "changes.csv", "backlog.csv"}


def test_json_is_all_that_is_printed(triage, history, tmp_path):
    run = triage("replay", history, "--against", "fcfs", "--seeds", "1", "--out", tmp_path, "--json")
    assert json.loads(run.out)["about"]["tickets_replayed"] == 300


def test_an_unknown_order_is_one_line_and_exit_2(triage, history, tmp_path):
    run = triage("replay", history, "--against", "fcfs,labls", "--out", tmp_path)
    assert run.code == 2
    assert run.err.strip() == "triage: There is no order 'labls'; did you mean 'labels'?"
