"""What a column holds, and when it is known: the product's names, their kinds and the provenance of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.ticket import INTAKE_COLUMNS, LATER_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.domain.labels import Head

TEXT_COLUMNS = ("subject", "body")
"""What the requester wrote; kept to the letter."""

TIME_COLUMNS = ("opened_at", "first_response_at", "resolved_at")
FLAG_COLUMNS = ("vip", "stakeholder_aware", "conflict", "converted")
AMOUNT_COLUMNS = ("annual_value", "csat")
COUNT_COLUMNS = ("affected_users", "reassignments", "reopened")
LIST_COLUMNS = ("tags", "stakeholders", "depends_on")

SOURCES = ("human", "corrected", "confirmed", "machine")
"""Who a label comes from: a person, a person who changed or approved a machine's, or a machine alone."""

SOURCE_SUFFIX = "_source"
LABELLED_SUFFIX = "_labelled_at"


def label_columns(head: str) -> tuple[str, str, str]:
    """Return a head's label, provenance and labelling-time columns.

    Examples
    --------
    >>> label_columns("urgency")
    ('urgency', 'urgency_source', 'urgency_labelled_at')
    """
    return head, head + SOURCE_SUFFIX, head + LABELLED_SUFFIX


def product_columns(heads: Sequence[Head]) -> tuple[str, ...]:
    """Return every column the product knows by name, in the order a table shows them.

    Examples
    --------
    >>> from ticket_triage.domain.labels import URGENCY
    >>> product_columns([URGENCY])[-2:]
    ('urgency_source', 'urgency_labelled_at')
    """
    labels = [column for head in heads for column in label_columns(head.name)]
    return tuple(dict.fromkeys((*INTAKE_COLUMNS, *LATER_COLUMNS, *labels)))
