"""What is known of a ticket beside its text, as columns of zeros and ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.ticket import CUSTOM_PREFIX, Ticket
from ticket_triage.modelling.anonymity import LEAST_REQUESTERS

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
        self._columns: list[dict[str, int]] = [{} for _ in self.names]
        for column, label in enumerate(self.known):
            name, _, value = label.partition("=")
            self._columns[self.names.index(name)][value] = column

    @classmethod
    def learn(
        cls,
        rows: Iterable[FactValues],
        names: Sequence[str],
        *,
        min_rows: int,
        requesters: np.ndarray | None = None,
    ) -> FactFeatures:
        """Keep the values that at least ``min_rows`` tickets have, of three requesters where these are numbered."""
        labels = [_labels(names, row) for row in rows]
        counts = Counter(label for own in labels for label in own)
        common = {label for label, number in counts.items() if number >= min_rows}
        if requesters is not None:
            pairs = {(label, who) for own, who in zip(labels, requesters.tolist(), strict=True) for label in own}
            crowd = Counter(label for label, who in pairs if who >= 0)
            common = {label for label in common if crowd[label] >= LEAST_REQUESTERS}
        return cls(names, sorted(common))

    @property
    def n_features(self) -> int:
        """Number of columns."""
        return len(self.known)

    def columns(self, row: FactValues) -> list[int]:
        """Return the columns of a ticket's learnt facts, ascending.

        Parameters
        ----------
        row : tuple
            Values in the order of ``names``.
        """
        found = (columns.get(_written(value)) for columns, value in zip(self._columns, row, strict=True))
        return sorted(column for column in found if column is not None)

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
        indices: list[int] = []
        ends = [0]
        for row in rows:
            indices += self.columns(row)
            ends.append(len(indices))
        ones = np.ones(len(indices), dtype=np.float32)
        parts = ones, np.array(indices, dtype=np.int32), np.array(ends, dtype=np.int32)
        return sp.csr_array(parts, shape=(len(ends) - 1, self.n_features))


def _labels(names: Sequence[str], row: FactValues) -> list[str]:
    written = ((name, _written(value)) for name, value in zip(names, row, strict=True))
    return [f"{name}={value}" for name, value in written if value]


def _written(value: object) -> str:
    """Return a value as it is told apart from others; empty where it is unknown."""
    if isinstance(value, str):
        return value.strip().lower()
    if value is None or value != value:  # NaN is not itself
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
