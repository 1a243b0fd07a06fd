"""Policy files on the command line: checked, shown."""

import json
import tomllib

from ticket_triage.policy import load_policy


def test_the_shipped_policy_is_sound(triage):
    ran = triage("policy", "check")
    assert (ran.code, ran.err) == (0, "")
    assert "Policy default, version 1" in ran.out


def test_every_fault_is_told_with_its_line(triage, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('extends = "default"\nnaem = "own"\n[cutoffs]\nP1 = "70"\n')
    ran = triage("policy", "check", own)
    assert ran.code == 1
    told = " ".join(ran.out.split())
    assert "line 2: naem is no entry of a policy; did you mean 'name'?" in told
    assert "line 4: cutoffs.P1 is '70'" in told


def test_a_category_that_no_route_names_is_listed_with_its_tickets(triage, tmp_path):
    past = tmp_path / "past.csv"
    past.write_text("ticket_id,subject,category\n1,a,how_to\n2,b,Printer jam\n3,c,Printer jam\n")
    found = tmp_path / "found.json"
    ran = triage("policy", "check", "--history", past, "--json", found)
    assert ran.code == 1
    assert "1 category has no route of its own, so its tickets go to support" in ran.out
    assert json.loads(found.read_text())["unrouted"] == {"Printer jam": 2}


def test_what_is_no_toml_is_bad_input(triage, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("name =")
    ran = triage("policy", "check", own)
    assert (ran.code, ran.out) == (2, "")
    assert "is no TOML" in ran.err


def test_the_shipped_file_can_be_copied_and_decides_alike(triage, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(triage("policy", "show", "--toml").out, "utf-8")
    assert tomllib.loads(own.read_text("utf-8"))["name"] == "default"
    assert load_policy(own).reference == load_policy().reference
    assert triage("policy", "show", "--json").out.strip() == load_policy().content


def test_a_policy_is_shown_in_tables(triage):
    shown = triage("policy", "show").out
    assert load_policy().reference.sha256 in shown
    for told in ("revenue impact", "70 points", "head of payments", "mon tue wed thu fri 09:00-17:00"):
        assert told in shown.lower()


def test_a_policy_is_tried_on_tickets(triage, waiting, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('extends = "default"\nname = "own"\n[cutoffs]\nP1 = 60\nP2 = 30\nP3 = 10\n')
    found, moved = tmp_path / "found.json", tmp_path / "moved.csv"
    ran = triage("policy", "simulate", waiting, "--to", own, "--models", "absent", "--json", found, "--moves", moved)
    assert ran.code == 0
    moves = json.loads(found.read_text())["moves"]
    assert f"{len(moves):,} of 24 tickets are decided otherwise" in ran.out
    assert moved.read_text().count("\n") == len(moves) + 1
    assert 0 < len(moves) < 24


def test_an_unchanged_policy_decides_all_alike(triage, waiting, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(triage("policy", "show", "--toml").out, "utf-8")
    ran = triage("policy", "simulate", waiting, "--to", own, "--models", "absent")
    assert "all 24 tickets are decided alike" in ran.out


def test_a_draft_is_written_and_checked(triage, history, tmp_path):
    own = tmp_path / "own.toml"
    ran = triage("policy", "draft", history, "--out", own)
    assert (ran.code, ran.err) == (0, "")
    assert "8 routes to 7 teams" in ran.out
    assert triage("policy", "check", own, "--history", history).code == 0


def test_a_draft_never_replaces_its_history(triage, tmp_path):
    past = tmp_path / "past.csv"
    past.write_text("ticket_id,subject\n1,a\n")
    ran = triage("policy", "draft", past, "--out", past)
    assert ran.code == 2
    assert past.read_text() == "ticket_id,subject\n1,a\n"


def test_claims_are_counted_and_can_be_handed_in(triage, tmp_path):
    past = tmp_path / "past.csv"
    past.write_text(
        "ticket_id,subject,requester,urgency\n1,URGENT,ana@a.example,low\n2,urgent!,ana@a.example,critical\n"
        "3,hello,bo@a.example,low\n"
    )
    desk = tmp_path / "desk.toml"
    assert triage("policy", "claims", past, "--out", desk).out == f"{desk}: 1 requesters called something urgent.\n"
    assert tomllib.loads(desk.read_text())["claims"] == {"ana@a.example": [2, 1]}
    told = triage("explain", past, "--ticket", "1", "--models", "absent", "--desk", desk, "--json").out
    assert json.loads(told)["facts"]["earlier_claims"] == [2, 1]
