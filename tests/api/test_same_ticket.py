"""What comes in over HTTP is the ticket that the same record makes everywhere else."""

import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ticket_triage.api.errors import Refusal
from ticket_triage.api.strict_json import read_json
from ticket_triage.api.tickets import TicketIn, read_ticket
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadValueError
from ticket_triage.intake.rows import ticket_from

PLAIN = st.characters(exclude_categories=["Cs"]).filter(lambda char: char >= " " and char != "\x7f")
WORDS = st.sampled_from(
    ["true", "FALSE", " yes", "12", " 0.5 ", "007", "1e3", "-0.0", "nan", "a;b", "", " ", "\u2003", "x"]
)
NAMES = WORDS | st.text(PLAIN, max_size=12)
IDS = NAMES.filter(str.strip)
TEXTS = WORDS | st.text(max_size=30)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(1 - 10**17, 10**17)
ZONES = st.integers(-839, 839).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1), timezones=ZONES)  # noqa: DTZ001 - ZONES are added
KINDS = {
    "subject": TEXTS,
    "body": TEXTS,
    "opened_at": MOMENTS.map(datetime.isoformat),
    **dict.fromkeys(("vip", "stakeholder_aware", "conflict"), st.booleans()),
    "annual_value": st.floats(0, 1e15) | st.integers(0, 10**15) | st.just(-0.0),
    "affected_users": st.integers(0, 10**10) | st.just(3.0),
    **dict.fromkeys(("tags", "stakeholders", "depends_on"), st.lists(IDS, max_size=4)),
    "custom": st.dictionaries(NAMES.filter(bool), st.none() | st.booleans() | NUMBERS | TEXTS, max_size=4),
}
RECORDS = st.fixed_dictionaries(
    {"ticket_id": IDS},
    optional={name: st.none() | KINDS.get(name, NAMES) for name in TicketIn.model_fields if name != "ticket_id"},
)


@given(RECORDS)
@example({"ticket_id": " A4 ", "custom": {"urgency": "0.5", "seats": "12", "flag": "true"}, "stakeholders": [" cfo "]})
@example({"ticket_id": "A5", "custom": {"big": 123456789012345678, "small": 1e-7, "third": 1 / 3, "none": -0.0}})
@settings(max_examples=150, deadline=None)
def test_a_record_is_the_same_ticket_over_http_and_in_python(record):
    over_http = read_ticket(read_json(json.dumps(record).encode()))
    assert over_http == ticket_from(record)
    assert repr(over_http) == repr(ticket_from(record))


WRITTEN = ["-03-01 10:30Z", "0301T103000.25Z", "-03-01t10z", "-03-01T10:30:00.123456789+01", "-03-01T10:30-0530"]


@pytest.mark.parametrize("rest", WRITTEN)
def test_a_moment_is_the_same_however_it_is_written(rest):
    record = {"ticket_id": "T-1", "opened_at": "2026" + rest}
    assert read_ticket(record) == ticket_from(record)


@pytest.mark.parametrize("rest", ["-W10-1T10:00Z", "-03-01T10:30:00,5Z", "-03-01T10:30:00+00:53:28", "-03-01x10:30Z"])
def test_a_moment_that_files_cannot_hold_is_refused_over_http_too(rest):
    record = {"ticket_id": "T-1", "opened_at": "2026" + rest}
    with pytest.raises(Refusal, match="422"):
        read_ticket(record)
    with pytest.raises(BadValueError, match="is no time"):
        ticket_from(record)


def test_names_are_trimmed_and_own_fields_read_as_a_file_s():
    ticket = read_ticket(
        {"ticket_id": " A9 ", "channel": " ", "tags": [" vpn", "vpn"], "custom": {"a": "0.5", "b": "TRUE", "c": " "}}
    )
    assert ticket == Ticket("A9", tags=("vpn",), custom={"a": 0.5, "b": True})


@pytest.mark.parametrize("record", [{"ticket_id": " "}, {"ticket_id": "T", "tags": ["\u2003"]}])
def test_a_blank_id_is_refused_as_an_empty_one(client, record):
    answer = client.post("/v1/predict", json=record)
    assert answer.status_code == 422
    assert "must not be empty." in answer.json()["detail"]


def test_serving_loads_no_pandas():
    code = "import sys, ticket_triage.api.app; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
