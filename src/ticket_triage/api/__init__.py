"""HTTP: a thin skin over ``service``. FastAPI stays in here."""
