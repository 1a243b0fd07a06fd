"""GET /v1/policy and POST /v1/policy/simulate: the policy in use, and another beside it."""

from importlib.resources import files

SHIPPED = files("ticket_triage.policy").joinpath("default.toml").read_text("utf-8")
OUTAGE = {"ticket_id": "T-1", "subject": "Checkout is down for everyone", "opened_at": "2026-03-02T09:00:00Z"}
QUESTION = {"ticket_id": "T-2", "subject": "How do I export?", "opened_at": "2026-03-02T09:00:00Z"}


def simulated(client, policy, *tickets):
    return client.post("/v1/policy/simulate", json={"policy": policy, "tickets": list(tickets)})


def test_the_policy_in_use_is_shown_whole(client, assessor):
    found = client.get("/v1/policy").json()
    assert found["policy"]["sha256"] == assessor.policy_reference.sha256
    assert found["content"] == assessor.policy.as_dict()


def test_an_unchanged_policy_moves_nobody(client):
    found = simulated(client, SHIPPED, OUTAGE, QUESTION).json()
    assert (found["moves"], found["tickets"], found["from"]) == ([], 2, found["to"])


def test_who_moves_is_told_and_bad_rows_stand_apart(client):
    policy = 'extends = "default"\n[signals.outage]\nteam = "platform"\n'
    found = simulated(client, policy, {"subject": "no id"}, OUTAGE, QUESTION).json()
    assert [(move["ticket_id"], move["team"][1]) for move in found["moves"]] == [("T-1", "platform")]
    assert [row["index"] for row in found["refused"]] == [0]


def test_a_policy_that_cannot_be_used_is_told_with_its_line(client):
    answer = simulated(client, 'extends = "default"\nnaem = "x"\n', OUTAGE)
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == "/policy"
    assert "line 2: naem is no entry of a policy; did you mean 'name'?" in fault["message"]
    for text in (None, 5, "name = " + "[" * 100_000, "x" * 1_000_001):
        assert simulated(client, text, OUTAGE).status_code == 422
