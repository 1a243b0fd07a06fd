import hashlib

import pytest

from ticket_triage.errors import PolicyInvalidError, PolicyUnreadableError
from ticket_triage.policy import load_policy


def test_the_shipped_policy_works_untouched(policy):
    assert policy.reference.name == "default"
    assert policy.reference.sha256 == hashlib.sha256(policy.content.encode()).hexdigest()
    assert [entry["weight"] for entry in policy.as_dict()["scorecard"].values()] == [30, 30, 20, 20]


def test_comments_and_layout_do_not_change_the_hash(policy, changed):
    path = changed(("[cutoffs]\nP1 = 70", "[cutoffs]  # of our own\n\nP1 = 70.0"))
    assert load_policy(path).reference == policy.reference


def test_another_figure_changes_the_hash(policy, changed):
    assert load_policy(changed(("P1 = 70", "P1 = 71"))).reference.sha256 != policy.reference.sha256


def test_a_copy_of_the_content_cannot_reach_the_policy(policy):
    policy.as_dict()["cutoffs"]["P1"] = 1
    assert policy.as_dict()["cutoffs"]["P1"] == 70


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "weight = 30",
            "weight = 40",
            r"scorecard has weights of 40 \+ 30 \+ 20 \+ 20 = 110, but they must sum to 100",
        ),
        ("weight = 30", "weight = -1", r"scorecard\.revenue\.weight is -1, but input should be greater than"),
        ("weight = 30", 'weight = "30"', r"scorecard\.revenue\.weight is '30', but input should be a valid number"),
        ("weight = 30", "wieght = 30", r"scorecard\.revenue\.wieght is no entry .*; did you mean 'weight'\?"),
        ("weight = 30", "", r"scorecard\.revenue\.weight is missing"),
        ("medium = 0.5", "medium = 1.5", r"levels\.medium is 1\.5, but input should be less than"),
        ("P2 = 45", "P2 = 75", r"cutoffs must fall from P1 to P3"),
        ("P2 = 45", "", r"cutoffs\.P2 is missing"),
        ('team = "payments"', 'team = "payment"', r"signals\.payment_blocked\.team names 'payment'.*mean 'payments'\?"),
        ('floor = "P1"', 'floor = "P0"', r"signals\.everyone_blocked\.floor cannot be 'P0'"),
        (
            'all_of = ["outage", "widespread"]',
            'all_of = ["outage", "vip"]',
            r"all_of names 'vip', but only signals above",
        ),
        ("when = { vip = true }", 'when = { vip = "yes" }', r"signals\.vip\.when\.vip must be true or false"),
        ("when = { vip = true }", "when = { vap = true }", r"signals\.vip\.when\.vap .*did you mean 'vip'\?"),
        (
            "when = { vip = true }",
            "when = { annual_value = { at_leest = 1 } }",
            r"signals\.vip\.when\.annual_value\.at_leest is no entry .*did you mean 'at_least'\?",
        ),
        ("when = { vip = true }", "tags = []", r"signals\.vip must have phrases, when, all_of or any_of"),
        ('revenue = "high", satisfaction = "high"', 'revenue = "hihg", satisfaction = "high"', r"mean 'high'\?"),
        ('"is down",', '"!!!",', r"signals\.stopped\.phrases has '!!!' of 0 words"),
        ("at_least = 5,", "at_least = 1,", r"scorecard\.satisfaction\.affected_users must rise band by band"),
        ('time_zone = "UTC"', 'time_zone = "Mars/Base"', r"calendars\.business\.time_zone is 'Mars/Base'"),
        ('"09:00-17:00"', '"9-17"', r"calendars\.business\.hours\.monday has '9-17'; write a span such as"),
        ('["09:00-17:00"]', '["09:00-17:00", "16:00-18:00"]', r"hours\.monday has spans that overlap"),
        ('calendar = "always"', 'calendar = "allways"', r"sla\.P1\.calendar names 'allways'.*mean 'always'\?"),
        ("[sla.P4]", "[sla.P5]", r"sla\.P5 cannot be 'P5'"),
        ('escalates_to = "platform"', 'escalates_to = "payments"', r"teams\.payments\.escalates_to must name another"),
        ("[categories.default]", "[categories.rest]", r"categories\.default is missing"),
        ("[categories.checkout]", "[categories.Default]", r"categories\.Default is the same name as 'default'"),
        ('alone = ["severity"]', 'alone = ["severty"]', r"escalation\.alone\.1 cannot be 'severty'.*'severity'\?"),
        ("missed_top = 10.0", "missed_top = 1.0", r"costs\.missed_top is 1, but must be no less than"),
        ("false_alarm = 1.0", "false_alarm = 0.0", r"costs\.false_alarm is 0\.0, but input should be greater than 0"),
        (
            "set_level = 0.9",
            "set_level = 90",
            r"confidence\.set_level is 90, but input should be less than",
        ),
        ("P1 = 4\n", "", r"escalation\.open_hours\.P1 is missing"),
    ],
)
def test_a_fault_is_said_in_one_sentence_with_its_entry(changed, old, new, message):
    with pytest.raises(PolicyInvalidError, match=message) as caught:
        load_policy(changed((old, new)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"name = \n", r"is no TOML: .*line 1"), (b"\xff\xfe", r"is no UTF-8 text \(byte 0\)")],
)
def test_what_is_no_toml_is_refused(tmp_path, content, message):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyUnreadableError, match=message):
        load_policy(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PolicyUnreadableError, match=r"none\.toml cannot be read: No such file"):
        load_policy(tmp_path / "none.toml")


def test_a_folder_is_no_policy(tmp_path):
    with pytest.raises(PolicyUnreadableError, match="cannot be read: Is a directory"):
        load_policy(tmp_path)


def test_a_policy_says_which_it_is(policy):
    assert policy.told() == [f"Policy default, version 1, {policy.reference.sha256[:12]}"]


def test_a_part_that_acts_and_a_firm_signal_without_words_are_refused(changed):
    with pytest.raises(PolicyInvalidError, match=r"signals\.surface is a part, so it may do nothing itself"):
        load_policy(changed(("[signals.surface]\n", '[signals.surface]\nfloor = "P1"\n')))
    with pytest.raises(PolicyInvalidError, match=r"signals\.surface is firm, but has no phrases"):
        load_policy(changed(("[signals.surface]\n", "[signals.surface]\nfirm = true\n")))
    with pytest.raises(PolicyInvalidError, match=r"signals\.outage\.unless names 'nowhere'"):
        load_policy(changed(("unless = { surface = 4, supposed = 10, over = 6 }", "unless = { nowhere = 4 }")))
