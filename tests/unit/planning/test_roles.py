"""Maps and roles follow what was really handled, and travel to other tools."""

from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.planning.outcomes import WALL
from ticket_triage.planning.roles import Branch, Wanted, as_it_is, differences, role_statement
from ticket_triage.reports.mindmap import mindmap_mermaid, mindmap_opml, mindmap_svg

BILLING = Wanted("billing", "Bills", ("invoices",), {"Invoices": ("explain a line",)})
ODD = Branch('Desk "A" & <B>', (Branch("Money #1", (Branch("trace\x00 it"),)), Branch("Access")))


@pytest.fixture
def frame():
    """Return a working week in which a tenth part of the invoices went astray."""
    n = 40
    return pd.DataFrame(
        {
            "opened_at": pd.date_range("2026-03-02T09:00Z", "2026-03-09T09:00Z", periods=n),
            "team": ["billing"] * 34 + ["support"] * 6,
            "category": ["invoices"] * 40,
            "channel": ["email"] * 17 + ["phone"] * 23,
            "agent": ["Ana", "Ben"] * 20,
            "reassignments": [0] * 33 + [1] * 7,
        }
    )


def test_the_map_as_it_is_counts_every_ticket(frame):
    found = as_it_is(frame, "Desk")
    assert found.title == "Desk, as it is: 40 tickets"
    assert [part.title for part in found.parts] == ["billing: 34 (85 %)", "support: 6 (15 %)"]
    assert found.parts[0].parts[0].title == "invoices: 34 (100 %)"


def test_what_is_too_small_to_draw_is_still_counted():
    frame = pd.DataFrame({"team": ["one"] * 98 + ["two", "three"]})
    assert [part.title for part in as_it_is(frame, "Desk").parts] == ["one: 98 (98 %)", "2 others: 2 (2 %)"]


def test_differences_name_what_is_handled_elsewhere(frame):
    found = differences(frame, [BILLING, Wanted("product", "Wishes", (), {})])
    assert found == [
        "Team 'support' handled 6 tickets, but no area of the map hangs on it.",
        "15 % of 'invoices' ended with 'support'; the map wants it with 'billing'.",
        "Area 'Wishes': queue 'product' had not one ticket.",
    ]


def test_a_role_is_stated_from_its_own_tickets(frame):
    role = role_statement(frame, BILLING, "We answer.", WALL)
    assert role.job == "Bills: 34 tickets by 2 people. We answer."
    assert role.focus == ("invoices: 34 tickets, 100 % of its own",)
    assert role.means == ("It answers by email (50 %), phone (50 %).", "Its skills on the map: invoices.")
    assert role.daily[0].startswith("Takes 6.8 new tickets a working day")
    assert "Invoices: explain a line." in role.daily


def test_a_history_without_teams_is_refused(frame):
    with pytest.raises(BadOptionError, match="no team"):
        as_it_is(frame.drop(columns="team"), "Desk")


def test_opml_opens_anywhere_and_holds_every_branch():
    outline = ET.fromstring(mindmap_opml(ODD)).find("body/outline")
    assert outline.get("text") == 'Desk "A" & <B>'
    assert [part.get("text") for part in outline.iter("outline")] == [
        'Desk "A" & <B>',
        "Money #1",
        "trace  it",
        "Access",
    ]


def test_a_picture_is_sound_and_shows_every_branch():
    for alone in (False, True):
        root = ET.fromstring(mindmap_svg(ODD, alone=alone))
        texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
        assert texts == ['Desk "A" & <B>', "Money #1", "trace  it", "Access"]


def test_mermaid_keeps_its_own_marks_apart():
    assert 'n0["Desk #quot;A#quot; & <B>"]\n    n1["Money #35;1"]\n      n2["trace  it"]\n' in mindmap_mermaid(ODD)
