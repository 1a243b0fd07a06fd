"""Results show themselves: HTML in a notebook, text in a terminal, a DataFrame to work on."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import typing
from datetime import UTC, datetime
from types import UnionType

import pandas as pd
import pytest
from IPython.lib.pretty import pretty

import ticket_triage
from ticket_triage import service
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, Prediction, Reason
from ticket_triage.domain.shown import MOST_ROWS, Tabled
from ticket_triage.domain.ticket import Ticket
from ticket_triage.intake.check import check_history
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.sample import new_tickets, sample_history
from ticket_triage.modelling.evaluation import HeadReport
from ticket_triage.policy import decide, load_policy
from ticket_triage.service.audit import audit
from ticket_triage.service.evaluate import evaluate
from ticket_triage.service.explain import explain
from ticket_triage.service.order import order
from ticket_triage.service.policy_simulate import simulate_policy
from ticket_triage.service.predict import predict
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


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Return a history, what waits, and the folder of a model trained on the history."""
    history = sample_history(600)
    models = tmp_path_factory.mktemp("desk") / "models"
    train(history, fast=True, models=models, now=NOW)
    return history, new_tickets(), models


def test_frames_go_in_and_come_out_of_everything_an_analyst_asks(desk):
    history, waiting, models = desk
    found = [
        check_history(read_tickets(history)),
        audit(history, n_jobs=1),
        evaluate(history, models=models),
        predict(waiting, now=NOW, models=models),
        order(waiting, now=NOW, models=models),
    ]
    for result in found:
        assert isinstance(result, Tabled)
        assert len(result.table())
        first, last = result.told()[0], result.table().columns[-1]
        assert first in str(result)
        assert str(last) in str(result)
        assert f"<th>{last}</th>" in result._repr_html_()
        assert pretty(result) == str(result)


def test_a_head_report_shows_what_hurts_first_and_every_class(desk):
    history, _, models = desk
    report = evaluate(history, models=models).reports[0]
    told = report.told()
    assert told[0] == f"urgency, {report.rows:,} held-out tickets"
    assert told[1].startswith("critical: recall 0.")
    assert list(report.table()["class"]) == ["low", "medium", "high", "critical"]
    assert "<td>critical</td>" in report._repr_html_()


def test_an_explained_ticket_shows_its_receipt_and_what_would_change_it(desk):
    _, waiting, models = desk
    found = explain(waiting.head(1), now=NOW, models=models, what_if=True)
    assert str(found).startswith(str(found.decision))
    assert found.decision._repr_html_() in found._repr_html_()
    assert all(str(entry) in str(found) for entry in found.what_if)


def test_a_long_table_is_cut_where_it_is_shown_alone(desk):
    reading = read_tickets(desk[0])
    assert len(reading.table()) == 600
    assert reading._repr_html_().count("<tr>") == MOST_ROWS + 1


def test_nothing_in_a_ticket_steers_a_terminal():
    reading = read_tickets(pd.DataFrame({"subject": ["Invoice\x1b[2J gone\r\nnow"]}))
    assert str(reading).isascii()
    assert "\x1b" not in str(reading)
    assert "Invoice [2J gone now" in str(reading)


MACHINERY = {
    "Answer": "the bytes of an answer over HTTP",
    "Assessor": "decides, and is no result",
    "Checked": "the store's own bookkeeping, of the command line",
    "Clock": "counts hours",
    "Forgotten": "the store's own bookkeeping, of the command line",
    "Hours": "turns moments into working minutes",
    "KeyRing": "opens doors; its content is never shown",
    "Known": "what was known when a message came, inside its keeping",
    "Looked": "the service's own bookkeeping of a look",
    "Made": "a new hook with its secret, which must not be shown again",
    "Message": "a message that was checked, on its way in",
    "Past": "columns of a history as the replay wants them",
    "PastTickets": "an index to ask, not a result",
    "Place": "an option, read",
    "Rolled": "arrays of a replay",
    "Sent": "what came of one sending, inside the delivery",
    "Shifts": "who works when, inside a replay",
    "Standing": "figures for the operators' metrics",
    "Store": "a connection",
    "Taking": "what is written to the store",
    "Ticket": "what is asked about, and its text is the requester's",
    "Window": "an option, read",
    "Word": "feedback on its way into the store",
    "Evidence": "what a policy draft rests on; the draft shows it",
}


def returned(function):
    """Return the product's own classes that a function returns alone, annotations for type checkers included."""
    module = importlib.import_module(function.__module__)
    names = dict(vars(module))
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            exec(compile(ast.Module(node.body, []), module.__name__, "exec"), names)
    hint = eval(function.__annotations__["return"], names)
    alone = typing.get_args(hint) if isinstance(hint, UnionType) else [hint]
    return [kind for kind in alone if inspect.isclass(kind) and kind.__module__.startswith("ticket_triage.")]


def public_values():
    """Return what the modules of the use cases define, and what the package itself offers."""
    for entry in pkgutil.iter_modules(service.__path__, "ticket_triage.service."):
        home = importlib.import_module(entry.name)
        yield from (value for value in vars(home).values() if getattr(value, "__module__", "") == entry.name)
    yield from (getattr(ticket_triage, name) for name in ticket_triage.__all__)


def results():
    """Return every class that a public function of the package, or of a use case, returns."""
    functions = [value for value in public_values() if inspect.isfunction(value) and not value.__name__.startswith("_")]
    found = {kind for function in [*functions, check_history] for kind in returned(function)}
    return sorted(found | {HeadReport}, key=lambda kind: (kind.__name__, kind.__module__))


@pytest.mark.parametrize("kind", [kind for kind in results() if kind.__name__ not in MACHINERY])
def test_every_public_result_shows_itself_in_a_notebook_and_in_a_terminal(kind):
    for display in ("_repr_html_", "_repr_pretty_"):
        assert callable(getattr(kind, display, None)), f"{kind.__name__} has no {display}: see domain/shown.py"
    assert kind.__str__ is not object.__str__
    hidden = f"{kind.__name__} shows its fields instead: its data class needs repr=False"
    told = next(base for base in kind.__mro__ if {"__repr__", "_repr_pretty_"} & set(vars(base)))
    assert "_repr_pretty_" in vars(told), hidden


def test_what_is_not_a_result_is_named_with_the_reason():
    assert set(MACHINERY) <= {kind.__name__ for kind in results()}
    assert all(MACHINERY.values())
