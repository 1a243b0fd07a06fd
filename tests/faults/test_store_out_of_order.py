"""A store that cannot be written: a clear refusal, nothing acknowledged is lost, and it recovers by itself."""

from __future__ import annotations

import json
import os
import resource
import socket
import sqlite3
import subprocess
import urllib.error
from contextlib import contextmanager

import pytest

from ticket_triage.errors import StoreError
from ticket_triage.service.keep import check_store
from ticket_triage.store.store import Store


def predicted(served, number, query=""):
    """Return the status and body of one prediction, and when to come back."""
    ticket = {"ticket_id": f"T-{number}", "subject": "Checkout is down", "body": "again and " * 200}
    try:
        return 200, json.loads(served.post(f"/v1/predict{query}", json.dumps(ticket).encode())), None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers["retry-after"]


@pytest.fixture
def kept(server, tmp_path):
    with server("--store", tmp_path / "kept", "--models", tmp_path) as served:
        yield served


@contextmanager
def files_no_larger_than(served, size):
    """Let the service write no file beyond a size, as a full disk does."""
    before = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    yield
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(folder):
    """Mount a disk of two megabytes, or skip where that is not allowed."""
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("a disk that is full needs the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def refused_then(served, told):
    """Predict until one is refused; return how many were kept before, and the refusal."""
    for number in range(2_000):
        status, body, later = predicted(served, number)
        if status != 200:
            assert (status, int(later) > 0) == (503, True), body
            assert body["code"] in told
            return number, body
    raise AssertionError("nothing was refused")


def test_a_full_disk_is_told_and_room_mends_it(server, tmp_path):
    with small_disk(tmp_path / "disk") as disk, server("--store", disk, "--models", tmp_path) as served:
        acknowledged, body = refused_then(served, {"store-full"})
        assert "make room" in body["detail"]
        assert "Checkout" not in body["detail"]
        assert predicted(served, 0, "?record=false")[0] == 200
        found = check_store(str(disk))
        assert (found.receipts, found.faults) == (acknowledged, ())
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        assert predicted(served, 9_999)[0] == 200


def test_a_disk_that_takes_no_more_is_told_and_it_recovers(kept, tmp_path):
    predicted(kept, "first")
    with files_no_larger_than(kept, 1 << 18):
        acknowledged, _ = refused_then(kept, {"store-full", "store-unavailable"})
        assert predicted(kept, 0, "?record=false")[0] == 200
    assert predicted(kept, "last")[0] == 200
    found = check_store(str(tmp_path / "kept"))
    assert (found.receipts, found.faults) == (acknowledged + 2, ())


def test_a_store_that_somebody_holds_is_told_and_it_recovers(kept, tmp_path):
    assert predicted(kept, 1)[0] == 200
    holder = sqlite3.connect(tmp_path / "kept" / "store.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    status, body, later = predicted(kept, 2)
    assert (status, body["code"], int(later) > 0) == (503, "store-busy", True)
    assert predicted(kept, 2, "?record=false")[0] == 200
    holder.execute("ROLLBACK")
    holder.close()
    assert predicted(kept, 3)[0] == 200
    assert check_store(str(tmp_path / "kept"))[1:] == (2, 2, ())


def test_a_store_whose_lock_cannot_be_taken_is_told_and_it_recovers(kept, tmp_path):
    assert predicted(kept, 1)[0] == 200
    lock = tmp_path / "kept" / "store.db.lock"
    lock.unlink()
    lock.mkdir()
    status, body, _ = predicted(kept, 2)
    assert (status, body["code"]) == (503, "store-read-only")
    lock.rmdir()
    assert predicted(kept, 3)[0] == 200


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_served(tmp_path, program):
    folder = tmp_path / "sealed"
    with small_disk(folder) if os.geteuid() == 0 else sealed(folder):
        if os.geteuid() == 0:
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        with pytest.raises(StoreError, match="cannot be"):
            Store(str(folder / "kept"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        ran = program("serve", "--store", folder / "kept", "--port", port)
        assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
        assert "cannot be written" in ran.stderr


@contextmanager
def sealed(folder):
    folder.mkdir(mode=0o500)
    yield
    folder.chmod(0o700)
