"""Whatever a helpdesk sends, it is read or refused by name; and texts are read without their markup."""

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.errors import PayloadError
from ticket_triage.intake.webhooks import SOURCES, read_arrival
from ticket_triage.intake.webhooks.markup import without_markup

EXAMPLES = Path(__file__).parents[3] / "data" / "webhooks"
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)


def places(value, way=()):
    """Every place in a payload, by the names that lead there."""
    yield way
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from places(inner, (*way, name))


def put(value, way, new):
    if not way:
        return new
    made = deepcopy(value)
    place = made
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = new
    return made


@pytest.mark.parametrize("source", SOURCES)
@given(data=st.data())
def test_a_payload_that_is_wrong_anywhere_is_read_or_refused_by_name(source, data):
    payload = json.loads((EXAMPLES / f"{source}.json").read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        payload = put(payload, data.draw(st.sampled_from(list(places(payload)))), data.draw(ANY))
    with suppress(PayloadError):
        arrival = read_arrival(source, payload)
        assert arrival.ticket["ticket_id"]
        if source == "generic":
            return  # what else it holds is checked as a ticket that is sent is
        names = [arrival.ticket.get(name) for name in ("ticket_id", "requester", "customer_id", "channel")]
        assert all(name is None or (name == name.strip() and 0 < len(name) <= 255) for name in names)


@given(st.text())
def test_text_without_an_end_of_a_tag_is_left_to_the_letter(text):
    assert without_markup(text) == text or "</" in text or "<br" in text.casefold()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<style>p { color: red }</style><p>Red?</p>", "Red?"),
        ("<script>if (a < b) { x() }</script>Hello<br/>you", "Hello\nyou"),
        ("<P CLASS='x'>5 &lt; 6 &amp; 7</P>", "5 < 6 & 7"),
        ("a < b and c > d</p>", "a < b and c > d"),
        ("<!-- hidden --><b>shown</b>", "shown"),
        ("never closed</div> <a href='x", "never closed\n <a href='x".replace("\n ", "\n")),
    ],
)
def test_markup_leaves_what_a_person_reads(written, read):
    assert without_markup(written) == read


def test_documents_nested_beyond_reason_end_somewhere():
    node = {"type": "text", "text": "deep"}
    for _ in range(500):
        node = {"type": "x", "content": [node]}
    assert without_markup(node) == ""
