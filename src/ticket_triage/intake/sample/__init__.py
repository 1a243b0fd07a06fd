"""The invented sample history of an imaginary software company's support desk.

``people`` who writes · ``rhythm`` when · ``story`` what truly happened · ``phrases``, ``pen`` and ``writing`` how it
is told · ``facts`` what the form says · ``labels`` what people recorded · ``desk`` who works when, ``jobs`` what there
is to do, ``queueing`` how it is worked off, ``outcome`` what came of it · ``make`` the history · ``waiting`` what waits
the next morning · ``table`` columns and files · ``dice`` where chance comes from.
"""

from __future__ import annotations

from pathlib import Path

from ticket_triage.intake.sample.labels import label_ceiling
from ticket_triage.intake.sample.make import sample_history
from ticket_triage.intake.sample.table import write_tables
from ticket_triage.intake.sample.waiting import new_tickets

__all__ = ["CEILING", "label_ceiling", "new_tickets", "sample_history", "write_sample"]

CEILING = {"urgency": 0.897, "category": 0.923, "sentiment": 0.901}
"""The best accuracy any model can be expected to reach on the labels people gave in the shipped history."""


def write_sample(folder: str | Path, n_tickets: int = 6400, seed: int = 0) -> list[Path]:
    """Write ``sample_history.csv.gz`` and ``new_tickets.csv`` into a folder.

    Parameters
    ----------
    folder : str or Path
        Made when it is not there; files of these names in it are replaced.
    n_tickets : int, default=6400
        Rows of the history, from 1 to 300,000.
    seed : int, default=0
        At least 0; the same seed gives the same text, byte for byte.

    Returns
    -------
    list of Path
        The two files, the history first.

    Raises
    ------
    BadOptionError
        When a number is out of its range.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write_sample(folder, n_tickets=20)]
    ['sample_history.csv.gz', 'new_tickets.csv']
    """
    return write_tables(sample_history(n_tickets, seed), new_tickets(seed=seed), Path(folder))
