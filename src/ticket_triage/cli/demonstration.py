"""What a person is shown by ``triage demo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.cli.tables import console, queue_table
from ticket_triage.cli.training import show_trained
from ticket_triage.domain.decision import moment

if TYPE_CHECKING:
    from ticket_triage.service.demo import Demonstration


def show_demonstration(demonstration: Demonstration) -> None:
    """Print the honest evaluation and the ranked queue."""
    show_trained(demonstration.trained, demonstration.ceilings)
    screen = console()
    screen.print(f"\nThe queue at {moment(demonstration.now)}, first to be served first:\n")
    screen.print(queue_table(demonstration.queue))
