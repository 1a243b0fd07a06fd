"""PostgreSQL restarted in the middle of load: told while it is gone, nothing acknowledged lost, and served again."""

from __future__ import annotations

import json
import time
import urllib.error
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select

from ticket_triage.service.keep import check_store
from ticket_triage.store.tables import NOTICES, RECEIPTS


def recorded(url, column=RECEIPTS.c.ticket_id):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(column)).scalars().all()
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


def test_what_turns_while_it_is_gone_is_told_once_when_it_is_back(cluster, server, tmp_path):
    names = [f"T-{number}" for number in range(10)]
    with server("--store", cluster.url, "--models", tmp_path) as served:
        opened = (datetime.now(UTC) - timedelta(minutes=23) + timedelta(seconds=2)).isoformat()  # close to its deadline
        tickets = [
            {"ticket_id": name, "subject": "Checkout is down for everyone", "opened_at": opened} for name in names
        ]
        served.post("/v1/predict/batch", json.dumps({"tickets": tickets}).encode())
        cluster.control("stop", "-m", "immediate")
        time.sleep(2.5)
        cluster.control("start")
        end = time.monotonic() + 60
        while len(recorded(cluster.url, NOTICES.c.ticket_id)) < len(names):
            assert time.monotonic() < end
            time.sleep(0.2)
        time.sleep(1.5)
    assert sorted(recorded(cluster.url, NOTICES.c.ticket_id)) == names
    assert sorted(recorded(cluster.url)) == sorted(names * 2)
    assert check_store(cluster.url).faults == ()
