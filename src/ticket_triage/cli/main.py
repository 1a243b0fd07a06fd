"""Where the command ``triage`` begins and ends: whatever its user can cause is one line on standard error.

Nothing heavy is imported before Ctrl+C is listened to.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

_STOPPED = "stopped; nothing was left half written."
_NO_MEMORY = "the memory does not suffice; give it fewer tickets at a time."


def run() -> None:
    """Run the command line and leave with 0 done, 1 a gate or check failed, 2 bad input, 130 interrupted."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stopped container cleans up as Ctrl+C does
        code, message = _run()
    except KeyboardInterrupt:
        code, message = EXIT_INTERRUPTED, _STOPPED
    if message:
        from ticket_triage.cli.telling import tell

        tell(message)
    sys.exit(code)


def _run() -> tuple[int, str]:
    """Return the exit code, and what is to be said of it."""
    import typer

    from ticket_triage.cli.app import app
    from ticket_triage.errors import TriageError

    _forgive_characters()
    try:
        code = app(prog_name="triage", standalone_mode=False) or 0
    except typer.TyperException as error:
        return EXIT_BAD_INPUT, _usage(error)
    except TriageError as error:
        return EXIT_BAD_INPUT, str(error)
    except OSError as error:
        return EXIT_BAD_INPUT, f"{error.filename or 'A file'}: {error.strerror or error}."
    except MemoryError:
        return EXIT_BAD_INPUT, _NO_MEMORY
    return code, _STOPPED if code == EXIT_INTERRUPTED else ""


def _forgive_characters() -> None:
    """Let a terminal that knows few characters show a question mark for the others."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _usage(error: typer.TyperException) -> str:
    message = error.format_message().strip()
    context = getattr(error, "ctx", None)
    command = "triage" if context is None else context.command_path
    return f"{message}{'' if message.endswith(('.', '?')) else '.'} See '{command} --help'."
