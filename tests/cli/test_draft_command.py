"""``triage draft-message``: the draft and nothing else, or one sentence and 2."""

import json


def test_a_draft_is_printed_and_the_gap_is_told(triage, waiting, tmp_path):
    options = (waiting, "--ticket", "T-500006", "--models", tmp_path, "--now", "2026-07-01T10:00:00Z")
    ended = triage("draft-message", "ranked_lower", *options, "--language", "de")
    assert (ended.code, ended.err.count("\n")) == (0, 0)
    assert ended.out.startswith("„Support request“ kommt in unserer Reihenfolge später")
    told = triage("draft-message", "risk_managed", *options, "--slot", "risk=a leak")
    assert (told.code, told.out) == (2, "")
    assert "Message risk_managed needs outcome, but only a person knows it" in told.err
    made = triage(
        "draft-message", "risk_managed", *options, "--slot", "risk=a leak", "--slot", "outcome=shut", "--json"
    )
    assert json.loads(made.out)["slots"] == {"risk": "a leak", "outcome": "shut"}
    assert "--slot takes NAME=TEXT" in triage("draft-message", "tracking", *options, "--slot", "goal").err
