"""``triage serve``: what stops it is said in one line before it starts, and Ctrl+C ends it quietly."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "stopped container"])
def test_it_answers_until_it_is_stopped_and_ends_quietly(server, small_models, how):
    with server("--models", small_models, "--name", "small") as served:
        assert json.loads(served.get("/readyz"))
        ended = served.stop(how)
    assert ended.code == 0
    assert ended.err == ""
    assert ended.out.startswith("Serving model 'small', version 0001-")
    assert f"http://127.0.0.1:{served.port} until stopped (Ctrl+C). Try:\n  curl -s http://127.0.0.1" in ended.out


def test_without_a_model_it_says_that_rules_alone_decide(server, tmp_path):
    with server("--models", tmp_path / "none") as served:
        ended = served.stop(signal.SIGINT)
    assert ended.err.startswith("triage: rules alone decide, for no model can be used: There is no model in ")
    assert ended.err.count("\n") == 1
    assert ended.out.startswith("Serving rules only on http://")


def refused(ended, said):
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("triage: ")
    assert ended.stderr.count("\n") == 1
    assert said in ended.stderr


def test_a_broken_policy_is_one_line(program, tmp_path):
    (tmp_path / "policy.toml").write_text("cutofs = 1\n")
    refused(program("serve", "--policy", "policy.toml"), "cutofs")
    refused(program("serve", TRIAGE_POLICY="policy.toml"), "cutofs")


def test_a_setting_out_of_range_is_one_line(program):
    refused(program("serve", TRIAGE_MAX_BATCH="many"), "Environment variable TRIAGE_MAX_BATCH cannot be used")
    refused(program("serve", TRIAGE_MAX_BACTH="5"), "did you mean 'TRIAGE_MAX_BATCH'?")


def test_a_port_that_is_taken_is_one_line_even_before_a_demonstration(program):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(program("serve", "--port", port), f"Cannot listen on 127.0.0.1:{port} (")
        refused(program("demo", "--port", port), f"Cannot listen on 127.0.0.1:{port} (")


def workers_of(served):
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_a_worker_that_dies_is_replaced_and_the_others_answer_on(server, tmp_path):
    with server("--models", tmp_path, "--workers", "2") as served:
        first = workers_of(served)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        until = time.monotonic() + 20
        while len(set(workers_of(served)) - {first[0]}) < 2:
            assert json.loads(served.get("/readyz"))
            assert time.monotonic() < until
            time.sleep(0.05)
        ended = served.stop(signal.SIGTERM)
    assert ended.code == 0
    assert f"Worker {first[0]} ended with 9; another takes its place." in ended.err


@pytest.mark.parametrize("workers", [1, 2])
def test_half_open_connections_hold_up_no_stop(server, tmp_path, workers):
    head = b"POST /v1/predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    with server("--models", tmp_path, "--workers", workers) as served, ExitStack() as held:
        for sent in [b"", b"POST /v1/pre", head[:80], head] * 10:
            connection = held.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            connection.sendall(sent)
        served.get("/healthz")
        began = time.monotonic()
        assert served.stop(signal.SIGTERM).code == 0
        assert time.monotonic() - began < 8  # and not the 30 s that a request may take to arrive


def test_serving_a_model_loads_nothing_that_only_training_needs(small_models):
    code = (
        "import sys; from pathlib import Path; import ticket_triage.api.server;"
        "from ticket_triage.service.assess import build_assessor;"
        "from ticket_triage.domain.ticket import Ticket; from datetime import datetime, UTC;"
        f"assessor = build_assessor(Path({str(small_models)!r}), 'small');"
        "assert assessor.decide(Ticket('T', 'x is down'), datetime.now(UTC)).mode == 'full';"
        "print([name for name in ('sklearn', 'pandas', 'joblib', 'pyarrow') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
