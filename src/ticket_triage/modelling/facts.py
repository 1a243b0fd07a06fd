"""What is known of a ticket beside its text, as columns of zeros and ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.ticket import CUSTOM_PREFIX, Ticket

FactValues = tuple[object, ...]


def fact_values(ticket: Ticket, names: Sequence[str]) -> FactValues:
    """Return a ticket's values of the named columns, None where unknown.

    Examples
    --------
    >>> ticket = Ticket("T-1", channel="email", custom={"browser": "firefox"})
    >>> fact_values(ticket, ["channel", "custom.browser", "plan"])
    ('email', 'firefox', None)
    """
    return tuple(
        ticket.custom.get(name.removeprefix(CUSTOM_PREFIX)) if name.startswith(CUSTOM_PREFIX) else getattr(ticket, name)
        for name in names
    )


class FactFeatures:
    """Columns for the values that were common enough to learn.

    Parameters
    ----------
    names : sequence of str
        Columns of a ticket.
    known : sequence of str
        ``name=value`` per column of the matrix.

    Examples
    --------
    >>> facts = FactFeatures.learn([("Email",), ("email",), ("phone",)], ["channel"], min_rows=2)
    >>> facts.known, facts.transform([("EMAIL ",), (None,)]).toarray().tolist()
    (['channel=email'], [[1.0], [0.0]])
    """

    def __init__(self, names: Sequence[str], known: Sequence[str]) -> None:
        self.names = list(names)
        self.known = list(known)
        self._columns = {label: column for column, label in enumerate(self.known)}

    @classmethod
    def learn(cls, rows: Iterable[FactValues], names: Sequence[str], *, min_rows: int) -> FactFeatures:
        """Keep the values that at least ``min_rows`` tickets have."""
        counts = Counter(label for row in rows for label in _labels(names, row))
        return cls(names, sorted(label for label, number in counts.items() if number >= min_rows))

    @property
    def n_features(self) -> int:
        """Number of columns."""
        return len(self.known)

    def transform(self, rows: Iterable[FactValues]) -> sp.csr_array:
        """Return the tickets' matrix.

        Parameters
        ----------
        rows : iterable of tuple
            Values in the order of ``names``.

        Returns
        -------
        csr_array of shape (n_tickets, n_features), float32
        """
        columns: list[int] = []
        ends = [0]
        for row in rows:
            columns += sorted(self.known_of(row)[1])
            ends.append(len(columns))
        indices, indptr = np.array(columns, dtype=np.int32), np.array(ends, dtype=np.int32)
        shape = (len(ends) - 1, self.n_features)
        return sp.csr_array((np.ones(len(columns), dtype=np.float32), indices, indptr), shape=shape)

    def known_of(self, row: FactValues) -> tuple[list[str], list[int]]:
        """Return the labels of a ticket's learnt facts and their columns."""
        labels = [label for label in _labels(self.names, row) if label in self._columns]
        return labels, [self._columns[label] for label in labels]


def _labels(names: Sequence[str], row: FactValues) -> list[str]:
    return [f"{name}={_written(value)}" for name, value in zip(names, row, strict=True) if _is_known(value)]


def _is_known(value: object) -> bool:
    return value is not None and value == value and value != ""  # NaN is not itself


def _written(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().lower()
