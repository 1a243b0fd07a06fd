"""Killed at random moments under write load: every acknowledged receipt is there exactly once, and all of it checks."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from ticket_triage.service.keep import check_store
from ticket_triage.store.address import read_address
from ticket_triage.store.tables import RECEIPTS

CHILD = Path(__file__).parent / "recording_child.py"
SOME, MANY = 15, 1000


class Nursery:
    """Makes processes that record, each ready in a moment."""

    def __init__(self, folder):
        self._folder = folder
        self._process = subprocess.Popen([sys.executable, str(CHILD)], stdin=subprocess.PIPE, text=True)

    def begin(self, address, name):
        """Begin a process; return what it says, once it has begun."""
        pipe = self._folder / f"{name}.pipe"
        os.mkfifo(pipe)
        print(address, name, pipe, sep="\t", file=self._process.stdin, flush=True)
        return pipe.open()

    def close(self):
        """Begin no more."""
        self._process.stdin.close()
        self._process.wait(30)


@pytest.fixture
def nursery(tmp_path):
    made = Nursery(tmp_path)
    yield made
    made.close()


def acknowledged(said, after_s):
    """Kill a process so long after it first acknowledged something; return all it acknowledged."""
    number, first = int(said.readline()), said.readline()
    time.sleep(after_s)
    os.kill(number, signal.SIGKILL)
    rest = said.read()
    said.close()
    whole = rest[: rest.rfind("\n") + 1]  # a line cut off by the kill was not said
    return [first.strip(), *whole.split()]


def recorded(address):
    engine = create_engine(read_address(str(address)))
    with engine.connect() as connection:
        names = connection.execute(select(RECEIPTS.c.ticket_id)).scalars().all()
    engine.dispose()
    return names


@pytest.mark.parametrize("kills", [SOME, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_no_kill_loses_or_doubles_what_was_acknowledged(tmp_path, nursery, kills):
    dice = random.Random(kills)
    told = []
    for number in range(0, kills, 2):  # two that write to one store, both killed
        pair = [nursery.begin(tmp_path / "kept", f"{number}-{which}") for which in "ab"]
        for said in pair:
            told += acknowledged(said, dice.uniform(0.0, 0.25))
    there = recorded(tmp_path / "kept")
    assert len(told) > kills * 3
    assert len(there) == len(set(there))
    assert set(told) <= set(there)
    assert check_store(str(tmp_path / "kept")).faults == ()


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_what_was_answered_is_there_after_the_service_was_killed(server, tmp_path, kills):
    told = []

    def ask(served, name):
        number = 0
        try:
            while True:
                number += 1
                ticket = {"ticket_id": f"{name}-{number}", "subject": "Checkout is down"}
                served.post("/v1/predict", json.dumps(ticket).encode())
                told.append(ticket["ticket_id"])
        except (OSError, ValueError, http.client.HTTPException):
            return  # killed, perhaps in the middle of an answer

    for kill in range(kills):
        with server("--store", tmp_path / "kept", "--models", tmp_path) as served:
            clients = [threading.Thread(target=ask, args=(served, f"{kill}-{client}")) for client in range(6)]
            for client in clients:
                client.start()
            time.sleep(0.6)
            served.stop(signal.SIGKILL)
            for client in clients:
                client.join()
    there = recorded(tmp_path / "kept")
    assert len(told) > kills
    assert len(there) == len(set(there))
    assert set(told) <= set(there)
    assert check_store(str(tmp_path / "kept")).faults == ()
