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


def test_an_audit_names_tickets_by_id_and_line(triage, history, tmp_path):
    ended = triage("data", "check", history, "--audit", "--json", "audit.json")
    assert (ended.code, ended.err) == (0, "")
    assert "Every row can be used.\n\nAudit\n" in ended.out
    found = json.loads((tmp_path / "audit.json").read_text())
    assert found["rows_used"] == 900
    heads = {head["head"]: head for head in found["audit"]["heads"]}
    assert set(heads) == {"urgency", "category", "sentiment"}
    first = heads["urgency"]["suspects"][0]
    with history.open(encoding="utf-8", newline="") as file:
        lines = file.read().split("\n")
    assert lines[first["line"] - 1].startswith(first["ticket_id"] + ",")
    assert f"  {first['ticket_id']} " in ended.out
    assert first["probability"] < first["likely_probability"]


def test_an_audit_names_the_words_that_come_up_in_one_stretch_of_time(triage, tmp_path):
    rows = ["ticket_id,body,opened_at,urgency"]
    for n in range(400):
        matter = "the new gateway rejects every certificate" if n >= 300 else "the old printer shows another jam"
        day = f"2026-{1 + n // 100:02}-{1 + n // 4 % 25:02}"
        rows.append(f"T{n},{matter} on floor {n % 9} of house {n % 7},{day},{'high' if n % 2 else 'low'}")
    (tmp_path / "h.csv").write_text("\n".join(rows) + "\n")
    ended = triage("data", "check", "h.csv", "--audit", "--json", "audit.json")
    assert "warning: the words drift: furthest from all others are the tickets from 2026-04" in ended.out
    found = json.loads((tmp_path / "audit.json").read_text())["audit"]["words"]
    moved = {entry["word"]: (entry["share"], entry["elsewhere"]) for entry in found["words"]}
    assert moved["gateway"][0] > 0.9 > 0.2 > moved["gateway"][1]
    assert {"on", "floor"}.isdisjoint(moved)


def test_an_audit_counts_what_machines_labelled_and_looks_at_none_of_it(triage, tmp_path):
    rows = ["ticket_id,body,urgency,urgency_source"]
    rows += [
        f"H{n},{'site down' if n % 2 else 'icon colour'} case {n},{'high' if n % 2 else 'low'},human" for n in range(40)
    ]
    rows += [f"M{n},site down case {n},low,machine" for n in range(20)]
    (tmp_path / "h.csv").write_text("\n".join(rows) + "\n")
    ended = triage("data", "check", "h.csv", "--audit")
    assert "20 labels of urgency were set by a machine and touched by nobody: no model learns them." in ended.out
    assert "urgency: 40 labels audited" in ended.out
    assert "M1" not in ended.out


def test_a_redacted_copy_keeps_columns_rows_and_who_is_who(triage, tmp_path):
    rows = [
        "Nr,Text,From,Phone,Prio",
        'A1,"Call 030 1234567, order 4711",jo@example.org,5551234567,high',
        "A2,=icon,JO@example.org,,low",
        "A3,pay with 4111 1111 1111 1111,al@example.org,n/a,low",
    ]
    (tmp_path / "h.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "m.toml").write_text(
        '[columns]\nticket_id = "Nr"\nbody = "Text"\nrequester = "From"\nurgency = "Prio"\n'
    )
    ended = triage("data", "redact", "h.csv", "--mapping", "m.toml", "--out", "shared.csv")
    assert ended == (0, "shared.csv: 3 rows; found 2 person, 2 phone, 1 card.\n", "")
    assert (tmp_path / "shared.csv").read_text().splitlines() == [
        "Nr,Text,From,Phone,Prio",
        'A1,"Call [phone], order 4711",person-1,[phone],high',
        "A2,'=icon,person-1,,low",
        "A3,pay with [card],person-2,n/a,low",
    ]
    assert triage("data", "check", "shared.csv", "--mapping", "m.toml").code == 0


def test_the_copy_never_replaces_what_it_copies(triage, history):
    ended = triage("data", "redact", history, "--out", history)
    assert ended.code == 2
    assert "is read by this very command and would be lost" in ended.err


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
