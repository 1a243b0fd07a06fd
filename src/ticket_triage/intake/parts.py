"""A Parquet file of any size, read a part at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from ticket_triage.domain.labels import DEFAULT_HEADS, Head
from ticket_triage.errors import BadOptionError, NoUsableRowsError, UnreadableFileError
from ticket_triage.intake.mapping import load_mapping
from ticket_triage.intake.plan import declared_heads
from ticket_triage.intake.reading import Reading, read_tickets

_MOST_ROWS, _FEWEST_PARTS = 8192, 20
_BYTES = 1 << 20


class ParquetParts:
    """The tickets of a Parquet file, in its order, as often as they are asked for and never all at once.

    Parameters
    ----------
    path : str or Path
    mapping : str, Path, mapping or None
        As for :func:`~ticket_triage.intake.reading.read_tickets`.

    Raises
    ------
    UnreadableFileError
        When it is no Parquet file, or an empty one.
    BadOptionError
        When the mapping folds events into tickets, which takes the whole file.
    """

    def __init__(self, path: str | Path, mapping: str | Path | Mapping[str, Any] | None = None) -> None:
        self.path, self._mapping = Path(path), mapping
        if load_mapping(mapping).fold is not None:
            raise BadOptionError("A log of events cannot be read in parts; fold it into tickets first.")
        try:
            with pyarrow.parquet.ParquetFile(self.path) as file:
                self.n_rows = int(file.metadata.num_rows)
        except (pa.ArrowException, OSError) as error:
            reason = (str(error).splitlines() or ["no reason given"])[0].rstrip(".")
            raise UnreadableFileError(
                f"{self.path} cannot be read in parts ({reason}); name a Parquet file, or leave --partial out."
            ) from None
        if not self.n_rows:
            raise UnreadableFileError(f"{self.path} holds no rows; export it again.")
        self.rows_per_part = min(_MOST_ROWS, -(-self.n_rows // _FEWEST_PARTS))

    @property
    def heads(self) -> tuple[Head, ...]:
        """The heads asked for, with those the mapping declares."""
        return tuple(declared_heads(load_mapping(self._mapping), DEFAULT_HEADS))

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return -(-self.n_rows // self.rows_per_part)

    def __iter__(self) -> Iterator[Reading | None]:
        """Read part after part; None for one without a usable ticket."""
        with pyarrow.parquet.ParquetFile(self.path) as file:
            for table in _even(file.iter_batches(self.rows_per_part), self.rows_per_part):
                try:
                    yield read_tickets(table.to_pandas(ignore_metadata=True), self._mapping)
                except NoUsableRowsError:
                    yield None

    def sha256(self) -> str:
        """Return the hash of the file's bytes."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(_BYTES):
                digest.update(block)
        return digest.hexdigest()


def _even(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Cut batches, which end with each row group, into parts of as many rows."""
    pending: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        while held + batch.num_rows >= rows:
            taken = rows - held
            yield pa.Table.from_batches([*pending, batch.slice(0, taken)])
            pending, held, batch = [], 0, batch.slice(taken)
        if batch.num_rows:
            pending.append(batch)
            held += batch.num_rows
    if pending:
        yield pa.Table.from_batches(pending)
