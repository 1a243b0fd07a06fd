"""Mappings: every key does what it says, and every slip is answered with the nearest known name."""

import pandas as pd
import pytest

from ticket_triage.errors import MappingError, NoUsableRowsError
from ticket_triage.intake.mapping import ColumnMapping, load_mapping
from ticket_triage.intake.reading import read_tickets

FRAME = pd.DataFrame(
    {
        "Nr": ["1", "2"],
        "Title": ["Down", "Icon"],
        "Steps": ["a", " "],
        "Answer": ["b", "c"],
        "Prio": ["P1", "?"],
        "Site": ["north", "south"],
        "Done": ["31.12.2025 10:00", ""],
        "Labels": ["vpn, office", ""],
    }
)
BODY = {"columns": {"body": "Title"}}


def read(**mapping):
    return read_tickets(FRAME, mapping)


def test_columns_are_renamed_and_text_columns_joined_without_blank_parts():
    tickets = read(columns={"ticket_id": "nr", "subject": " TITLE ", "body": ["Steps", "Answer"]}).tickets
    assert tickets["ticket_id"].tolist() == ["1", "2"]
    assert tickets["body"].tolist() == ["a\nb", "c"]
    assert "custom.Title" not in tickets
    assert tickets["custom.Site"].tolist() == ["north", "south"]


def test_levels_values_lists_and_missing_words_are_translated():
    tickets = read(
        missing=["?"],
        columns={"body": "Title", "urgency": "Prio", "tags": "Labels", "segment": "Site"},
        levels={"urgency": {"p1": "Critical"}},
        values={"segment": {"north": "enterprise", "south": ""}},
        lists={"tags": ","},
    ).tickets
    assert tickets["urgency"].tolist() == ["critical", pytest.approx(float("nan"), nan_ok=True)]
    assert tickets["segment"].isna().tolist() == [False, True]
    assert tickets["tags"].tolist() == ["vpn;office", ""]


def test_a_level_may_mean_not_labelled():
    levels = {"urgency": {"P1": "high", "?": ""}}
    tickets = read(columns={"body": "Title", "urgency": "Prio"}, levels=levels).tickets
    assert tickets["urgency"].isna().tolist() == [False, True]


def test_times_are_read_in_the_format_and_zone_the_mapping_names():
    times = {"format": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"}
    tickets = read(columns={"body": "Title", "resolved_at": "Done"}, times=times).tickets
    assert tickets["resolved_at"].tolist() == [pd.Timestamp("2025-12-31 09:00", tz="UTC"), pd.NaT]


def test_only_declared_own_columns_become_facts():
    reading = read(**BODY, intake={"columns": ["site"]}, later={"columns": ["custom.Answer"]})
    assert reading.fact_columns == ("custom.Site",)
    assert reading.later_columns == ("custom.Answer",)
    assert read(**BODY).fact_columns == ()


def test_a_mapping_declares_a_further_head_with_its_levels():
    heads = {"severity": {"column": "Prio", "levels": ["?", "P1"]}}
    reading = read(**BODY, heads=heads, labels={"source": "confirmed"})
    assert [head.name for head in reading.heads] == ["urgency", "category", "sentiment", "severity"]
    assert reading.tickets["severity"].tolist() == ["P1", "?"]
    assert reading.tickets["severity_source"].tolist() == ["confirmed", "confirmed"]


def test_a_mapping_may_give_a_known_head_other_levels():
    reading = read(**BODY, heads={"urgency": {"column": "Prio", "levels": ["?", "p1"]}})
    assert reading.heads[0].levels == ("?", "p1")
    assert reading.tickets["urgency"].tolist() == ["p1", "?"]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"colums": {}}, r"unknown key 'colums'; did you mean 'columns'\?"),
        ({"times": {"zone": "UTC"}}, r"unknown key 'zone' in \[times\]; did you mean 'timezone'\?"),
        ({"heads": {"x": {"level": []}}}, r"unknown key 'level' in \[heads.x\]; did you mean 'levels'\?"),
        ({"text": "maybe"}, r"says 'maybe' at \[text\]: input should be 'required' or 'none'"),
        ({"labels": {"source": "robot"}}, r"says 'robot' at \[labels.source\]"),
        ({"columns": {"bdy": "Title"}}, r"\[columns\] bdy is no column of a ticket.*did you mean 'body'\?"),
        ({"columns": {"body": "Titel"}}, r"names column 'Titel', which the file does not have; did you mean 'title'\?"),
        ({"columns": {"vip": ["Title", "Prio"]}}, "only subject and body can join several"),
        (BODY | {"levels": {"urgncy": {}}}, r"\[levels.urgncy\] is for no head with levels; did you mean 'urgency'\?"),
        (
            BODY | {"levels": {"urgency": {"P1": "urgent"}}},
            r"level 'urgent'; its levels are low, medium, high, critical",
        ),
        (BODY | {"values": {"chanel": {}}}, r"\[values\] names 'chanel'"),
        (BODY | {"lists": {"body": ","}}, r"\[lists\] names 'body', which holds no list"),
        (BODY | {"intake": {"columns": ["Sight"]}}, r"\[intake\] names 'Sight'.*did you mean 'site'\?"),
        (BODY | {"later": {"columns": ["body"]}}, r"\[later\] names 'body', but when .* is fixed; leave it out"),
        (
            BODY | {"intake": {"columns": ["site"]}, "later": {"columns": ["Site"]}},
            r"custom.Site stands in \[intake\] and",
        ),
        ({"heads": {"channel": {}}}, r"\[heads.channel\] is called like a column known at intake"),
        ({"heads": {"x": {"levels": ["a", "A"]}}}, "levels repeat one another: a, A"),
        (
            {"columns": {"x": "Prio", "body": "Title"}, "heads": {"x": {"column": "Prio"}}},
            "both say where it comes from",
        ),
        (
            {"columns": {"body": "Title", "resolved_at": "Done"}, "times": {"format": "dd.mm"}},
            "format 'dd.mm' is unknown",
        ),
        ({"columns": {"body": "Title", "resolved_at": "Done"}, "times": {"timezone": "Berlin"}}, "'Berlin' is unknown"),
        ({"fold": {"id": "Number"}}, r"\[fold\] id names column 'Number'"),
        ({"fold": {"id": "Nr", "resolved": ["x"]}}, "say which columns hold them"),
    ],
)
def test_a_slip_in_a_mapping_is_one_sentence_with_the_nearest_name(mapping, message):
    with pytest.raises(MappingError, match=message) as caught:
        read_tickets(FRAME, mapping)
    assert "\n" not in str(caught.value)


