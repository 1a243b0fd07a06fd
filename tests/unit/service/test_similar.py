"""Past tickets beside a prediction; and nobody who was forgotten comes back."""

import pandas as pd
import pytest

from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError
from ticket_triage.service.similar import forget, load_index, past_tickets

HISTORY = pd.DataFrame(
    {
        "ticket_id": ["A", "B", "C", "D"],
        "requester": ["maria", "ahmed", "Maria ", "yuki"],
        "body": ["the checkout is down", "checkout down again today", "my invoice is wrong", "the icon is ugly"],
        "urgency": ["critical", "high", "medium", "low"],
        "category": ["checkout", None, "payments", "ui"],
    }
)
ASKED = Ticket("A", body="checkout is down")


def ids(past, ticket=ASKED):
    return [entry.ticket_id for entry in past.search(ticket)]


def test_labels_of_the_past_support_or_contradict_an_answer():
    (found,) = past_tickets(HISTORY).search(ASKED, 1)  # not itself
    said = found.beside({"urgency": "critical", "sentiment": "negative"})
    assert (said["ticket_id"], said["excerpt"], said["labels"]) == (
        "B",
        "checkout down again today",
        {"urgency": "high"},
    )
    assert (said["supports"], said["contradicts"]) == ([], ["urgency"])
    assert found.beside({"urgency": "high"})["supports"] == ["urgency"]


def test_the_index_is_used_again_until_the_history_changes(tmp_path):
    folder = tmp_path / "index"
    first = past_tickets(HISTORY, index=folder)
    made = (folder / "rows.npy").stat().st_mtime_ns
    assert ids(past_tickets(HISTORY, index=folder)) == ids(first)
    assert (folder / "rows.npy").stat().st_mtime_ns == made
    relabelled = HISTORY.assign(urgency=["low", "low", "low", "low"])
    assert past_tickets(relabelled, index=folder).search(ASKED)[0].labels == {"urgency": "low"}
    assert (folder / "rows.npy").stat().st_mtime_ns != made


def test_a_person_is_forgotten_for_good(tmp_path):
    folder = tmp_path / "index"
    past_tickets(HISTORY, index=folder)
    assert forget(folder, " MARIA") == 2
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"invoice" not in everything
    assert b"maria" not in everything.lower()
    assert load_index(folder).table["ticket_id"].tolist() == ["B", "D"]
    grown = pd.concat([HISTORY, HISTORY.assign(ticket_id=["E", "F", "G", "H"])])
    assert past_tickets(grown, index=folder).table["ticket_id"].tolist() == ["B", "D", "F", "H"]


@pytest.mark.parametrize("name", ["similar.json", "rows.npy", "tickets.parquet"])
def test_a_folder_that_is_no_index_is_told(tmp_path, name):
    folder = tmp_path / "index"
    past_tickets(HISTORY, index=folder)
    (folder / name).write_bytes(b"{}")
    with pytest.raises(BadOptionError, match="holds no index of past tickets"):
        load_index(folder)


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(BadOptionError, match="name another folder"):
        past_tickets(HISTORY, index=tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "mine"
