"""Figures for operators: of the whole service, in the text format of Prometheus."""

import json
import multiprocessing

import pytest
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.metrics import BUCKETS_S, MEDIA_TYPE, Metrics
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.drifting import Drift, Drifting
from ticket_triage.settings import Settings


@pytest.fixture
def fresh(assessor, now, tmp_path):
    settings = Settings(store=str(tmp_path / "store"))
    with TestClient(create_app(settings, assessor, clock=lambda: now)) as client:
        yield client


def figures(client):
    answer = client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    lines = [line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_answers_and_decisions_are_counted(fresh):
    for _ in range(3):
        fresh.post("/v1/predict?record=false", json={"ticket_id": "T-1", "subject": "Checkout is down"})
    fresh.post("/v1/predict?record=false", json={"ticket_id": 5})
    rows = [{"ticket_id": "A"}, {"ticket_id": "B"}, {}]
    fresh.post("/v1/predict/batch?record=false", json={"tickets": rows})
    fresh.get("/secret-address")
    told = figures(fresh)
    assert told['triage_requests_total{route="/v1/predict",status="200"}'] == 3
    assert told['triage_requests_total{route="/v1/predict",status="422"}'] == 1
    assert told['triage_requests_total{route="other",status="404"}'] == 1
    assert told['triage_request_seconds_count{route="/v1/predict"}'] == 4
    assert told['triage_request_seconds_bucket{route="/v1/predict",le="+Inf"}'] == 4
    assert sum(value for name, value in told.items() if name.startswith("triage_decisions_total")) == 5
    assert sum(value for name, value in told.items() if name.startswith("triage_actions_total")) == 5
    assert told["triage_unknown_share_sum"] == 5 * 0.125
    assert told['triage_in_use{kind="model",name="fixed",version="1"}'] == 1
    assert not [name for name in told if "secret" in name]


def test_the_queue_s_length_and_age_are_those_of_the_store(fresh):
    old = {"ticket_id": "T-1", "subject": "Checkout is down", "opened_at": "2026-03-02T08:30:00Z"}
    receipt = fresh.post("/v1/predict", json=old).json()
    fresh.post("/v1/predict", json={"ticket_id": "T-2", "subject": "Checkout is down"})
    told = figures(fresh)
    assert told[f'triage_open_tickets{{priority="{receipt["priority"]}"}}'] >= 1
    assert told[f'triage_oldest_open_seconds{{priority="{receipt["priority"]}"}}'] == 3600
    assert sum(value for name, value in told.items() if name.startswith("triage_open_tickets")) == 2


def test_how_the_open_tickets_clocks_stand_is_told(fresh):
    outage = {"subject": "Checkout is down for everyone"}
    for name, minute in (("A", 29), ("B", 3), ("C", 0)):  # of 09:30, and 30 minutes to answer
        fresh.post("/v1/predict", json=outage | {"ticket_id": name, "opened_at": f"2026-03-02T09:{minute:02}:00Z"})
    fresh.post("/v1/predict", json=outage | {"ticket_id": "D"})
    fresh.post("/v1/tickets/D/events", json={"kind": "closed"})
    told = figures(fresh)
    states = {name: value for name, value in told.items() if name.startswith("triage_sla_open_tickets")}
    assert states == {f'triage_sla_open_tickets{{state="{state}"}}': 1 for state in ("in time", "near", "overdue")}
    assert told["triage_store_up"] == 1


def test_drift_is_told_of_the_tickets_that_the_model_in_use_decided(small_models, tmp_path, now):
    settings = Settings(store=str(tmp_path / "store"), models=small_models, name="small")
    usual = [record["body"] for record in sample_history(200, seed=7).to_dict("records")]
    with TestClient(create_app(settings, clock=lambda: now)) as client:
        together = client.app.state.together

        def drift():
            return Drifting(together.recorder.store, small_models).figures(together.assessor.model_reference)

        send(client, "few", usual[:20])
        few = drift()
        send(client, "usual", usual)
        before = drift()
        send(client, "strange", [f"blorp {number} zarkon frumious vorpal glibber" for number in range(300)])
        after, told = drift(), figures(client)
    assert (few, before.tickets, after.tickets) == (Drift({}, 20), 220, 300)
    assert before.moved["text"] < 0.25 < after.moved["text"]
    assert before.moved["unknown"] < 0.25 < after.moved["unknown"]
    assert told["triage_drift_tickets"] == 300
    assert told['triage_drift{about="answers:urgency"}'] == after.moved["answers:urgency"]


def send(client, name, bodies):
    tickets = [{"ticket_id": f"{name}-{number}", "body": body} for number, body in enumerate(bodies)]
    assert client.post("/v1/predict/batch", json={"tickets": tickets}).status_code == 200


def test_buckets_hold_what_took_no_longer():
    metrics = Metrics()
    for seconds in (0.001, 0.0011, 0.3, 99.0):
        metrics.answered("/v1/predict", 200, seconds)
    said = [line for line in metrics.as_text().splitlines() if "_bucket" in line]
    counts = [int(line.rpartition(" ")[2]) for line in said]
    assert len(counts) == len(BUCKETS_S) + 1
    assert (counts[0], counts[1], counts[-2], counts[-1]) == (1, 2, 3, 4)
    assert counts == sorted(counts)


def test_processes_count_together_and_a_new_one_counts_on():
    metrics = Metrics(2)

    def count(process):
        metrics.count_in(process)
        metrics.in_hand(3)
        metrics.answered("/v1/predict", 200, 0.1)

    for process in (0, 1, 1):
        child = multiprocessing.get_context("fork").Process(target=count, args=(process,))
        child.start()
        child.join()
    told = metrics.as_text()
    assert 'triage_requests_total{route="/v1/predict",status="200"} 3' in told
    assert "triage_in_hand 6" in told


def test_every_series_is_told_once(fresh):
    fresh.post("/v1/predict", json={"ticket_id": "T-1"})
    lines = [line.rpartition(" ")[0] for line in fresh.get("/metrics").text.splitlines()]
    assert len(lines) == len(set(lines))
    assert json.dumps(lines).isascii()
