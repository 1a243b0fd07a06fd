"""PostgreSQL restarted in the middle of load: told while it is gone, nothing acknowledged lost, and served again."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
from collections import Counter

import pytest
from sqlalchemy import create_engine, select

from ticket_triage.service.keep import check_store
from ticket_triage.store.tables import RECEIPTS

CLIENTS = 6


class Load:
    """Clients that send tickets without a pause, and keep what they were told."""

    def __init__(self, served):
        self.served = served
        self.acknowledged, self.refused = [], []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(name,)) for name in range(CLIENTS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, name):
        number = 0
        while not self._over.is_set():
            number += 1
            ticket = {"ticket_id": f"{name}-{number}", "subject": "Checkout is down"}
            try:
                self.served.post("/v1/predict", json.dumps(ticket).encode())
                self.acknowledged.append(ticket["ticket_id"])
            except urllib.error.HTTPError as error:
                self.refused.append((error.code, json.loads(error.read())["code"], error.headers["retry-after"]))

    def until_acknowledged(self, more):
        """Wait until so many more tickets are acknowledged."""
        wanted, late = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < late, Counter(self.refused)
            time.sleep(0.02)


def recorded(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(RECEIPTS.c.ticket_id)).scalars().all()
    engine.dispose()
    return found


@pytest.mark.parametrize(
    "ways", [["fast", "immediate"], pytest.param(["fast", "immediate"] * 15, marks=[pytest.mark.slow])], ids=len
)
def test_nothing_acknowledged_is_lost_and_it_serves_again_without_a_hand(cluster, server, tmp_path, ways):
    with server("--store", cluster.url, "--models", tmp_path, "--workers", 2) as served, Load(served) as load:
        for way in ways:
            load.until_acknowledged(20)
            cluster.control("stop", "-m", way)
            with pytest.raises(urllib.error.HTTPError) as gone:
                served.post("/v1/predict", b'{"ticket_id": "T-1"}')
            assert (gone.value.code, json.loads(gone.value.read())["code"]) == (503, "store-unavailable")
            assert json.loads(served.post("/v1/predict?record=false", b'{"ticket_id": "T-1"}'))["ticket_id"] == "T-1"
            assert "\ntriage_store_up 0\n" in served.get("/metrics").decode()
            cluster.control("start")
        load.until_acknowledged(20)
    there = recorded(cluster.url)
    assert {refusal[:2] for refusal in load.refused} <= {(503, "store-unavailable")}
    assert all(int(later) > 0 for *_, later in load.refused)
    assert len(there) == len(set(there))
    assert set(load.acknowledged) <= set(there)
    assert check_store(cluster.url).faults == ()
