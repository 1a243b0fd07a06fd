"""Results show themselves: HTML in a notebook, text in a terminal, a DataFrame to work on."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
from IPython.lib.pretty import pretty

from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, Prediction, Reason
from ticket_triage.domain.ticket import Ticket
from ticket_triage.intake.sample import sample_history
from ticket_triage.policy import decide, load_policy
from ticket_triage.service.policy_simulate import simulate_policy
from ticket_triage.service.train import train

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"


def test_a_receipt_shows_every_criterion_as_html_and_what_to_do_as_text():
    decision = decide(Ticket("T-1", subject="Checkout is down for everyone"), NO_PREDICTION, load_policy(), NOW)
    shown = decision._repr_html_()
    for line in decision.scorecard:
        assert f"<td>{line.points:.2f} of {line.weight:g}</td>" in shown
    assert f"<td>{decision.points:.2f} of 100</td>" in shown
    text = str(decision).splitlines()
    assert text[0] == f"Ticket T-1: {decision.reason}"
    assert f"Team: {decision.route.named}: {decision.route.reason}" in text
    assert "Due, first response: 2026-07-01T" in str(decision)


def test_no_text_of_a_ticket_becomes_markup():
    head = HeadPrediction("urgency", "low", ("low", "high"), (0.9, 0.1), (Reason(HOSTILE, 0.5),))
    prediction = Prediction((head,), None, 0.0)
    decision = decide(Ticket(HOSTILE, subject=HOSTILE), prediction, load_policy(), NOW)
    for shown in (prediction._repr_html_(), decision._repr_html_()):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


def test_a_prediction_says_each_answer_and_how_probable_it_is():
    head = HeadPrediction("urgency", "low", ("low", "high"), (0.9, 0.1), (Reason("thanks", 0.5),), confidence="high")
    prediction = Prediction((head,), None, 0.0)
    assert str(prediction) == "urgency: low (0.90)"
    assert pretty(prediction) == str(prediction)
    row = "<tr><td>urgency</td><td>low</td><td>0.90</td><td>high</td><td>thanks +0.50</td></tr>"
    assert row in prediction._repr_html_()
    assert str(NO_PREDICTION) == "No prediction"


def test_a_result_shows_its_sentences_and_its_table(tmp_path):
    policy = tmp_path / "policy.toml"
    named = 'extends = "default"\nname = "<b>strict"\nversion = "1"\n\n'
    changed = "[sla.P1]\nfirst_response_minutes = 5\nresolution_minutes = 60\n"
    policy.write_text(named + changed, encoding="utf-8")
    tickets = pd.DataFrame({"ticket_id": [HOSTILE, "T-2"], "subject": ["Checkout is down for everyone", "thanks"]})
    found = simulate_policy(tickets, before=None, after=policy, now=NOW, models=tmp_path / "models")
    table = found.table()
    assert list(table["ticket_id"]) == [HOSTILE]
    assert list(table[["priority_from", "priority_to"]].iloc[0]) == list(found.moves[0].priority)
    shown = found._repr_html_()
    assert "1 of 2 tickets are decided otherwise." in shown
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert str(found).startswith(found.told()[0])


def test_a_training_report_shows_every_head_and_its_interval():
    trained = train(sample_history(600), heads=["category"], fast=True, models=None)
    (report,) = trained.reports
    (row,) = trained.table().to_dict("records")
    assert (row["head"], row["tickets"], row["accuracy"]) == ("category", report.rows, report.accuracy.value)
    assert row["low"] <= row["accuracy"] <= row["high"]
    assert "600 labelled tickets; each head is judged on tickets it had not seen." in str(trained)
    assert f"<td>{report.rows}</td>" in trained._repr_html_()
