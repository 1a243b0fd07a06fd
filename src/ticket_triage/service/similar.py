"""Past tickets that read like a new one, and whether what people answered then supports what the model answers now.

The index is a folder made of a history, and thrown away or made anew at will. Nobody who was taken out of it comes
back when it is made anew: it keeps the hashes of those who asked to be forgotten.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.text import ticket_text
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.modelling.similarity import SimilarityIndex
from ticket_triage.modelling.training import labels_of, texts_of
from ticket_triage.service.files import check_folder

if TYPE_CHECKING:
    from ticket_triage.domain.explanation import Explanation
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.train import MappingSource, Source

FORMAT = 1
MOST_ROWS = 200_000
"""The newest this many tickets of a history are kept."""

_META, _TABLE = "similar.json", "tickets.parquet"
_EXCERPT_CHARS = 160


@dataclass(frozen=True, slots=True)
class Similar:
    """A past ticket.

    Parameters
    ----------
    ticket_id : str
    similarity : float
        Cosine of the words and word pairs, in (0, 1].
    excerpt : str
    labels : dict of str to str
        What it was labelled, by head; heads without a label are absent.
    """

    ticket_id: str
    similarity: float
    excerpt: str
    labels: dict[str, str]

    def beside(self, answers: dict[str, str]) -> dict[str, Any]:
        """Return plain values, with the heads whose answer this ticket supports or contradicts."""
        known = {head: label for head, label in self.labels.items() if head in answers}
        return {
            "ticket_id": self.ticket_id,
            "similarity": round(self.similarity, 4),
            "excerpt": self.excerpt,
            "labels": self.labels,
            "supports": [head for head, label in known.items() if label == answers[head]],
            "contradicts": [head for head, label in known.items() if label != answers[head]],
        }


@dataclass(frozen=True, slots=True)
class PastTickets:
    """A history that can be searched.

    Parameters
    ----------
    index : SimilarityIndex
    table : DataFrame of shape (n_tickets, n_columns)
        ``ticket_id``, ``requester``, ``excerpt``, and a column per head.
    forgotten : frozenset of str
        SHA-256 of the requesters who are left out.
    source : str
        SHA-256 of the history's texts and labels.
    """

    index: SimilarityIndex
    table: pd.DataFrame
    forgotten: frozenset[str]
    source: str

    def search(self, ticket: Ticket, most: int = 5) -> list[Similar]:
        """Return the tickets that read most like this one, without itself, nearest first."""
        rows, similarities = self.index.search(ticket_text(ticket.subject, ticket.body), most + 1)
        found = []
        for row, similarity in zip(rows.tolist(), similarities.tolist(), strict=True):
            entry = self.table.iloc[row]
            if entry["ticket_id"] != ticket.ticket_id:
                heads = self.table.columns.drop(["ticket_id", "requester", "excerpt"])
                labels = {head: str(entry[head]) for head in heads if entry[head]}
                found.append(Similar(str(entry["ticket_id"]), similarity, str(entry["excerpt"]), labels))
        return found[:most]

    def without(self, requester: str) -> tuple[PastTickets, int]:
        """Return the history without a requester, now and whenever it is made anew, and how many tickets went."""
        gone = (self.table["requester"] == _key(requester)).to_numpy()
        kept = self.table[~gone].reset_index(drop=True)
        forgotten = self.forgotten | {_key(requester)}
        return PastTickets(self.index.without(gone), kept, forgotten, self.source), int(gone.sum())

    def save(self, folder: Path) -> None:
        """Write the index into a folder, in place of one that is there."""
        check_folder(folder.parent)
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
        try:
            self.index.save(draft)
            self.table.to_parquet(draft / _TABLE, index=False)
            meta = {"format": FORMAT, "source": self.source, "forgotten": sorted(self.forgotten)}
            (draft / _META).write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def past_tickets(history: Source, *, mapping: MappingSource = None, index: Path | None = None) -> PastTickets:
    """Return a history ready to be searched, from its index where there is one, and keep the index there otherwise.

    Parameters
    ----------
    history : str, Path or DataFrame
    mapping : str, Path, mapping or None
    index : Path or None
        The index's folder; None keeps it in memory alone.

    Raises
    ------
    InputError
        When the history cannot be read, or the folder holds something else or cannot be written.
    """
    reading = read_tickets(history, mapping)
    tickets = reading.tickets
    if "opened_at" in tickets and len(tickets) > MOST_ROWS:
        tickets = tickets.sort_values("opened_at", kind="stable", na_position="first")
    tickets = tickets.tail(MOST_ROWS)
    table = _table(tickets, {head.name: labels_of(tickets, head) for head in reading.heads})
    texts = texts_of(tickets)
    source = _hash_of(table, texts)
    there = None if index is None or not index.exists() else load_index(index)
    if there is not None and there.source == source:
        return there
    forgotten = frozenset() if there is None else there.forgotten
    kept = ~table["requester"].isin(forgotten).to_numpy()
    chosen = [text for text, keep in zip(texts, kept.tolist(), strict=True) if keep]
    past = PastTickets(SimilarityIndex.build(chosen), table[kept].reset_index(drop=True), forgotten, source)
    if index is not None:
        past.save(index)
    return past


def load_index(folder: Path) -> PastTickets:
    """Load an index of past tickets.

    Raises
    ------
    BadOptionError
        When the folder holds none that this version reads.
    """
    try:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        if meta["format"] != FORMAT:
            raise ValueError(f"its format is {meta['format']!r}, this version reads {FORMAT}")
        table = pd.read_parquet(folder / _TABLE)
        index = SimilarityIndex.load(folder, len(table))
        return PastTickets(index, table, frozenset(meta["forgotten"]), str(meta["source"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadOptionError(
            f"{folder} holds no index of past tickets ({error}); name another folder, or delete this one."
        ) from None


def forget(folder: Path, requester: str) -> int:
    """Take every ticket of a requester out of an index, for good; return how many there were.

    Raises
    ------
    BadOptionError
        When the folder holds no index.
    """
    past, gone = load_index(folder).without(requester)
    past.save(folder)
    return gone


def answers_of(explanation: Explanation) -> dict[str, str]:
    """Return each head's answer."""
    return {head.head: head.answer for head in explanation.heads}


def _table(tickets: pd.DataFrame, labels: dict[str, np.ndarray]) -> pd.DataFrame:
    requesters = tickets["requester"].fillna("").astype(str) if "requester" in tickets else [""] * len(tickets)
    excerpts = [" ".join(text.split())[:_EXCERPT_CHARS] for text in texts_of(tickets)]
    columns = {
        "ticket_id": tickets["ticket_id"].astype(str).to_numpy(dtype=object),
        "requester": [_key(name) for name in requesters],
        "excerpt": excerpts,
        **labels,
    }
    return pd.DataFrame(columns)


def _key(requester: str) -> str:
    """Return what a requester is told apart by; empty where unknown."""
    name = requester.strip().lower()
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest() if name else ""


def _hash_of(table: pd.DataFrame, texts: list[str]) -> str:
    digest = hashlib.sha256()
    for row in table.itertuples(index=False):
        digest.update("\0".join(map(str, row)).encode("utf-8", "replace"))
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()
