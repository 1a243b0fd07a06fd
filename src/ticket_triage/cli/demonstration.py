"""What a person is shown by ``triage demo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.cli.queue import queue_table
from ticket_triage.cli.screen import paragraph, show, width
from ticket_triage.cli.training import show_trained
from ticket_triage.domain.moments import moment

if TYPE_CHECKING:
    from ticket_triage.service.demo import Demonstration


_WAITED = "Points are the scorecard's; waiting adds to them in the queue, so who came first may stand above a few more."


def show_demonstration(demonstration: Demonstration) -> None:
    """Print the honest evaluation and the ranked queue."""
    show_trained(demonstration.trained, demonstration.ceilings)
    show(
        "",
        f"The queue at {moment(demonstration.now)}, first to be served first:",
        "",
        queue_table(demonstration.queue, width()),
        "",
        paragraph(_WAITED),
    )
