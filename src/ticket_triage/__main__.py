"""``python -m ticket_triage`` is ``triage``."""

from ticket_triage.cli.main import run

if __name__ == "__main__":
    run()