def test_a_mapping_file_is_named_when_it_is_missing_or_no_toml(tmp_path):
    with pytest.raises(MappingError, match=r"Mapping .*gone.toml cannot be opened"):
        load_mapping(tmp_path / "gone.toml")
    (tmp_path / "m.toml").write_text("columns = [", encoding="utf-8")
    with pytest.raises(MappingError, match=r"Mapping .*m.toml is no TOML"):
        load_mapping(tmp_path / "m.toml")


def test_no_mapping_is_the_empty_mapping(tmp_path):
    (tmp_path / "m.toml").write_text("", encoding="utf-8")
    assert load_mapping(None) == load_mapping(tmp_path / "m.toml") == load_mapping({}) == ColumnMapping()


def test_an_export_without_text_says_how_to_name_its_text():
    with pytest.raises(
        NoUsableRowsError, match=r"no column named subject or body.*\[columns\] body.*It has: Nr, Title"
    ):
        read_tickets(FRAME)
    assert read(text="none").tickets["body"].tolist() == ["", ""]


def test_new_tickets_are_read_with_the_history_s_mapping_though_labels_and_later_columns_are_absent():
    mapping = {
        "columns": {"body": "Title", "urgency": "Severity", "resolved_at": "Closed"},
        "levels": {"urgency": {"P1": "high"}},
        "values": {"category": {"1": "one"}},
        "heads": {"impact": {"column": "Hit", "levels": ["low", "high"]}},
        "intake": {"columns": ["site"]},
        "later": {"columns": ["Answer", "Fix"]},
    }
    with pytest.raises(MappingError, match="names column 'Severity', which the file does not have"):
        read_tickets(FRAME, mapping)
    reading = read_tickets(FRAME.assign(category="x"), mapping, labelled=False)
    assert "category" not in reading.tickets
    assert reading.later_columns == ("custom.Answer",)
    assert reading.fact_columns == ("custom.Site",)
    with pytest.raises(MappingError, match="names column 'Titel'"):
        read_tickets(FRAME, {"columns": {"body": "Titel"}}, labelled=False)


def test_new_tickets_with_a_label_outside_the_levels_are_read_all_the_same():
    frame = pd.DataFrame({"body": ["a"], "urgency": ["blocker"], "urgency_source": ["robot"]})
    reading = read_tickets(frame, labelled=False)
    assert reading.tickets.columns.tolist() == ["ticket_id", "subject", "body"]
    assert reading.problems == ()
