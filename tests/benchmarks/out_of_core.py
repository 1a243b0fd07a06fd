"""Memory and time of ``triage train HISTORY.parquet --partial`` on ever larger invented histories.

Each history is invented, a sample of its own for every 20,000 tickets, and written row group by row group. Each is
trained on in a process of its own, whose peak memory is told. Ends with 1 when the largest took over 1.5 times the
memory of the smallest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from ticket_triage.intake.sample import sample_history

_GROUP = 20_000
_MOST_GROWTH = 1.5
_TRAIN = """
import resource, sys, time
from ticket_triage import train
begun = time.perf_counter(), time.process_time()
trained = train(sys.argv[1], partial=True, models=sys.argv[2])
seconds, busy = time.perf_counter() - begun[0], time.process_time() - begun[1]
skill = ", ".join(f"{report.head} {report.accuracy.value:.3f}" for report in trained.reports)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10, seconds, busy, skill, sep="\t")
"""


def write_history(path: Path, rows: int) -> None:
    """Write an invented history, never holding more than one sample of it."""
    writer = None
    for seed, start in enumerate(range(0, rows, _GROUP)):
        table = pa.Table.from_pandas(sample_history(min(_GROUP, rows - start), seed), preserve_index=False)
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table.cast(writer.schema), row_group_size=_GROUP)
    if writer is not None:
        writer.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", type=int, default=[100_000, 300_000], help="how many tickets")
    peaks = []
    for rows in sorted(parser.parse_args().rows):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "history.parquet"
            write_history(path, rows)
            command = [sys.executable, "-c", _TRAIN, str(path), str(Path(folder) / "models")]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\t")
        peaks.append(float(told[0]))
        print(
            f"{rows:>9,} tickets: {peaks[-1]:,.0f} MiB at most, {float(told[1]):.0f} s ({float(told[2]):.0f} s busy); "
            f"accuracy {told[3].strip()}",
            flush=True,
        )
    return int(peaks[-1] > _MOST_GROWTH * peaks[0])


if __name__ == "__main__":
    sys.exit(main())
