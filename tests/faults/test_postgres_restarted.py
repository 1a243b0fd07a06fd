"""PostgreSQL restarted in the middle of load: told while it is gone, nothing acknowledged lost, and served again."""

from __future__ import annotations

import json
import urllib.error

import pytest
from sqlalchemy import create_engine, select

from ticket_triage.service.keep import check_store
from ticket_triage.store.tables import RECEIPTS


def recorded(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(RECEIPTS.c.ticket_id)).scalars().all()
    engine.dispose()
    return found


@pytest.mark.parametrize(
    "ways", [["fast", "immediate"], pytest.param(["fast", "immediate"] * 15, marks=[pytest.mark.slow])], ids=len
)
def test_nothing_acknowledged_is_lost_and_it_serves_again_without_a_hand(cluster, server, load, tmp_path, ways):
    with server("--store", cluster.url, "--models", tmp_path, "--workers", 2) as served, load(served) as sent:
        for way in ways:
            sent.until_acknowledged(20)
            cluster.control("stop", "-m", way)
            with pytest.raises(urllib.error.HTTPError) as gone:
                served.post("/v1/predict", b'{"ticket_id": "T-1"}')
            assert (gone.value.code, json.loads(gone.value.read())["code"]) == (503, "store-unavailable")
            assert json.loads(served.post("/v1/predict?record=false", b'{"ticket_id": "T-1"}'))["ticket_id"] == "T-1"
            assert "\ntriage_store_up 0\n" in served.get("/metrics").decode()
            cluster.control("start")
        sent.until_acknowledged(20)
    there = recorded(cluster.url)
    assert {refusal[:2] for refusal in sent.refused} <= {(503, "store-unavailable")}
    assert all(int(later) > 0 for *_, later in sent.refused)
    assert len(there) == len(set(there))
    assert set(sent.acknowledged) <= set(there)
    assert check_store(cluster.url).faults == ()
