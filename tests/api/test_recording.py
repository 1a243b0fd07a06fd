"""A receipt is on the disk before it is answered, unless nothing shall be written at all."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.schemas import Problem
from ticket_triage.settings import Settings
from ticket_triage.store.tables import RECEIPTS

TICKET = {"ticket_id": "T-1", "subject": "Checkout is down", "requester": "Ana"}


@pytest.fixture
def kept(assessor, now, tmp_path):
    app = create_app(Settings(store=str(tmp_path / "kept")), assessor, clock=lambda: now)
    with TestClient(app) as client:
        yield client


def receipts(client):
    with client.app.state.together.recorder.store.reading() as connection:
        return connection.execute(select(RECEIPTS.c.document).order_by(RECEIPTS.c.seq)).scalars().all()


def test_what_is_answered_is_what_was_kept(kept, client):
    answer = kept.post("/v1/predict", json=TICKET)
    assert answer.text == client.post("/v1/predict", json=TICKET).text
    assert receipts(kept) == [answer.text]


def test_a_batch_is_kept_row_by_row(kept):
    results = kept.post("/v1/predict/batch", json={"tickets": [TICKET, {}, {"ticket_id": "T-2"}]}).json()["results"]
    assert ["error" in result for result in results] == [False, True, False]
    assert len(receipts(kept)) == 2


def test_a_long_text_is_kept_too(kept):
    answer = kept.post("/v1/predict", json=TICKET | {"body": "very long " * 1000})
    assert receipts(kept) == [answer.text]


def test_record_false_writes_nothing_anywhere(kept, tmp_path):
    kept.post("/v1/predict", json=TICKET)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db-shm"}
    answers = [
        kept.post("/v1/predict?record=false", json=TICKET | {"ticket_id": "T-2"}),
        kept.post("/v1/predict/batch?record=false", json={"tickets": [TICKET]}),
        kept.post("/v1/predict?record=false", json=TICKET | {"body": "very long " * 1000}),
    ]
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db-shm"}
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert after == before


@pytest.mark.parametrize("query", ["record=yes", "record=true&record=true", "recrod=false"])
def test_a_word_that_is_not_understood_is_refused(kept, query):
    answer = kept.post(f"/v1/predict?{query}", json=TICKET)
    assert (answer.status_code, receipts(kept)) == (422, [])


def test_a_service_without_a_store_says_so(client):
    problem = Problem.model_validate_json(client.post("/v1/predict?record=true", json=TICKET).text)
    assert (problem.status, problem.code) == (503, "no-store")


def test_a_store_that_cannot_be_written_is_told_with_when_to_come_back(kept):
    kept.app.state.together.recorder.store.close()
    answer = kept.post("/v1/predict", json=TICKET)
    assert (answer.status_code, answer.json()["code"]) == (503, "store-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert kept.post("/v1/predict?record=false", json=TICKET).status_code == 200
