"""One ticket, one receipt: the same bytes from the command line, Python and HTTP, with a model and without."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from urllib.parse import quote

import pandas as pd
import pytest

from ticket_triage import decide, load_model, load_policy, read_tickets
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.intake.rows import ticket_from, tickets_from

NOW = "2026-07-02T08:30:00+02:00"
MOMENT = datetime.fromisoformat(NOW)
ICON = {"ticket_id": "ICON", "subject": "URGENT!!! the icon is ugly", "body": "FIX IT NOW!!! THIS IS UNACCEPTABLE!"}
OUTAGE = {"ticket_id": "OUT", "subject": "Checkout is down for everyone", "body": "Nobody can pay, thank you."}

TICKETS = {
    "everything known": {
        "ticket_id": "T-1042",
        "subject": "Kasse geht nicht \u2013 チェックアウト \U0001f525",
        "body": "Since this morning no customer can pay:\nerror 502, “Bad Gateway”.\n\nOur CEO is asking. Thanks, Zoë",
        "opened_at": "2026-07-01T16:14:05+02:00",
        "channel": "email",
        "language": "en",
        "requester": "zoë@example.com",
        "customer_id": "C-77",
        "segment": "enterprise",
        "plan": "premium",
        "vip": True,
        "persona": "power_user",
        "annual_value": 120000.5,
        "affected_users": 1200,
        "product": "shop",
        "project": "relaunch",
        "tags": ["payments", "größe"],
        "stakeholders": ["ceo@example.com"],
        "stakeholder_aware": True,
        "conflict": False,
        "depends_on": ["T-1", "T-2"],
        "custom": {"browser": "firefox", "seats": 12, "ratio": 0.5, "beta": True, "región": "émea"},
    },
    "next to nothing known": {"ticket_id": "T-2", "subject": "?"},
    "no text": {"ticket_id": "T-4", "body": " \n", "segment": "enterprise"},
    "numbers and yes or no as text, and spaces": {
        "ticket_id": " A4 ",
        "subject": "x",
        "segment": " enterprise ",
        "stakeholders": [" cfo ", "a;b", "cfo"],
        "custom": {"urgency": "0.5", "seats": "12", "flag": "true", "share": 0.3333333333333333, "code": "007"},
    },
    "hidden and odd characters": {
        "ticket_id": "T 3",
        "subject": "\uff55\uff52\uff47\uff45\uff4e\uff54\u200b: the \u0455ite is d\u043ewn",
        "body": "\t“Hello” \u2028 & <b>bye</b> \\n \u00a0",
        "vip": False,
        "annual_value": 0,
        "custom": {"browser": ""},
    },
}


@pytest.fixture(scope="module")
def models(small_models):
    """Return the options that name a model, and those that name none."""
    return {"small": (small_models, "small"), "rules only": (small_models, "none")}


@pytest.fixture(scope="module")
def servers(server, models):
    with server(*options(models["small"])) as full, server(*options(models["rules only"])) as ruled:
        yield {"small": full, "rules only": ruled}


def options(model):
    return "--models", model[0], "--name", model[1]


def through_python(ticket, model):
    prediction = NO_PREDICTION if model[1] == "none" else load_model(*model).predict([ticket])[0]
    return decide(ticket, prediction, load_policy(), MOMENT)


def through_command_line(path, model):
    command = [sys.executable, "-m", "ticket_triage", "explain", path, "--json", "--now", NOW, *options(model)]
    return subprocess.run(list(map(str, command)), capture_output=True, check=True).stdout.rstrip(b"\n")


@pytest.mark.parametrize("mode", ["small", "rules only"])
@pytest.mark.parametrize("ticket", list(TICKETS.values()), ids=list(TICKETS))
def test_command_line_python_and_http_give_the_same_bytes(ticket, mode, models, servers, tmp_path):
    body = json.dumps(ticket, ensure_ascii=False).encode()
    (tmp_path / "ticket.json").write_bytes(body)
    by_http = servers[mode].post(f"/v1/predict?now={quote(NOW)}", body)
    by_hand = through_python(ticket_from(ticket), models[mode]).as_json().encode()
    from_file = through_python(
        tickets_from(read_tickets(tmp_path / "ticket.json", labelled=False).tickets)[0], models[mode]
    )
    assert through_command_line(tmp_path / "ticket.json", models[mode]) == by_hand
    assert by_http == by_hand
    assert from_file.as_json().encode() == by_hand
    assert json.loads(by_hand)["mode"] == ("full" if mode == "small" else "rules only")
    assert json.loads(by_hand)["now"] == "2026-07-02T06:30:00Z"


def test_a_batch_gives_each_ticket_the_receipt_it_gets_alone(servers):
    tickets = list(TICKETS.values())
    body = json.dumps({"tickets": tickets}).encode()
    batch = json.loads(servers["small"].post(f"/v1/predict/batch?now={quote(NOW)}", body))
    for ticket, row in zip(tickets, batch["results"], strict=True):
        alone = servers["small"].post(f"/v1/predict?now={quote(NOW)}", json.dumps(ticket).encode())
        assert row["receipt"] == json.loads(alone)


def assert_outage_first(outage, icon):
    assert outage["priority"] == "P1"
    assert (outage["priority"], -outage["points"]) < (icon["priority"], -icon["points"])


@pytest.mark.parametrize("mode", ["small", "rules only"])
@pytest.mark.parametrize("order", [[OUTAGE, ICON], [ICON, OUTAGE]], ids=["outage first", "icon first"])
class TestAnOutageForEveryoneOutranksALoudComplaint:
    def test_in_a_file_on_the_command_line(self, order, mode, models, program, tmp_path):
        pd.DataFrame(order).to_csv(tmp_path / "two.csv", index=False)
        ended = program("predict", "two.csv", "--out", "out.csv", "--now", NOW, *options(models[mode]))
        assert ended.returncode == 0
        rows = pd.read_csv(tmp_path / "out.csv").set_index("ticket_id").to_dict("index")
        assert_outage_first(rows["OUT"], rows["ICON"])

    def test_in_python(self, order, mode, models):
        said = {ticket["ticket_id"]: through_python(ticket_from(ticket), models[mode]).as_dict() for ticket in order}
        assert_outage_first(said["OUT"], said["ICON"])

    def test_one_by_one_over_http(self, order, mode, servers):
        said = [json.loads(servers[mode].post("/v1/predict", json.dumps(ticket).encode())) for ticket in order]
        by_id = {receipt["ticket_id"]: receipt for receipt in said}
        assert_outage_first(by_id["OUT"], by_id["ICON"])

    def test_in_a_batch_over_http(self, order, mode, servers):
        answer = json.loads(servers[mode].post("/v1/predict/batch", json.dumps({"tickets": order}).encode()))
        by_id = {row["receipt"]["ticket_id"]: row["receipt"] for row in answer["results"]}
        assert_outage_first(by_id["OUT"], by_id["ICON"])


def test_the_moment_in_another_zone_is_the_same_moment(models):
    ticket = ticket_from(TICKETS["everything known"])
    there = decide(ticket, NO_PREDICTION, load_policy(), MOMENT)
    assert there.as_json() == decide(ticket, NO_PREDICTION, load_policy(), MOMENT.astimezone(UTC)).as_json()
