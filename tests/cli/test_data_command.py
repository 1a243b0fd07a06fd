"""``triage data``: what a history holds, and the invented one."""

import json


def test_bad_rows_are_shown_with_line_and_reason(triage, tmp_path):
    rows = [
        "ticket_id,body,opened_at,urgency",
        "A,down,2026-01-01,high",
        "B,,,low",
        "C,icon,the day before,low",
        "A,x,,",
    ]
    (tmp_path / "h.csv").write_text("\n".join(rows) + "\n")
    ended = triage("data", "check", "h.csv", "--json", "check.json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("h.csv: 4 rows read, 2 tickets, opened 2026-01-01T00:00:00Z to 2026-01-01T00:00:00Z.")
    shown = ended.out[ended.out.index("3 problems, 2 rows left out") :]
    assert "  line 3: has neither subject nor body (row left out)\n" in shown
    assert "  line 4, opened_at 'the day before'" in shown
    assert "  line 5, ticket_id 'A': is the id of an earlier row (row left out)\n" in shown
    report = json.loads((tmp_path / "check.json").read_text())
    assert (report["rows_read"], report["rows_used"], report["problem_count"]) == (4, 2, 3)


def test_a_clean_history_is_said_to_be_clean(triage, history):
    ended = triage("data", "check", history)
    assert ended.code == 0
    assert "900 rows read, 900 tickets" in ended.out
    assert "urgency: " in ended.out
    assert "always answering 'medium' would be right in" in ended.out
    assert ended.out.endswith("Every row can be used.\n")


def test_a_file_without_labels_is_said_to_teach_nothing(triage, waiting):
    assert "No column holds labels of a known head: enough to predict, not to train." in triage(
        "data", "check", waiting
    ).out.replace("\n  ", " ")


def test_the_sample_comes_out_the_same_byte_for_byte(triage, tmp_path):
    for folder in ("one", "two/deep"):
        ended = triage("data", "sample", "--out", folder, "--tickets", "300")
        assert ended == (0, f"{folder}/sample_history.csv.gz\n{folder}/new_tickets.csv\n", "")
    for name in ("sample_history.csv.gz", "new_tickets.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / "deep" / name).read_bytes()


def test_another_seed_invents_other_tickets(triage, tmp_path):
    for seed in ("0", "1"):
        triage("data", "sample", "--out", seed, "--tickets", "50", "--seed", seed)
    first, second = ((tmp_path / seed / "new_tickets.csv").read_bytes() for seed in ("0", "1"))
    assert first != second
