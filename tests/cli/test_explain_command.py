"""``triage explain``: one ticket's receipt, as text and as JSON."""

import json
import math

import pytest
from pandas import read_csv

NOW = "2026-07-01T10:00:00Z"


@pytest.fixture
def explain(triage, small_models):
    def run(tickets, *options):
        return triage("explain", tickets, "--models", small_models, "--name", "small", "--now", NOW, *options)

    return run


def test_the_memo_says_what_why_by_when_and_who(explain, waiting):
    ended = explain(waiting, "--ticket", "T-500017")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "Ticket T-500017"
    assert lines[1].startswith("P1 with 100.00 points: widespread outage (")
    for label in ("Team", "Action", "Due", "Escalate", "Scorecard", "Signals", "Prediction", "Decided for"):
        assert any(line.startswith(label) for line in lines), label
    assert "  100.00 of 100   total" in lines
    assert lines[-1].endswith(".")


def test_what_would_change_it_is_told_when_asked(explain, waiting):
    told = explain(waiting, "--ticket", "T-500017", "--what-if").out
    assert "\nWhat would change it\n  P2 if the ticket did not say " in told
    assert "What would change it" not in explain(waiting, "--ticket", "T-500017").out
    lines = explain(waiting, "--ticket", "T-500017", "--what-if", "--json").out.splitlines()
    assert [entry["target"] for entry in json.loads(lines[1])["what_if"]] == ["P2"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_memo_folds_at_the_screens_edge(explain, waiting, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, explain(waiting, "--ticket", "T-500003").out.splitlines())) <= columns


def test_one_ticket_in_a_file_needs_no_id_and_own_fields_nest(explain, tmp_path):
    ticket = {"ticket_id": "T-1", "subject": "Down", "custom": {"browser": "firefox"}, "tags": ["a", "b"]}
    for name, indent in (("one.json", None), ("spread.json", 2)):
        (tmp_path / name).write_text(json.dumps(ticket, indent=indent))
    (tmp_path / "list.json").write_text(json.dumps([ticket]))
    said = {explain(name, "--json").out for name in ("one.json", "spread.json", "list.json")}
    assert len(said) == 1
    assert json.loads(said.pop())["ticket_id"] == "T-1"


def test_the_receipt_is_one_line_of_json_with_its_moment(explain, waiting):
    ended = explain(waiting, "--ticket", "T-500003", "--json")
    assert ended.out.count("\n") == 1
    receipt = json.loads(ended.out)
    assert (receipt["ticket_id"], receipt["now"], receipt["mode"]) == ("T-500003", NOW, "full")
    assert round(sum(line["points"] for line in receipt["scorecard"]), 2) == receipt["points"]


def test_without_a_model_the_receipt_says_so_and_why_is_told(triage, waiting):
    ended = triage("explain", waiting, "--ticket", "T-500003", "--json", "--name", "smal")
    assert ended.code == 0
    assert json.loads(ended.out)["mode"] == "rules only"
    assert ended.err.startswith("triage: rules alone decide, for no model can be used: ")
    assert ended.err.count("\n") == 1


def test_a_ticket_cannot_steer_the_terminal_that_shows_it(explain, tmp_path):
    ticket = {"ticket_id": "T\x1b[2J", "subject": "is down \x1b]0;x\x07 for everyone", "segment": "big\x1b[31m"}
    (tmp_path / "evil.json").write_text(json.dumps(ticket))
    shown = explain("evil.json").out
    assert "\x1b" not in shown
    assert "\x07" not in shown


def log_odds(head):
    return math.fsum(line["contribution"] for line in head["lines"])


def test_a_head_is_explained_by_lines_that_add_up(explain, waiting):
    short, full = (
        json.loads(explain(waiting, "--ticket", "T-500003", "--head", "urgency", *more, "--json").out)["heads"][0]
        for more in ((), ("--all",))
    )
    assert [line["kind"] for line in short["lines"]][:: len(short["lines"]) - 1] == ["base", "rest"]
    assert len(full["lines"]) > len(short["lines"]) == 22
    assert log_odds(short) == pytest.approx(short["log_odds"], abs=1e-12)
    assert log_odds(full) == full["log_odds"] == pytest.approx(short["log_odds"], abs=1e-12)


def test_the_lines_are_shown_with_their_sum_and_the_calibration(explain):
    ended = explain("--text=URGENT: checkout is down for everyone", "--head", "urgency", "--class", "low")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("urgency: low (0.")
    assert any(line.split()[1:3] == ["words", "down"] for line in lines)
    assert [line.split()[1] for line in lines if line.split()[1:2] in (["sum"], ["calibration"])] == [
        "sum",
        "calibration",
    ]


def test_all_explains_every_head_in_full(explain, waiting):
    found = json.loads(explain(waiting, "--ticket", "T-500003", "--all", "--json").out)
    assert [head["head"] for head in found["heads"]] == ["urgency", "category", "sentiment"]
    assert not any(line["kind"] == "rest" for head in found["heads"] for line in head["lines"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--text", "x", "--head", "urgncy"], "The model has no head 'urgncy'; did you mean 'urgency'?"),
        (["--text", "x", "--class", "low"], "The class 'low' belongs to a head; name that head too."),
        (["--text", "x", "--head", "urgency", "--class", "lo"], "has no class 'lo'; did you mean 'low'?"),
        ([], "Give either a file of tickets or --text with what a ticket says."),
    ],
)
def test_what_cannot_be_explained_is_told(triage, small_models, options, told):
    ended = triage("explain", *options, "--models", small_models, "--name", "small")
    assert ended.code == 2
    assert told in ended.err


def test_without_a_model_there_is_nothing_to_add_up(triage):
    ended = triage("explain", "--text", "x", "--all")
    assert (ended.code, ended.out) == (2, "")
    assert "There is no model in models" in ended.err


def test_past_tickets_support_or_contradict_and_a_person_can_be_forgotten(explain, triage, waiting, history, tmp_path):
    asked = [waiting, "--ticket", "T-500003", "--history", history, "--index", tmp_path / "past"]
    found = json.loads(explain(*asked, "--json").out)
    answers = {head["head"]: head["answer"] for head in found["heads"]}
    assert len(found["similar"]) == 5
    for past in found["similar"]:
        assert {head: past["labels"][head] for head in past["supports"]} == {h: answers[h] for h in past["supports"]}
        assert all(past["labels"][head] != answers[head] for head in past["contradicts"])
    shown = explain(*asked).out
    assert "Past tickets like it" in shown
    assert found["similar"][0]["ticket_id"] in shown
    rows = read_csv(history).set_index("ticket_id")
    person = rows.loc[found["similar"][0]["ticket_id"], "requester"]
    ended = triage("data", "forget", tmp_path / "past", "--requester", person)
    assert (ended.code, ended.out.split(" ", 1)[1]) == (0, f"tickets taken out of {tmp_path / 'past'}.\n")
    left = {past["ticket_id"] for past in json.loads(explain(*asked, "--json").out)["similar"]}
    assert not left & set(rows.index[rows.requester == person])


def test_an_index_without_its_history_is_told(explain, waiting):
    ended = explain(waiting, "--index", "past")
    assert ended.code == 2
    assert "name the history with --history" in ended.err
