"""Every fault of a policy file is told with the line it stands on."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.errors import PolicyInvalidError
from ticket_triage.policy import load_policy, policy_faults
from ticket_triage.policy.lines import lines_of


def test_lines_are_those_of_the_file():
    text = (
        'top = """\n[no.table]\n"""\n[a."b c"] # head\n\nlist = [\n  1, # one, two\n  { x = 2, y.z = "}" },\n]\n'
        "when = 2026-03-02 09:00:00\n[[many]]\nk = 1\n[[many]]\nk = ''' [x] '''\n"
    )
    tomllib.loads(text)
    lines = lines_of(text)
    expected = {
        "top": 1, "a.b c": 4, "a.b c.list": 6, "a.b c.list.1": 7, "a.b c.list.2.y.z": 8, "a.b c.when": 10,
        "many.1.k": 12, "many.2.k": 14,
    }  # fmt: skip
    assert {entry: lines.of(entry) for entry in expected} == expected
    assert lines.of("nowhere") is None


KEYS = st.text("abc-_", min_size=1, max_size=4)
LEAVES = st.one_of(st.integers(-9, 9).map(str), st.sampled_from(['"[x] # = {"', "'''\n]\n'''", "true", '"""\\"a"""']))
VALUES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "\n]"), max_leaves=6
)


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.integers(0, 3))
def test_every_key_is_found_whatever_stands_before_it(entries, blank):
    text = "[t]\n"
    wanted = {}
    for key, value in entries.items():
        text += "\n" * blank
        wanted[f"t.{key}"] = text.count("\n") + 1
        text += f"{key} = {value} # {key} = 1\n"
    tomllib.loads(text)
    lines = lines_of(text)
    assert {entry: lines.of(entry) for entry in wanted} == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight = 30", "wieght = 30"),
        ("P2 = 45", "P2 = 450"),
        ("at_least = 5,", "at_leest = 5,"),
        ('team = "payments"', 'team = "paymants"'),
        ('alone = ["severity"]', 'alone = ["severty"]'),
    ],
)
def test_the_line_of_a_fault_is_where_the_file_says_it(changed, old, new):
    path = changed((old, new))
    line = next(number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if new in text)
    with pytest.raises(PolicyInvalidError, match=rf"policy\.toml, line {line}: "):
        load_policy(path)


def test_all_faults_are_told_at_once(changed):
    path = changed(("weight = 30", "wieght = 30"), ("P2 = 45", "P2 = 450"), ("P3 = 20", 'P3 = "20"'))
    told = policy_faults(path)
    assert ["wieght" in told[0], "weight is missing" in told[1]] == [True, True]
    assert [entry in " ".join(told) for entry in ("cutoffs.P2 is 450", "cutoffs.P3 is '20'")] == [True, True]


def test_a_file_may_say_only_what_differs(tmp_path, policy):
    own = tmp_path / "own.toml"
    own.write_text('extends = "default"\nname = "own"\n[cutoffs]\nP1 = 80\n[signals.security]\nteam = "support"\n')
    content = load_policy(own).as_dict()
    shipped = policy.as_dict()
    assert content["cutoffs"] == {"P1": 80, "P2": 45, "P3": 20}
    assert content["signals"]["security"] == shipped["signals"]["security"] | {"team": "support"}
    assert content["teams"] == shipped["teams"]
    assert "extends" not in content


def test_own_teams_stand_beside_no_shipped_ones_and_what_still_names_those_is_told(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('extends = "default"\n[teams.it]\nabout = "all"\nmanager = "Jo"\nescalates_to = "it"\n')
    assert any("signals.security.team names 'platform'" in told and "write the entry here" in told
               for told in policy_faults(own))  # fmt: skip


def test_only_the_shipped_policy_can_be_extended(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('name = "own"\nextends = "other.toml"\n')
    with pytest.raises(PolicyInvalidError, match=r"line 2: extends cannot be 'other.toml'; known are: default"):
        load_policy(own)
