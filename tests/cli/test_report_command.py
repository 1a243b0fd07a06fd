"""``triage report`` tells a desk about itself, from the sample as it is."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from ticket_triage.intake.sample import sample_history

HISTORY = Path(__file__).parents[2] / "data" / "sample_history.csv.gz"


def test_the_five_figures_are_written_in_three_forms(program, tmp_path):
    done = program("report", "numbers", HISTORY, "--out", "out", "--json", "n.json")
    assert done.returncode == 0, done.stderr
    assert "out/numbers.html" in done.stdout
    page = (tmp_path / "out" / "numbers.html").read_text()
    assert page.count("<svg") == 4
    assert "src=" not in page
    assert "Most tickets come on Tuesdays at 13 h" in (tmp_path / "out" / "numbers.md").read_text()
    rows = list(csv.reader((tmp_path / "out" / "numbers_tickets_by_hour.csv").read_text().splitlines()))
    assert len(rows) == 25
    assert rows[0][1] == "Monday"


def test_no_cell_of_a_table_is_a_formula(program, tmp_path):
    frame = sample_history(300)
    frame["agent"] = '=HYPERLINK("x")'
    frame.to_csv(tmp_path / "h.csv", index=False)
    done = program("report", "numbers", "h.csv", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "'=HYPERLINK" in (tmp_path / "out" / "numbers_conversion.csv").read_text()


def test_a_history_without_conversions_says_so(program, tmp_path):
    sample_history(300).drop(columns="converted").to_csv(tmp_path / "h.csv", index=False)
    done = program("report", "numbers", "h.csv", "--out", "out")
    assert "Conversion by agent cannot be told: the history has no converted." in done.stdout
    assert "the history has no converted" in (tmp_path / "out" / "numbers.html").read_text()


PROOF = ("report", "proof", HISTORY, "--baseline", "2025-10-01..2025-12-31", "--period", "2026-01-01..2026-03-31")


def test_a_proof_gives_a_claim_to_quote(program, tmp_path):
    (tmp_path / "said.toml").write_text('[[feedback]]\nby = "manager"\nsaid = "Calmer mornings"\n')
    done = program(*PROOF, "--out", "out", "--json", "p.json", "--feedback", "said.toml")
    assert done.returncode == 0, done.stderr
    assert "No effect was shown on the response time of critical tickets" in done.stdout
    assert "warning: The mix of tickets changed" in done.stdout
    report = json.loads((tmp_path / "p.json").read_text())
    assert {entry["kind"].partition(":")[0] for entry in report["examples"]} >= {"first priority, answered in time"}
    assert report["advice"]
    page = (tmp_path / "out" / "proof.html").read_text()
    assert report["claim"] in page
    assert "Calmer mornings" in page
    assert page.count("<svg") == 2


def test_examples_come_from_receipts_where_they_are_at_hand(program, tmp_path):
    frame = pd.read_csv(HISTORY)
    frame[frame.opened_at.between("2026-01-01", "2026-01-20")].to_csv(tmp_path / "part.csv", index=False)
    made = program("predict", "part.csv", "--out", "a.csv", "--receipts", "r.jsonl", "--now", "2026-01-21T00:00:00Z")
    assert made.returncode == 0, made.stderr
    done = program(*PROOF, "--out", "out", "--receipts", "r.jsonl")
    assert done.returncode == 0, done.stderr
    assert "From the receipts handed in" in (tmp_path / "out" / "proof.md").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--metric", "backlg"), "did you mean 'backlog'?"),
        (("--feedback", "absent.toml"), "Feedback absent.toml cannot be read"),
        (("--receipts", "absent.jsonl"), "Receipts absent.jsonl cannot be read"),
        (("--calendar", "busines"), "did you mean 'business'?"),
        (("--period", "2026-03-31..2026-01-01"), "--period takes two days, the earlier first"),
    ],
)
def test_a_mistake_gets_one_sentence(program, options, said):
    done = program(*PROOF, "--out", "out", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_roles_are_drawn_from_the_sample(program, tmp_path):
    done = program("report", "roles", HISTORY, "--out", "out", "--json", "r.json")
    assert done.returncode == 0, done.stderr
    assert "87 % of 'checkout' ended with 'platform'; the map wants it with 'payments'." in done.stdout
    for name in ("as_it_is", "as_it_should_be"):
        assert all((tmp_path / "out" / f"{name}.{ending}").exists() for ending in ("svg", "mmd", "opml"))
    page = (tmp_path / "out" / "roles.html").read_text()
    assert "Role: billing" in page
    roles = {role["role"]: role for role in json.loads((tmp_path / "r.json").read_text())["roles"]}
    assert len(roles["billing"]["focus"]) == len(roles["billing"]["means"]) == 3


def test_an_orphan_queue_is_told_with_exit_1(program, tmp_path):
    (tmp_path / "a.toml").write_text('name = "D"\npromise = "Yes."\n[areas.a]\ntitle = "A"\nqueue = "billing"\n')
    done = program("report", "roles", "--areas", "a.toml", "--out", "out")
    assert done.returncode == 1
    assert "Queue 'support' is an orphan" in done.stdout


def test_what_repeats_is_told_in_three_forms(program, tmp_path):
    sample_history(1500, seed=3).to_csv(tmp_path / "h.csv", index=False)
    done = program("report", "repeats", "h.csv", "--out", "out", "--json", "r.json")
    assert done.returncode == 0, done.stderr
    assert "of 1,500 tickets tell of" in done.stdout
    report = json.loads((tmp_path / "r.json").read_text())
    assert {burst["begun_at"][:10] for burst in report["bursts"]} >= {"2026-03-10"}
    assert report["bounces"][0]["own"]["n"] + report["bounces"][0]["rest"]["n"] == 1500
    tickets = list(csv.DictReader((tmp_path / "out" / "repeats_tickets.csv").read_text().splitlines()))
    assert len(tickets) == 1500
    assert {row["issue"] for row in tickets} - {""} <= {str(one["issue"]) for one in report["issues"]}
