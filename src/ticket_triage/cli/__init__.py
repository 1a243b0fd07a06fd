"""The command ``triage``: a thin skin over ``service``. Typer stays in here."""
