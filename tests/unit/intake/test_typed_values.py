"""Cells to values: read the same from every source, and never guessed."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.intake.plain import read_custom, split_list
from ticket_triage.intake.times import moments
from ticket_triage.intake.values import amounts, cell_text, counts, flags, read_number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(-(2**31), 2**32).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


@given(value=MOMENTS)
def test_every_way_to_write_a_moment_gives_the_same_moment(value):
    seconds = (value - EPOCH).total_seconds()
    ways = {"iso": value.isoformat(), "%d-%m-%Y %H:%M:%S": f"{value:%d-%m-%Y %H:%M:%S}", "unix": str(seconds)}
    ways |= {"unix_ms": str(seconds * 1000), "excel": str(seconds / 86_400 + 25_569)}
    for form, text in ways.items():
        assert moments(pd.Series([text]), form).values[0] == value, form


def test_a_moment_keeps_its_own_zone_and_takes_the_desk_s_when_it_has_none():
    texts = pd.Series(["2026-07-01T12:00", "2026-07-01 12:00:00 -0800", "2026-07-01T12:00:00Z", "2026-07-01"])
    read = moments(texts, timezone="Europe/Berlin").values
    assert [f"{value:%d %H:%M}" for value in read] == ["01 10:00", "01 20:00", "01 12:00", "30 22:00"]


def test_an_hour_shown_twice_is_its_first_and_a_skipped_one_the_moment_after():
    texts = pd.Series(["2025-10-26 02:30", "2026-03-29 02:30"])
    read = moments(texts, timezone="Europe/Berlin").values
    assert [f"{value:%m-%d %H:%M}" for value in read] == ["10-26 00:30", "03-29 01:00"]


def test_cells_that_are_times_already_need_no_format():
    mixed = pd.Series([date(2026, 1, 2), "03.01.2026", None], dtype="object")
    read = moments(mixed, "%d.%m.%Y")
    assert [value.day for value in read.values[:2]] == [2, 3]
    naive = pd.Series(pd.to_datetime(["2026-01-01 12:00"]))
    assert moments(naive, timezone="Asia/Tokyo").values[0] == pd.Timestamp("2026-01-01 03:00", tz="UTC")


def test_what_is_no_moment_is_marked_and_what_is_absent_is_not():
    read = moments(pd.Series(["42059.5", "soon", "", "NaN", "2026-02-30"]))
    assert read.bad.tolist() == [True, True, False, False, True]
    assert read.values.isna().all()
    assert moments(pd.Series(["1e300", "-5e9", "x"]), "unix").bad.tolist() == [True, False, True]


@pytest.mark.parametrize("text", ["1,000", "$5", "inf", "1_000", "five", "0x10", "٣"])
def test_a_number_that_could_mean_two_things_is_not_read(text):
    expected = 3.0 if text == "٣" else None
    assert read_number(text) == expected


def test_flags_counts_and_amounts_mark_what_they_cannot_read():
    assert flags(pd.Series(["Yes", "0", "", "perhaps"])).values.tolist() == [True, False, pd.NA, pd.NA]
    assert flags(pd.Series(["Yes", "0", "", "perhaps"])).bad.tolist() == [False, False, False, True]
    assert counts(pd.Series(["3", "2.5", "-1", "true", "null"])).bad.tolist() == [False, True, True, False, False]
    assert amounts(pd.Series(["-1", "1e3", ""])).bad.tolist() == [True, False, False]
    assert amounts(pd.Series(["-1"]), negative=True).values.tolist() == [-1.0]


@given(value=st.one_of(st.none(), st.booleans(), st.integers(-(10**14), 10**14), st.floats(-1e9, 1e9)))
def test_an_own_value_reads_alike_from_json_and_from_a_file(value):
    assert read_custom(value) == read_custom(cell_text(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(3), "3"),
        (np.array([True])[0], "true"),
        (pd.NA, ""),
        (pd.NaT, ""),
        (pd.Timestamp("2026-01-01"), "2026-01-01T00:00:00"),
        (("a", "b;c"), "a;b,c"),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_a_typed_cell_becomes_the_text_a_file_would_hold(value, expected):
    assert cell_text(value) == expected


@given(
    entries=st.lists(
        st.text(st.characters(exclude_characters=";", exclude_categories=["Cs"]), min_size=1).map(str.strip)
    )
)
def test_a_list_survives_being_joined_and_split(entries):
    expected = tuple(dict.fromkeys(entry for entry in entries if entry))
    assert split_list(";".join(entries)) == expected
